namespace PollHttp.Core;

/// <summary>How far the response of the latest exchange was read and reported. From <see cref="Body"/> on there is a final head.</summary>
internal enum ResponseProgress
{
    /// <summary>No exchange has begun.</summary>
    None,

    /// <summary>No byte of the next head was read.</summary>
    Head,

    /// <summary>A part of a head was read.</summary>
    InHead,

    /// <summary>The final head was read, and the body is under way.</summary>
    Body,

    /// <summary>The trailer section is under way.</summary>
    Trailers,

    /// <summary>All of the response was read, and its end is not reported: not all of it has been consumed.</summary>
    Whole,

    /// <summary>The end was reported, or is of no interest after a close.</summary>
    Ended,

    /// <summary>The connection stopped being HTTP, and what came beyond the head can be taken.</summary>
    Tunnel,

    /// <summary>The tunnel was taken.</summary>
    TunnelTaken,

    /// <summary>The response failed, and that is not reported: what came before it has not been consumed.</summary>
    Broken,

    /// <summary>The failure was reported, or is of no interest after a close.</summary>
    Failed,
}
