namespace PollHttp.Core;

/// <summary>Describes how the content of a request is delimited on the wire (RFC 9112 §6).</summary>
/// <param name="Kind">None, a length, or chunks.</param>
/// <param name="Length">Bytes; meaningful for <see cref="ContentFramingKind.Length"/> only.</param>
public readonly record struct ContentFraming(ContentFramingKind Kind, long Length)
{
    /// <summary>Gets the framing for no content, which sends no field about content.</summary>
    public static ContentFraming None => default;

    /// <summary>Gets the framing in chunks, for a length that is not known in advance.</summary>
    public static ContentFraming Chunked => new(ContentFramingKind.Chunked, -1);

    /// <summary>Returns the framing for exactly <paramref name="length"/> bytes; 0 sends <c>Content-Length: 0</c>.</summary>
    public static ContentFraming OfLength(long length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        return new(ContentFramingKind.Length, length);
    }
}
