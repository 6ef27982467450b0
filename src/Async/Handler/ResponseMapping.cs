using System.Net.Http.Headers;
using System.Text;

namespace PollHttp.Handler;

/// <summary>Makes an HttpResponseMessage of a response, with its body still on the connection.</summary>
internal static class ResponseMapping
{
    // Fields about framing, routing, authentication and the content have no meaning after it (RFC 9110 §6.5.1).
    private static readonly HashSet<string> NeverTrailing = new(StringComparer.OrdinalIgnoreCase)
    {
        "Age", "Authorization", "Cache-Control", "Content-Disposition", "Content-Encoding", "Content-Length", "Content-Location", "Content-Range", "Content-Type", "Date",
        "Expect", "Expires", "Host", "If-Match", "If-Modified-Since", "If-None-Match", "If-Range", "If-Unmodified-Since", "Location",
        "Max-Forwards", "Pragma", "Proxy-Authenticate", "Proxy-Authorization", "Range", "Retry-After", "Set-Cookie", "Set-Cookie2", "TE", "Trailer",
        "Transfer-Encoding", "Vary", "Warning", "WWW-Authenticate",
    };

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static HttpResponseMessage Map(
        Response response, HttpRequestMessage request, HeaderEncodingSelector<HttpRequestMessage>? encodings)
    {
        ResponseHead head = response.Head;
        HttpResponseMessage message = new((HttpStatusCode)head.StatusCode)
        {
            Version = head.Version,
            ReasonPhrase = head.MajorVersion == 2 ? null : head.ReasonPhrase, // HTTP/2 has none: the standard one
            RequestMessage = request,
        };
        PollHttpContent content = new(response, message);
        message.Content = content;
        HeaderBlock fields = head.Headers;
        for (int i = 0; i < fields.Count; i++)
        {
            string name = fields.GetName(i);
            string value = Decode(fields, i, name, encodings?.Invoke(name, request));
            if (!message.Headers.TryAddWithoutValidation(name, value))
            {
                content.Headers.TryAddWithoutValidation(name, value);
            }
        }

        return message;
    }

    /// <summary>At the end of the body: the collection is there from the start, and filled now (P-160).</summary>
    public static void AddTrailers(HttpResponseMessage message, IReadOnlyList<HeaderField> trailers)
    {
        foreach (HeaderField trailer in trailers)
        {
            if (!NeverTrailing.Contains(trailer.Name))
            {
                message.TrailingHeaders.TryAddWithoutValidation(trailer.Name, trailer.Value);
            }
        }
    }

    private static string Decode(HeaderBlock fields, int index, string name, Encoding? encoding)
    {
        if (encoding is not null)
        {
            return encoding.GetString(fields.GetValueBytes(index));
        }

        if (name.Equals("Location", StringComparison.OrdinalIgnoreCase))
        {
            try
            {
                return StrictUtf8.GetString(fields.GetValueBytes(index));
            }
            catch (DecoderFallbackException)
            {
                // Many servers send it in UTF-8, the others in Latin-1 (P-106).
            }
        }

        return fields[index].Value;
    }
}
