namespace PollHttp.Core;

/// <summary>How far the response of the latest exchange was read and reported. From <see cref="Body"/> on there is a final head.</summary>
internal enum ResponseProgress
{
    /// <summary>When no exchange has begun.</summary>
    None,

    /// <summary>When no byte of the next head was read.</summary>
    Head,

    /// <summary>When a part of a head was read.</summary>
    InHead,

    /// <summary>When the final head was read, and the body is under way.</summary>
    Body,

    /// <summary>When the trailer section is under way.</summary>
    Trailers,

    /// <summary>When all of the response was read, and its end is not reported: not all of it has been consumed.</summary>
    Whole,

    /// <summary>When the end was reported, or is of no interest after a close.</summary>
    Ended,

    /// <summary>When the connection stopped being HTTP, and what came beyond the head can be taken.</summary>
    Tunnel,

    /// <summary>When the tunnel was taken.</summary>
    TunnelTaken,

    /// <summary>When the response failed, and that is not reported: what came before it has not been consumed.</summary>
    Broken,

    /// <summary>When the failure was reported, or is of no interest after a close.</summary>
    Failed,
}
