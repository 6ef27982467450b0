using System.Text;

namespace PollHttp;

/// <summary>Turns a body into text: byte order mark, then charset, then UTF-8.</summary>
internal static class BodyText
{
    private static readonly Encoding[] Marked =
        [Encoding.UTF8, new UTF32Encoding(false, true), Encoding.Unicode, Encoding.BigEndianUnicode, new UTF32Encoding(true, true)];

    public static string Decode(ReadOnlyMemory<byte> body, HeaderBlock headers)
    {
        ReadOnlySpan<byte> bytes = body.Span;
        foreach (Encoding encoding in Marked)
        {
            if (bytes.StartsWith(encoding.Preamble))
            {
                return encoding.GetString(bytes[encoding.Preamble.Length..]);
            }
        }

        return bytes.IsEmpty ? "" : EncodingOf(headers).GetString(bytes);
    }

    public static Encoding EncodingOf(HeaderBlock headers)
    {
        if (!headers.TryGetValue("Content-Type", out string? type))
        {
            return Encoding.UTF8;
        }

        int at = type.IndexOf("charset=", StringComparison.OrdinalIgnoreCase);
        if (at < 0)
        {
            return Encoding.UTF8;
        }

        string name = type[(at + 8)..].Split(';', 2)[0].Trim(' ', '\t', '"');
        try
        {
            return Encoding.GetEncoding(name);
        }
        catch (ArgumentException)
        {
            throw new InvalidOperationException($"The charset '{name}' of the response is not known here.");
        }
    }
}
