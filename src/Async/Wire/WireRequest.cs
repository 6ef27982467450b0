using System.Text;

namespace PollHttp;

/// <summary>Represents the head of a request as it was written to the wire.</summary>
public sealed class WireRequest
{
    private WireRequest(string target, bool isHttp2, int minorVersion, IReadOnlyList<HeaderField> headers, int headBytes)
    {
        IsHttp2 = isHttp2;
        Target = target;
        MinorVersion = minorVersion;
        Headers = headers;
        HeadBytes = headBytes;
    }

    /// <summary>Gets the target as it was sent: a path with its query or, to a proxy, an absolute address.</summary>
    public string Target { get; }

    /// <summary>
    /// Gets a value indicating whether the request was sent in HTTP/2, where the head is compressed. The fields are then those that were
    /// encoded, without pseudo-fields.
    /// </summary>
    public bool IsHttp2 { get; }

    /// <summary>Gets the minor version of HTTP/1, 0 or 1; 0 in HTTP/2.</summary>
    public int MinorVersion { get; }

    /// <summary>Gets the fields in the order sent, including Host and the fields of the content and its framing.</summary>
    public IReadOnlyList<HeaderField> Headers { get; }

    /// <summary>
    /// Gets the size of the head in bytes, including the empty line at its end; for HTTP/2 the size it would have in HTTP/1.
    /// </summary>
    public int HeadBytes { get; }

    /// <summary>Parses a head from the bytes to send, so that the record shows exactly what was sent.</summary>
    internal static WireRequest Read(in ReadOnlySequence<byte> head)
    {
        string text = Encoding.Latin1.GetString(head);
        ReadOnlySpan<char> rest = text;
        ReadOnlySpan<char> line = TakeLine(ref rest);
        int method = line.IndexOf(' ');
        int version = line.LastIndexOf(' ');
        List<HeaderField> fields = [];
        for (ReadOnlySpan<char> field = TakeLine(ref rest); !field.IsEmpty; field = TakeLine(ref rest))
        {
            int colon = field.IndexOf(':');
            fields.Add(new(field[..colon].ToString(), field[(colon + 1)..].Trim(' ').ToString()));
        }

        return new(line[(method + 1)..version].ToString(), line[version + "HTTP/".Length + 1] == '2', line[^1] - '0', fields, text.Length);
    }

    private static ReadOnlySpan<char> TakeLine(ref ReadOnlySpan<char> rest)
    {
        int end = rest.IndexOf("\r\n", StringComparison.Ordinal);
        ReadOnlySpan<char> line = rest[..end];
        rest = rest[(end + 2)..];
        return line;
    }
}
