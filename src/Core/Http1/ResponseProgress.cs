namespace PollHttp.Core;

/// <summary>Specifies how far the latest response was read and reported. From <see cref="Body"/> on there is a final head.</summary>
internal enum ResponseProgress
{
    /// <summary>No exchange has begun.</summary>
    None,

    /// <summary>No byte of the next head was read.</summary>
    Head,

    /// <summary>Part of a head was read.</summary>
    InHead,

    /// <summary>The final head was read, and the body is being received.</summary>
    Body,

    /// <summary>The trailer section is being received.</summary>
    Trailers,

    /// <summary>The whole response was read, but its end is not reported: not all of it has been consumed.</summary>
    Whole,

    /// <summary>The end was reported, or is irrelevant after a close.</summary>
    Ended,

    /// <summary>The connection stopped being HTTP, and the bytes after the head can be taken.</summary>
    Tunnel,

    /// <summary>The tunnel was taken.</summary>
    TunnelTaken,

    /// <summary>The response failed, but this is not reported: what arrived before it has not been consumed.</summary>
    Broken,

    /// <summary>The failure was reported, or is irrelevant after a close.</summary>
    Failed,
}
