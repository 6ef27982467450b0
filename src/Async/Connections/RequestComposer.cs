using PollHttp.Decoding;
using PollHttp.Exchanges;
using PollHttp.Settings;

namespace PollHttp.Connections;

/// <summary>
/// Composes the request head of an exchange: its own fields, the fields that policies add, and the defaults of the client. Each connection
/// has one, since most requests on a connection differ only in their target.
/// </summary>
internal sealed class RequestComposer
{
    private readonly RequestHead _head = new();
    private bool _isPlain;
    private string? _acceptEncoding;

    /// <summary>Composes the head to be written.</summary>
    /// <param name="exchange">The exchange of the request.</param>
    /// <param name="authority">The authority of its origin.</param>
    /// <param name="settings">The fields that are sent if the request has none.</param>
    /// <param name="decompression">The codings that the response may have, or null for none.</param>
    /// <returns>The head, valid until the next call.</returns>
    public RequestHead Compose(Exchange exchange, string authority, ExchangeSettings settings, DecompressionOptions? decompression)
    {
        if (!ReferenceEquals(_head.Method, exchange.Method))
        {
            _head.Method = exchange.Method;
        }

        if (!ReferenceEquals(_head.Target, exchange.Target))
        {
            _head.Target = exchange.Target;
        }

        if (!ReferenceEquals(_head.Authority, authority))
        {
            _head.Authority = authority;
        }

        _head.Protocol = exchange.Protocol;
        _head.IsHttp10 = exchange.IsHttp10;
        _head.AllowUnusualFields = exchange.Message is not null;
        HeaderList? added = exchange.Added;
        string? acceptEncoding = CodingPlan.AcceptEncodingOf(decompression?.Codings ?? ContentCodings.None);
        bool plain = exchange.Headers is null or { Count: 0 } && added is null && exchange.Content is not { HasHeaders: true };
        if (plain && _isPlain && ReferenceEquals(acceptEncoding, _acceptEncoding))
        {
            return _head;
        }

        _isPlain = false; // until it is complete: a refused field must leave nothing for the next request
        HeaderList headers = _head.Headers;
        headers.Clear();
        if (exchange.Headers is { Count: > 0 } own)
        {
            foreach (HeaderField field in own)
            {
                if (exchange.IsHttp10 && field.Name.Equals("Expect", StringComparison.OrdinalIgnoreCase))
                {
                    continue; // HTTP/1.0 has no interim responses
                }

                if (added is null || !added.Contains(field.Name))
                {
                    headers.Add(field);
                }
            }
        }

        if (added is not null)
        {
            foreach (HeaderField field in added)
            {
                headers.Add(field);
            }
        }

        AddDefault(headers, "User-Agent", settings.UserAgent);
        AddDefault(headers, "Accept", settings.Accept);
        if (!headers.Contains("Range"))
        {
            AddDefault(headers, "Accept-Encoding", acceptEncoding);
        }

        if (exchange.Message is null)
        {
            exchange.Content?.AddHeadersTo(headers); // the fields of a message include them already
        }

        _isPlain = plain;
        _acceptEncoding = acceptEncoding;
        return _head;
    }

    private static void AddDefault(HeaderList headers, string name, string? value)
    {
        if (!string.IsNullOrEmpty(value) && !headers.Contains(name))
        {
            headers.Add(name, value);
        }
    }

    /// <summary>Gets the framing of the content.</summary>
    public static ContentFraming FramingOf(Exchange exchange)
    {
        if (exchange.Message is not null)
        {
            return MessageFraming.Of(exchange);
        }

        if (exchange.Content is not { } content)
        {
            return exchange.Method is "POST" or "PUT" or "PATCH" ? ContentFraming.OfLength(0) : ContentFraming.None;
        }

        // The framing that a request names applies if the content leaves a choice. A contradiction is refused with the head.
        string? announced = null;
        bool chunks = content.TrailersOrNull is not null || exchange.Headers?.Contains("Transfer-Encoding") == true;
        if (!chunks && exchange.ContentLength is null && exchange.Headers?.TryGetValue("Content-Length", out announced) == true
            && long.TryParse(announced, System.Globalization.NumberStyles.None, null, out long promised))
        {
            return ContentFraming.OfLength(promised);
        }

        return !chunks && exchange.ContentLength is { } length ? ContentFraming.OfLength(length) : ContentFraming.Chunked;
    }
}
