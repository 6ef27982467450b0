namespace PollHttp.Decoding;

/// <summary>Decides which codings are requested, which a response has, and whether they are decoded.</summary>
/// <remarks>
/// The rules depend on the API:
/// <list type="bullet">
/// <item>The client decodes all codings or none. A partial response (206) is not decoded, since decoding can't begin in the middle.</item>
/// <item>A polled download decodes all codings, or fails, since it writes the content to the file. It never requests part of a coded body;
/// an unrequested part either is the whole, or fails as truncated or malformed.</item>
/// <item>The handler decodes only the last coding, whatever the status, as the platform's handler does.</item>
/// </list>
/// </remarks>
internal static class CodingPlan
{
    /// <summary>The maximum number of codings over all lines: real servers do not send two, and each costs memory and time.</summary>
    public const int MaxLinks = 5;

    private static readonly string?[] s_acceptEncodings = new string?[(int)ContentCodings.All + 1];

    /// <summary>Returns the value of Accept-Encoding for these codings; the same string each time. Null for none.</summary>
    public static string? AcceptEncodingOf(ContentCodings codings)
    {
        codings &= ContentCodings.All;
        return codings == ContentCodings.None ? null : s_acceptEncodings[(int)codings] ??= Join(codings);
    }

    /// <summary>Requests the methods that a message of the platform does not mention already.</summary>
    public static void AskFor(HeaderList fields, DecompressionMethods methods)
    {
        string value = fields.TryGetValue("Accept-Encoding", out string? own) ? own : "";
        string[] named = [.. value.Split(',').Select(static part => part.Split(';')[0].Trim().ToLowerInvariant())];
        foreach (string coding in (string[])["gzip", "deflate", "br"])
        {
            if (IsAmong(Parse(coding), methods) && !named.Contains(coding))
            {
                value = value.Length == 0 ? coding : $"{value}, {coding}";
            }
        }

        if (value.Length > 0 && value != own)
        {
            fields.Set("Accept-Encoding", value);
        }
    }

    /// <summary>Gets the codings of a response to the client in the order in which they were applied, if all of them will be decoded;
    /// otherwise none.</summary>
    /// <param name="head">The head.</param>
    /// <param name="options">What to decode, or null for nothing.</param>
    /// <param name="codings">The codings; empty if the body is not decoded.</param>
    /// <returns>False if there are too many.</returns>
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

    /// <summary>Gets the codings of a response to a polled download, all of which will be decoded.</summary>
    /// <param name="fields">The fields of the response.</param>
    /// <param name="allowed">The requested codings.</param>
    /// <param name="codings">The codings in the order in which they were applied.</param>
    /// <returns>The reason why they can't be decoded, or null.</returns>
    public static string? PlanDownload(IEnumerable<HeaderField> fields, ContentCodings allowed, out ContentCodings[] codings)
    {
        IEnumerable<string> lines = fields.Where(static f => f.Name.Equals("Content-Encoding", StringComparison.OrdinalIgnoreCase)).Select(static f => f.Value);
        bool fits = TryParse(string.Join(',', lines), allowed, out codings, out bool isUnasked);
        return !fits ? $"the response has more than {MaxLinks} content codings."
            : isUnasked ? "the content coding of the response was not requested."
            : null;
    }

    /// <summary>Returns the last coding of a message of the platform, if it is one of the methods to decode; otherwise none.</summary>
    /// <param name="content">The content of the message.</param>
    /// <param name="methods">The methods to decode.</param>
    /// <param name="remaining">The names of the codings before it.</param>
    public static ContentCodings LastOf(HttpContent content, DecompressionMethods methods, out string[] remaining)
    {
        remaining = [];
        if (methods == DecompressionMethods.None || !content.Headers.NonValidated.TryGetValues("Content-Encoding", out var values))
        {
            return ContentCodings.None;
        }

        string[] names = string.Join(",", values).Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        ContentCodings last = names.Length == 0 || names[^1].StartsWith("x-", StringComparison.OrdinalIgnoreCase)
            ? ContentCodings.None // the platform does not support x-gzip
            : Parse(names[^1]);
        if (!IsAmong(last, methods))
        {
            return ContentCodings.None;
        }

        remaining = names[..^1];
        return last;
    }

    /// <summary>Reads the names of codings.</summary>
    /// <param name="names">The names of all lines, joined.</param>
    /// <param name="allowed">The codings that can be decoded.</param>
    /// <param name="codings">The codings; empty if the body is not decoded.</param>
    /// <param name="isUnasked">Whether the body is not decoded because of a coding that is known, but not allowed.</param>
    /// <returns>False if there are too many.</returns>
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

        // A value that is not a coding, such as UTF-8, says nothing about the body; then the other values can't be trusted either.
        if (!found.Contains(ContentCodings.None))
        {
            isUnasked = found.Exists(c => (c & allowed) == ContentCodings.None);
            codings = isUnasked ? [] : [.. found];
        }

        return true;
    }

    private static bool IsAmong(ContentCodings coding, DecompressionMethods methods) => coding switch
    {
        ContentCodings.GZip => (methods & DecompressionMethods.GZip) != 0,
        ContentCodings.Deflate => (methods & DecompressionMethods.Deflate) != 0,
        ContentCodings.Brotli => (methods & DecompressionMethods.Brotli) != 0,
        _ => false,
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
