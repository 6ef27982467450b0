namespace PollHttp.Core.Http2;

/// <summary>The flags of RFC 9113 §6; which of them mean something depends on the type of the frame.</summary>
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
