namespace PollHttp.Testing;

/// <summary>Specifies the frame types of RFC 9113
/// §6; any other number is a frame of an extension.</summary>
public enum Http2FrameType
{
    /// <summary>The content of a message.</summary>
    Data = 0,

    /// <summary>The head of a message, or its trailers.</summary>
    Headers = 1,

    /// <summary>The priority of a stream, which is obsolete.</summary>
    Priority = 2,

    /// <summary>The end of a stream that failed.</summary>
    RstStream = 3,

    /// <summary>The settings of one side, or their acknowledgement.</summary>
    Settings = 4,

    /// <summary>The announcement of a response that was not requested.</summary>
    PushPromise = 5,

    /// <summary>A check whether the peer is alive, or the acknowledgement.</summary>
    Ping = 6,

    /// <summary>The announcement that a side accepts no more streams.</summary>
    GoAway = 7,

    /// <summary>More room for content.</summary>
    WindowUpdate = 8,

    /// <summary>More of a field block.</summary>
    Continuation = 9,
}
