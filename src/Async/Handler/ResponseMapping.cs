using System.Net.Http.Headers;
using System.Text;

namespace PollHttp.Handler;

/// <summary>Creates an HttpResponseMessage from a response whose body is still on the connection.</summary>
internal static class ResponseMapping
{
    // Fields about framing, routing, authentication and content have no meaning in trailers (RFC 9110 <summary>6.5.1).</summary>
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
            ReasonPhrase = head.MajorVersion == 2 ? null : head.ReasonPhrase, // HTTP/2 has none: the default phrase
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

    /// <summary>Adds the trailers at the end of the body. The collection exists from the start and is filled now.</summary>
    public static void AddTrailers(HttpResponseMessage message, IReadOnlyList<HeaderField> trailers)
    {
        foreach (HeaderField trailer in trailers)
        {
            if (message.Version.Major >= 2 || !NeverTrailing.Contains(trailer.Name))
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
                // Many servers send it in UTF-8, others in Latin-1.
            }
        }

        return fields[index].Value;
    }
}
