namespace PollHttp.Core;

/// <summary>How far the request of a <see cref="PollClient"/> is, in what its <see cref="PollStatus"/> does not say.</summary>
internal enum RequestStage
{
    /// <summary>No request is under way, also while connecting.</summary>
    None,

    /// <summary>A request was made on a connection that had ended, which the next Poll reports.</summary>
    Unsendable,

    /// <summary>The response has not ended and no Poll has returned Body.</summary>
    UnderWay,

    /// <summary>A Poll has returned Body and the response has not ended.</summary>
    BodyShown,

    /// <summary>The response has ended, its request perhaps not, and no Poll has returned Body.</summary>
    Ended,

    /// <summary>The response has ended, its request perhaps not, and a Poll has returned Body.</summary>
    EndedShown,

    /// <summary>The connection no longer speaks HTTP.</summary>
    Switched,
}
