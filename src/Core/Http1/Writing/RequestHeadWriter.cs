using System.Buffers.Text;
using System.Text;

namespace PollHttp.Core;

/// <summary>Writes a checked request head as bytes (RFC 9112 §3, §5): Host first, framing last.</summary>
internal static class RequestHeadWriter
{
    public static int Measure(RequestHead head, ContentFraming content)
    {
        int size = head.Method.Length + head.Target.Length + head.Authority.Length + 64;
        foreach (HeaderField field in head.Headers)
        {
            size += field.Name.Length + field.Value.Length + 4;
        }

        return size + (content.Kind == ContentFramingKind.None ? 0 : 48);
    }

    /// <summary>Writes into a span of at least the measured size; returns how many bytes.</summary>
    public static int Write(Span<byte> destination, RequestHead head, ContentFraming content, in HeadSummary summary)
    {
        var writer = new Writer(destination);
        writer.Text(head.Method);
        writer.Bytes(" "u8);
        writer.Text(head.Target);
        writer.Bytes(head.IsHttp10 ? " HTTP/1.0\r\n"u8 : " HTTP/1.1\r\n"u8);
        if (summary.HasHost)
        {
            _ = head.Headers.TryGetValue("Host", out string? host);
            writer.Field("Host", host!);
        }
        else
        {
            writer.Field("Host", head.Authority);
        }

        foreach (HeaderField field in head.Headers)
        {
            if (!IsOurs(field.Name))
            {
                writer.Field(field.Name, field.Value);
            }
        }

        if (content.Kind == ContentFramingKind.Length)
        {
            writer.Bytes("Content-Length: "u8);
            writer.Number(content.Length);
            writer.Bytes("\r\n"u8);
        }
        else if (content.Kind == ContentFramingKind.Chunked)
        {
            writer.Bytes("Transfer-Encoding: chunked\r\n"u8);
        }

        writer.Bytes("\r\n"u8);
        return writer.Length;
    }

    private static bool IsOurs(string name) => name.Length switch
    {
        4 => name.Equals("Host", StringComparison.OrdinalIgnoreCase),
        14 => name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase),
        17 => name.Equals("Transfer-Encoding", StringComparison.OrdinalIgnoreCase),
        _ => false,
    };

    private ref struct Writer(Span<byte> destination)
    {
        private readonly Span<byte> _destination = destination;

        public int Length { get; private set; }

        public void Bytes(ReadOnlySpan<byte> bytes)
        {
            bytes.CopyTo(_destination[Length..]);
            Length += bytes.Length;
        }

        public void Text(string text) => Length += Encoding.Latin1.GetBytes(text, _destination[Length..]);

        public void Field(string name, string value)
        {
            Text(name);
            Bytes(": "u8);
            Text(value);
            Bytes("\r\n"u8);
        }

        public void Number(long value)
        {
            _ = Utf8Formatter.TryFormat(value, _destination[Length..], out int written);
            Length += written;
        }
    }
}
