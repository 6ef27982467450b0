namespace PollHttp.Core.Http2;

/// <summary>How far a connection is.</summary>
internal enum Http2Stage
{
    /// <summary>When nothing has been sent: the preface leaves with the first request.</summary>
    Fresh,

    /// <summary>When the preface was sent, and the first frame of the server is awaited.</summary>
    AwaitingPreface,

    /// <summary>When frames go both ways.</summary>
    Open,

    /// <summary>When nothing more is read, and what is left of the output, a GOAWAY at its end, is being sent.</summary>
    Ending,

    /// <summary>When nothing is left to do but to report.</summary>
    Ended,

    /// <summary>When the end was reported, or the application closed.</summary>
    Closed,
}
