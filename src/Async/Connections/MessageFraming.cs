using PollHttp.Exchanges;

namespace PollHttp.Connections;

/// <summary>Determines the framing of the content of a message. The message may choose it itself.</summary>
internal static class MessageFraming
{
    public static ContentFraming Of(Exchange exchange)
    {
        if (exchange.Protocol is not null)
        {
            return ContentFraming.None; // a tunnel
        }

        if (exchange.Content is null)
        {
            return exchange.Method is "GET" or "HEAD" or "CONNECT" or "OPTIONS" or "DELETE"
                ? ContentFraming.None
                : ContentFraming.OfLength(0);
        }

        return !IsChunked(exchange.Message!) && exchange.ContentLength is { } length
            ? ContentFraming.OfLength(length)
            : ContentFraming.Chunked;
    }

    /// <summary>Determines whether the message asks for chunks.</summary>
    public static bool IsChunked(HttpRequestMessage request) =>
        request.Headers.NonValidated.Contains("Transfer-Encoding") && request.Headers.TransferEncodingChunked == true;
}
