namespace PollHttp;

/// <summary>The content of a response with its last content coding taken off, as the platform's handler does it (P-076, P-077).</summary>
internal sealed class DecodedContent : OnceReadContent
{
    private readonly HttpContent _encoded;
    private readonly string _coding;

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

    protected override Stream OpenStream(CancellationToken token) => new DecodedContentStream(_encoded.ReadAsStream(token), _coding switch
    {
        "gzip" => ContentCodings.GZip,
        "deflate" => ContentCodings.Deflate,
        _ => ContentCodings.Brotli,
    });

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _encoded.Dispose();
        }

        base.Dispose(disposing);
    }

    private static DecompressionMethods MethodOf(string coding) => coding switch
    {
        "gzip" => DecompressionMethods.GZip,
        "deflate" => DecompressionMethods.Deflate,
        "br" => DecompressionMethods.Brotli,
        _ => DecompressionMethods.None,
    };
}
