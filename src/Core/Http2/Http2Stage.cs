namespace PollHttp.Core.Http2;

/// <summary>Specifies the stage of a connection.</summary>
internal enum Http2Stage
{
    /// <summary>The connection has sent nothing; the preface is sent with the first request.</summary>
    Fresh,

    /// <summary>The preface was sent, and the first frame of the server is awaited.</summary>
    AwaitingPreface,

    /// <summary>The connection sends and receives frames.</summary>
    Open,

    /// <summary>The connection no longer reads, and sends the rest of its output, which ends with a GOAWAY.</summary>
    Ending,

    /// <summary>The connection has ended, and only has events to report.</summary>
    Ended,

    /// <summary>The end was reported, or the application closed the connection.</summary>
    Closed,
}
