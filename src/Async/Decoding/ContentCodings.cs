namespace PollHttp;

/// <summary>Content codings (RFC 9110 §8.4.1) that can be decoded; combine them.</summary>
[Flags]
public enum ContentCodings
{
    /// <summary>Nothing is decoded and none is asked for.</summary>
    None = 0,

    /// <summary>A body comes as <c>gzip</c> or <c>x-gzip</c> (RFC 1952).</summary>
    GZip = 1,

    /// <summary>When it comes as <c>deflate</c>: zlib format (RFC 1950), or raw as some servers send it.</summary>
    Deflate = 2,

    /// <summary>When it comes as <c>br</c> (RFC 7932).</summary>
    Brotli = 4,

    /// <summary>When it comes as <c>zstd</c> (RFC 8878), with a window of at most 8 MiB (RFC 9659).</summary>
    Zstandard = 8,

    /// <summary>Each of them is welcome.</summary>
    All = GZip | Deflate | Brotli | Zstandard,
}
