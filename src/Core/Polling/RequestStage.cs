namespace PollHttp.Core;

/// <summary>Specifies how far the request of a <see cref="PollClient"/> is, in more detail than its <see cref="PollStatus"/>.</summary>
internal enum RequestStage
{
    /// <summary>There is no request, also while connecting.</summary>
    None,

    /// <summary>A request was made on a connection that had already ended, which the next Poll reports.</summary>
    Unsendable,

    /// <summary>The response has not ended and no Poll has returned Body.</summary>
    UnderWay,

    /// <summary>A Poll has returned Body and the response has not ended.</summary>
    BodyShown,

    /// <summary>The response has ended (the request perhaps not), and no Poll has returned Body.</summary>
    Ended,

    /// <summary>The response has ended (the request perhaps not), and a Poll has returned Body.</summary>
    EndedShown,

    /// <summary>The connection no longer uses HTTP.</summary>
    Switched,
}
