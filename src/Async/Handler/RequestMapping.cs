using System.Net.Http.Headers;
using System.Text;
using PollHttp.Addresses;
using PollHttp.Authentication;
using PollHttp.Connections;
using PollHttp.Exchanges;

namespace PollHttp.Handler;

/// <summary>Converts an HttpRequestMessage to what an exchange sends. Does not change the message.</summary>
internal static class RequestMapping
{
    private static readonly string[] KnownMethods =
        ["GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH", "TRACE", "CONNECT", "QUERY"];

    /// <summary>
    /// Returns an exception for a message that can't be sent, in the order and with the types of the platform; otherwise null.
    /// </summary>
    public static Exception? Refusal(HttpRequestMessage request)
    {
        Version version = request.Version;
        if (version != HttpVersion.Version10 && version != HttpVersion.Version11
            && version != HttpVersion.Version20 && version != HttpVersion.Version30)
        {
            return new NotSupportedException("Request HttpVersion 0.X is not supported. Use 1.0 or above.".Replace("0.X", version.ToString(), StringComparison.Ordinal));
        }

        bool chunked = MessageFraming.IsChunked(request);
        if (chunked && request.Content is null)
        {
            return new HttpRequestException(
                "The request could not be sent.",
                new InvalidOperationException("'Transfer-Encoding: chunked' needs a content."));
        }

        if (version == HttpVersion.Version10 && request.Content is { } content && (chunked || content.Headers.ContentLength is null))
        {
            return new NotSupportedException("HTTP/1.0 has no chunks: the content must know its length.");
        }

        if (request.RequestUri is not { IsAbsoluteUri: true } uri)
        {
            return new InvalidOperationException(
                "An invalid request URI was provided. Either the request URI must be an absolute URI or BaseAddress must be set.");
        }

        if (uri.Scheme is not ("http" or "https" or "ws" or "wss"))
        {
            return new NotSupportedException($"The '{uri.Scheme}' scheme is not supported.");
        }

        if (request.Headers.Host is null && MethodOf(request) == "CONNECT" && ProtocolOf(request) is null)
        {
            return new HttpRequestException("A CONNECT request needs a Host field with its destination.");
        }

        return null;
    }

    /// <summary>Returns the address to send to: ws and wss are sent as http and https.</summary>
    public static Uri UriOf(HttpRequestMessage request)
    {
        Uri uri = request.RequestUri!;
        return uri.Scheme switch
        {
            "ws" => new UriBuilder(uri) { Scheme = "http", Port = uri.Port }.Uri,
            "wss" => new UriBuilder(uri) { Scheme = "https", Port = uri.Port }.Uri,
            _ => uri,
        };
    }

    public static string MethodOf(HttpRequestMessage request)
    {
        string given = request.Method.Method;
        foreach (string known in KnownMethods)
        {
            if (known.Equals(given, StringComparison.OrdinalIgnoreCase))
            {
                return known;
            }
        }

        return given;
    }

    /// <summary>Returns the protocol of an extended CONNECT, or null.</summary>
    public static string? ProtocolOf(HttpRequestMessage request) => MethodOf(request) == "CONNECT" ? request.Headers.Protocol : null;

    /// <summary>
    /// Changes the caller's message to the last request after redirects, as the platform's handler does: users read the final address from
    /// it, and outer handlers send it again.
    /// </summary>
    public static void FollowRedirects(HttpRequestMessage request, Exchange? exchange)
    {
        if (exchange is not { Redirects: > 0 })
        {
            return;
        }

        request.RequestUri = exchange.Uri;
        request.Headers.Authorization = null;
        if (exchange.Method != MethodOf(request))
        {
            request.Method = new HttpMethod(exchange.Method);
            request.Content = null; // the caller still disposes it
            if (request.Headers.TransferEncodingChunked == true)
            {
                request.Headers.TransferEncodingChunked = false;
            }
        }
    }

    /// <summary>Returns the fields of the message and of its content, in their order, without framing fields; null for none.
    /// <exception cref="HttpRequestException">A value can't be sent in the encoding chosen for it, or contains a line
    /// break.</exception></summary>
    public static HeaderList? HeadersOf(HttpRequestMessage request, HeaderEncodingSelector<HttpRequestMessage>? encodings)
    {
        if (request.Content is null && request.Headers.NonValidated.Count == 0)
        {
            return null;
        }

        HeaderList fields = new();
        Add(fields, request.Headers, request, encodings);
        if (request.Content is { } content)
        {
            Add(fields, content.Headers, request, encodings);
        }

        return fields;
    }

    private static void Add(
        HeaderList fields, HttpHeaders headers, HttpRequestMessage request, HeaderEncodingSelector<HttpRequestMessage>? encodings)
    {
        foreach ((string name, HeaderStringValues values) in headers.NonValidated)
        {
            if (name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase)
                || name.Equals("Transfer-Encoding", StringComparison.OrdinalIgnoreCase))
            {
                continue;
            }

            if (request.Version == HttpVersion.Version10 && name.Equals("Expect", StringComparison.OrdinalIgnoreCase))
            {
                continue; // HTTP/1.0 has no interim responses
            }

            string value = Encode(name, values.ToString(), encodings?.Invoke(name, request));
            try
            {
                fields.Add(name, value);
            }
            catch (ArgumentException error)
            {
                throw new HttpRequestException($"The request field '{name}' can't be sent: {error.Message}", error);
            }
        }
    }

    /// <summary>Returns the value as text whose Latin-1 bytes are sent.</summary>
    private static string Encode(string name, string value, Encoding? encoding)
    {
        if (encoding is not null)
        {
            return Encoding.Latin1.GetString(encoding.GetBytes(value));
        }

        return System.Text.Ascii.IsValid(value)
            ? value
            : throw new HttpRequestException($"The request field '{name}' has characters outside ASCII, and no encoding was selected for it.");
    }
}
