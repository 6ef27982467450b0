namespace PollHttp.Core.Http2;

/// <summary>Specifies the flags of RFC 9113 §6; the type of a frame decides which of them have a meaning.</summary>
[Flags]
internal enum FrameFlags
{
    None = 0,
    EndStream = 0x1,
    Ack = 0x1,
    EndHeaders = 0x4,
    Padded = 0x8,
    Priority = 0x20,
}
