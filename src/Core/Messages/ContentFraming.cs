namespace PollHttp.Core;

/// <summary>How the content of a request is delimited on the wire (RFC 9112 §6).</summary>
/// <param name="Kind">None, a length, or chunks.</param>
/// <param name="Length">Bytes; meaningful for <see cref="ContentFramingKind.Length"/> only.</param>
public readonly record struct ContentFraming(ContentFramingKind Kind, long Length)
{
    /// <summary>No content, and no field that speaks of one.</summary>
    public static ContentFraming None => default;

    /// <summary>Content in chunks, for a length not known beforehand.</summary>
    public static ContentFraming Chunked => new(ContentFramingKind.Chunked, -1);

    /// <summary>Content of exactly <paramref name="length"/> bytes; 0 sends <c>Content-Length: 0</c>.</summary>
    public static ContentFraming OfLength(long length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        return new(ContentFramingKind.Length, length);
    }
}
