namespace PollHttp.Core;

/// <summary>How far the request of a <see cref="PollClient"/> is, in what its <see cref="PollStatus"/> does not say.</summary>
internal enum RequestStage
{
    /// <summary>When no request is under way, also while connecting.</summary>
    None,

    /// <summary>When a request was made on a connection that had ended, which the next Poll reports.</summary>
    Unsendable,

    /// <summary>When the response has not ended and no Poll has returned Body.</summary>
    UnderWay,

    /// <summary>When a Poll has returned Body and the response has not ended.</summary>
    BodyShown,

    /// <summary>When the response has ended, its request perhaps not, and no Poll has returned Body.</summary>
    Ended,

    /// <summary>When the response has ended, its request perhaps not, and a Poll has returned Body.</summary>
    EndedShown,

    /// <summary>When the connection no longer speaks HTTP.</summary>
    Switched,
}
