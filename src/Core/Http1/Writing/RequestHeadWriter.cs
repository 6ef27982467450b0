using System.Buffers.Text;
using System.Diagnostics;
using System.Text;

namespace PollHttp.Core;

/// <summary>Writes a checked request head as bytes (RFC 9112 §3, §5): Host first, framing last.</summary>
internal static class RequestHeadWriter
{
    /// <summary>Returns the exact size of the head.</summary>
    public static int Measure(RequestHead head, ContentFraming content, HeadTraits traits)
    {
        int size = head.Method.Length + head.Target.Length + " ".Length + " HTTP/1.1\r\n".Length + "\r\n".Length;
        size += (traits & HeadTraits.Host) != 0 ? 0 : FieldSize("Host".Length, head.Authority.Length);
        foreach (HeaderField field in head.Headers)
        {
            if (!IsOurs(field.Name) || field.Name.Length == "Host".Length)
            {
                size += FieldSize(field.Name.Length, field.Value.Length);
            }
        }

        return size + content.Kind switch
        {
            ContentFramingKind.Length => FieldSize("Content-Length".Length, CountDigits(content.Length)),
            ContentFramingKind.Chunked => FieldSize("Transfer-Encoding".Length, "chunked".Length),
            _ => 0,
        };
    }

    private static int FieldSize(int name, int value) => name + ": ".Length + value + "\r\n".Length;

    private static int CountDigits(long number)
    {
        int digits = 1;
        for (; number >= 10; number /= 10)
        {
            digits++;
        }

        return digits;
    }

    /// <summary>Writes into a span of at least the measured size.</summary>
    public static void Write(Span<byte> destination, RequestHead head, ContentFraming content, HeadTraits traits)
    {
        var writer = new Writer(destination);
        writer.Text(head.Method);
        writer.Bytes(" "u8);
        writer.Text(head.Target);
        writer.Bytes(head.IsHttp10 ? " HTTP/1.0\r\n"u8 : " HTTP/1.1\r\n"u8);
        if ((traits & HeadTraits.Host) != 0)
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
        Debug.Assert(writer.Length == Measure(head, content, traits), "The measure of a head is not its size.");
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
