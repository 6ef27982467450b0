namespace PollHttp.Testing;

/// <summary>Specifies the flags of RFC 9113
/// §6. Their meaning depends on the type.</summary>
[Flags]
public enum Http2FrameFlags
{
    /// <summary>The absence of flags.</summary>
    None = 0,

    /// <summary>The mark of the last frame of a message, in DATA and HEADERS.</summary>
    EndStream = 1,

    /// <summary>The mark of an acknowledgement, in SETTINGS and PING.</summary>
    Ack = 1,

    /// <summary>The mark of the last frame of a field block, in HEADERS and CONTINUATION.</summary>
    EndHeaders = 4,

    /// <summary>The mark of padding, in DATA and HEADERS.</summary>
    Padded = 8,

    /// <summary>The mark of a priority before the field block, in HEADERS.</summary>
    Priority = 0x20,
}
