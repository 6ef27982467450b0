namespace PollHttp;

/// <summary>The content of a response with its last content coding taken off, as the platform's handler does it (P-076, P-077).</summary>
internal sealed class DecodedContent : HttpContent
{
    private readonly HttpContent _encoded;
    private readonly string _coding;
    private bool _consumed;

    private DecodedContent(HttpContent encoded, string coding, string[] remaining)
    {
        _encoded = encoded;
        _coding = coding;
        foreach ((string name, System.Net.Http.Headers.HeaderStringValues values) in encoded.Headers.NonValidated)
        {
            if (name is not ("Content-Length" or "Content-Encoding"))
            {
                Headers.TryAddWithoutValidation(name, values);
            }
        }

        Headers.TryAddWithoutValidation("Content-Encoding", remaining);
    }

    /// <summary>The content itself where its last coding is none of those that were asked for.</summary>
    public static HttpContent For(HttpContent content, DecompressionMethods methods)
    {
        if (methods == DecompressionMethods.None || !content.Headers.NonValidated.TryGetValues("Content-Encoding", out var values))
        {
            return content;
        }

        string[] codings = string.Join(",", values).Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        string last = codings.Length == 0 ? "" : codings[^1].ToLowerInvariant();
        return (MethodOf(last) & methods) == 0 ? content : new DecodedContent(content, last, codings[..^1]);
    }

    /// <summary>Asks for the methods that the request does not speak of already (P-142).</summary>
    public static void AskFor(HeaderList fields, DecompressionMethods methods)
    {
        string value = fields.TryGetValue("Accept-Encoding", out string? own) ? own : "";
        string[] named = [.. value.Split(',').Select(static part => part.Split(';')[0].Trim().ToLowerInvariant())];
        foreach (string coding in (string[])["gzip", "deflate", "br"])
        {
            if ((MethodOf(coding) & methods) != 0 && !named.Contains(coding))
            {
                value = value.Length == 0 ? coding : $"{value}, {coding}";
            }
        }

        if (value.Length > 0 && value != own)
        {
            fields.Set("Accept-Encoding", value);
        }
    }

    protected override Task<Stream> CreateContentReadStreamAsync() => Task.FromResult(Decode(_encoded.ReadAsStream()));

    protected override Stream CreateContentReadStream(CancellationToken cancellationToken) => Decode(_encoded.ReadAsStream(cancellationToken));

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        Stream plain = Decode(await _encoded.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false));
        await using (plain.ConfigureAwait(false))
        {
            await plain.CopyToAsync(stream, cancellationToken).ConfigureAwait(false);
        }
    }

    protected override void SerializeToStream(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        using Stream plain = Decode(_encoded.ReadAsStream(cancellationToken));
        plain.CopyTo(stream);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _encoded.Dispose();
        }

        base.Dispose(disposing);
    }

    private Stream Decode(Stream encoded)
    {
        if (_consumed)
        {
            throw new InvalidOperationException("The stream was already consumed. It cannot be read again.");
        }

        _consumed = true;
        return new DecodedContentStream(encoded, _coding switch
        {
            "gzip" => ContentCodings.GZip,
            "deflate" => ContentCodings.Deflate,
            _ => ContentCodings.Brotli,
        });
    }

    private static DecompressionMethods MethodOf(string coding) => coding switch
    {
        "gzip" => DecompressionMethods.GZip,
        "deflate" => DecompressionMethods.Deflate,
        "br" => DecompressionMethods.Brotli,
        _ => DecompressionMethods.None,
    };
}
