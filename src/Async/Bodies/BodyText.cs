using System.Text;

namespace PollHttp.Bodies;

/// <summary>Decodes a body as text: by the byte order mark, then the charset, then UTF-8.</summary>
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

        return bytes.IsEmpty ? "" : ContentCharset.Of(headers).GetString(bytes);
    }
}
