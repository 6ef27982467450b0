namespace PollHttp;

/// <summary>Specifies content codings (RFC 9110
/// §8.4.1) that can be decoded; they can be combined.</summary>
[Flags]
public enum ContentCodings
{
    /// <summary>Nothing is requested or decoded.</summary>
    None = 0,

    /// <summary>The coding <c>gzip</c> or <c>x-gzip</c> (RFC 1952).</summary>
    GZip = 1,

    /// <summary>The coding <c>deflate</c>: the zlib format (RFC 1950), or raw as some servers send it.</summary>
    Deflate = 2,

    /// <summary>The coding <c>br</c> (RFC 7932).</summary>
    Brotli = 4,

    /// <summary>The coding <c>zstd</c> (RFC 8878), with a window of at most 8 MiB (RFC 9659).</summary>
    Zstandard = 8,

    /// <summary>All of the codings.</summary>
    All = GZip | Deflate | Brotli | Zstandard,
}
