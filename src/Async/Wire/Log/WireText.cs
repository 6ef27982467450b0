using System.Globalization;
using System.Text;

namespace PollHttp.Wire;

/// <summary>
/// Formats heads and bodies as text for a log, with secrets removed. Received text can't add its own lines, and control characters are
/// escaped.
/// </summary>
internal static class WireText
{
    private const string NewLine = "\n  ";

    public static string OfRequest(WireExchange exchange, WireRedaction redaction)
    {
        WireRequest request = exchange.Request!;
        StringBuilder text = new(NewLine);
        text.Append(exchange.Method).Append(' ').Append(redaction.RedactAddress(request.Target)).Append(request.IsHttp2 ? " HTTP/2." : " HTTP/1.").Append(request.MinorVersion);
        return AppendFields(text, exchange, request.Headers, redaction).ToString();
    }

    public static string OfResponse(WireExchange exchange, ResponseHead head, WireRedaction redaction)
    {
        StringBuilder text = new(NewLine);
        text.Append("HTTP/").Append(head.Version).Append(' ').Append(head.StatusCode).Append(' ').Append(Escape(head.ReasonPhrase));
        return AppendFields(text, exchange, head.Headers, redaction).ToString();
    }

    public static string OfTrailers(WireExchange exchange, WireRedaction redaction) =>
        AppendFields(new(), exchange, exchange.Trailers, redaction).ToString();

    public static string OfBody(in WireBody body, WireRedaction redaction)
    {
        string shown = body.TryGetText(redaction, out string? text) ? Escape(text) : Convert.ToHexString(body.Bytes.Span);
        return body.IsCut ? shown + "…" : shown;
    }

    private static StringBuilder AppendFields(StringBuilder text, WireExchange exchange, IEnumerable<HeaderField> fields, WireRedaction redaction)
    {
        foreach (HeaderField field in fields)
        {
            text.Append(NewLine).Append(field.Name).Append(": ").Append(Escape(redaction.RedactField(field, exchange.SecretFields)));
        }

        return text;
    }

    private static string Escape(string text)
    {
        if (!text.Any(char.IsControl))
        {
            return text;
        }

        StringBuilder escaped = new(text.Length + 16);
        foreach (char c in text)
        {
            _ = c switch
            {
                '\n' => escaped.Append("\\n"),
                '\r' => escaped.Append("\\r"),
                '\t' => escaped.Append("\\t"),
                _ when char.IsControl(c) => escaped.Append(CultureInfo.InvariantCulture, $"\\x{(int)c:x2}"),
                _ => escaped.Append(c),
            };
        }

        return escaped.ToString();
    }
}
