namespace PollHttp.Core;

/// <summary>Decides which fields are allowed in a trailer section (RFC 9110
/// §6.5.1).</summary>
internal static class TrailerRules
{
    private static readonly HashSet<string> s_forbidden = new(StringComparer.OrdinalIgnoreCase)
    {
        "Age", "Authorization", "Cache-Control", "Connection", "Content-Encoding", "Content-Length", "Content-Range",
        "Content-Type", "Cookie", "Date", "Expect", "Expires", "Host", "Keep-Alive", "Location", "Max-Forwards", "Pragma",
        "Proxy-Authenticate", "Proxy-Authorization", "Proxy-Connection", "Range", "Retry-After", "Set-Cookie", "TE", "Trailer",
        "Transfer-Encoding", "Upgrade", "Vary", "Warning", "WWW-Authenticate",
    };

    public static bool IsForbidden(string name) => s_forbidden.Contains(name);

    /// <summary>Removes received trailers that would change how the message is framed or routed.</summary>
    public static void RemoveForbidden(HeadStorage trailers, HeaderBlock block)
    {
        for (int i = trailers.FieldCount - 1; i >= 0; i--)
        {
            if (IsForbidden(block[i].Name))
            {
                trailers.RemoveField(i);
            }
        }
    }

    public static void CheckRequestTrailers(HeaderList trailers, ContentFraming content)
    {
        if (content.Kind != ContentFramingKind.Chunked)
        {
            throw new ArgumentException("Only a chunked content has trailers (RFC 9112 §7.1.2).", nameof(trailers));
        }

        foreach (HeaderField field in trailers)
        {
            if (IsForbidden(field.Name))
            {
                throw new ArgumentException($"{field.Name} is not allowed in a trailer section (RFC 9110 §6.5.1).", nameof(trailers));
            }
        }
    }
}
