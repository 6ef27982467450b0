namespace PollHttp;

/// <summary>How a content is compressed (RFC 9110 §8.4.1).</summary>
public enum ContentCoding
{
    /// <summary>When nearly every server must understand it.</summary>
    Gzip,

    /// <summary>When the server is known to understand it: smaller for text.</summary>
    Brotli,

    /// <summary>When a server asks for "deflate": the zlib format.</summary>
    Deflate,
}
