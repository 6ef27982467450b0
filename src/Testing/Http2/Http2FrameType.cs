namespace PollHttp.Testing;

/// <summary>The frame types of RFC 9113 §6; any other number is a frame of an extension.</summary>
public enum Http2FrameType
{
    /// <summary>The content of a message.</summary>
    Data = 0,

    /// <summary>The head of a message, or its trailers.</summary>
    Headers = 1,

    /// <summary>The priority of a stream, which means nothing any more.</summary>
    Priority = 2,

    /// <summary>The end of a stream that failed.</summary>
    RstStream = 3,

    /// <summary>The settings of one side, or their acknowledgement.</summary>
    Settings = 4,

    /// <summary>The announcement of a response that was not asked for.</summary>
    PushPromise = 5,

    /// <summary>A question whether the peer is alive, or the answer.</summary>
    Ping = 6,

    /// <summary>The announcement that a side takes no more streams.</summary>
    GoAway = 7,

    /// <summary>More room for content.</summary>
    WindowUpdate = 8,

    /// <summary>More of a field block.</summary>
    Continuation = 9,
}
