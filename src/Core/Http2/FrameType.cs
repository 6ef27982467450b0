namespace PollHttp.Core.Http2;

/// <summary>Specifies the frame types of RFC 9113 §6, and those of extensions that are known by name.</summary>
internal enum FrameType
{
    Data = 0,
    Headers = 1,
    Priority = 2,
    RstStream = 3,
    Settings = 4,
    PushPromise = 5,
    Ping = 6,
    GoAway = 7,
    WindowUpdate = 8,
    Continuation = 9,

    /// <summary>The type that only clients send (RFC 9218 §7.1).</summary>
    PriorityUpdate = 0x10,
}
