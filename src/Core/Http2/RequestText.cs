using System.Text;

namespace PollHttp.Core.Http2;

/// <summary>Writes the head of a request as text, in the form of HTTP/1. For records, since the sent octets are compressed.</summary>
internal static class RequestText
{
    public static byte[] Write(RequestHead head, ContentFraming content)
    {
        StringBuilder text = new();
        text.Append(head.Method).Append(' ').Append(head.Target).Append(" HTTP/2.0\r\n");
        if (!head.Headers.Contains("Host"))
        {
            text.Append("Host: ").Append(head.Authority).Append("\r\n");
        }

        foreach (HeaderField field in head.Headers)
        {
            text.Append(field.Name).Append(": ").Append(field.Value).Append("\r\n");
        }

        if (content.Kind == ContentFramingKind.Length && !head.Headers.Contains("Content-Length"))
        {
            text.Append("Content-Length: ").Append(content.Length).Append("\r\n");
        }

        return Encoding.Latin1.GetBytes(text.Append("\r\n").ToString());
    }
}
