namespace PollHttp;

/// <summary>Which codings a response is in, and whether they are to be undone .</summary>
internal static class CodingPlan
{
    /// <summary>Links of a chain, counted over all lines: nobody sends two, and each costs memory and time .</summary>
    public const int MaxLinks = 5;

    private static readonly string?[] s_acceptEncodings = new string?[(int)ContentCodings.All + 1];

    /// <summary>The value of Accept-Encoding for these codings; the same string each time. Null for none.</summary>
    public static string? AcceptEncodingOf(ContentCodings codings)
    {
        codings &= ContentCodings.All;
        return codings == ContentCodings.None ? null : s_acceptEncodings[(int)codings] ??= Join(codings);
    }

    /// <summary>The codings of a response in the order they were applied, where all of them are to be undone; otherwise none.</summary>
    /// <param name="head">The head.</param>
    /// <param name="options">What to decode, or null for nothing.</param>
    /// <param name="codings">Empty: the body is left as it is.</param>
    /// <returns>False when there are too many.</returns>
    public static bool TryPlan(ResponseHead head, DecompressionOptions? options, out ContentCodings[] codings)
    {
        codings = [];
        if (options is null || options.Codings == ContentCodings.None || head.Framing.Kind == BodyFramingKind.None
            || head.StatusCode == 206 || !head.Headers.Contains("Content-Encoding"))
        {
            return true;
        }

        return TryParse(head.Headers.GetCombined("Content-Encoding")!, options.Codings, out codings, out _);
    }

    /// <summary>The same by the names alone.</summary>
    /// <param name="names">Of all lines, joined.</param>
    /// <param name="allowed">What can be undone.</param>
    /// <param name="codings">Empty: the body is left as it is.</param>
    /// <param name="isUnasked">Whether the body is left as it is for a coding that is known, but not among the allowed ones.</param>
    /// <returns>False when there are too many.</returns>
    public static bool TryParse(string names, ContentCodings allowed, out ContentCodings[] codings, out bool isUnasked)
    {
        codings = [];
        isUnasked = false;
        List<ContentCodings> found = [];
        int links = 0;
        foreach (string part in names.Split(',', MaxLinks * 100))
        {
            ReadOnlySpan<char> name = part.AsSpan().Trim(" \t");
            if (name.IsEmpty || name.Equals("identity", StringComparison.OrdinalIgnoreCase))
            {
                continue;
            }

            if (++links > MaxLinks)
            {
                return false;
            }

            found.Add(Parse(name));
        }

        // A value that names no coding, such as UTF-8, says nothing of the body: with it, the others are not to be believed either.
        if (!found.Contains(ContentCodings.None))
        {
            isUnasked = found.Exists(c => (c & allowed) == ContentCodings.None);
            codings = isUnasked ? [] : [.. found];
        }

        return true;
    }

    /// <summary>The decoders for a plan: the coding applied last is undone first.</summary>
    public static DecoderChain NewChain(ContentCodings[] codings, bool allowTrailingData)
    {
        var stages = new DecoderStage[codings.Length];
        for (int i = 0; i < stages.Length; i++)
        {
            stages[i] = new DecoderStage(NewDecoder(codings[^(i + 1)]), allowTrailingData);
        }

        return new DecoderChain(stages);
    }

    private static ContentDecoder NewDecoder(ContentCodings coding) => coding switch
    {
        ContentCodings.GZip => new GZipDecoder(),
        ContentCodings.Deflate => new DeflateDecoder(),
        ContentCodings.Brotli => new BrotliContentDecoder(),
        _ => new ZstandardDecoder(),
    };

    private static ContentCodings Parse(ReadOnlySpan<char> name)
    {
        Span<char> lower = stackalloc char[8];
        return name.Length > lower.Length ? ContentCodings.None : lower[..name.ToLowerInvariant(lower)] switch
        {
            "gzip" or "x-gzip" => ContentCodings.GZip,
            "deflate" => ContentCodings.Deflate,
            "br" => ContentCodings.Brotli,
            "zstd" => ContentCodings.Zstandard,
            _ => ContentCodings.None,
        };
    }

    private static string Join(ContentCodings codings)
    {
        List<string> names = [];
        foreach ((ContentCodings coding, string name) in new[]
        {
            (ContentCodings.GZip, "gzip"), (ContentCodings.Deflate, "deflate"), (ContentCodings.Brotli, "br"), (ContentCodings.Zstandard, "zstd"),
        })
        {
            if ((codings & coding) != ContentCodings.None)
            {
                names.Add(name);
            }
        }

        return string.Join(", ", names);
    }
}
