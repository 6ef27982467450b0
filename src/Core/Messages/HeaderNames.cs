using System.Text;

namespace PollHttp.Core;

/// <summary>Lists common field names, so that reading one makes no new string.</summary>
internal static class HeaderNames
{
    private static readonly string[] s_known =
    [
        "Accept-Ranges", "Age", "Allow", "Cache-Control", "Connection", "Content-Disposition", "Content-Encoding",
        "Content-Language", "Content-Length", "Content-Range", "Content-Type", "Date", "ETag", "Expires", "Keep-Alive",
        "Last-Modified", "Link", "Location", "Proxy-Authenticate", "Retry-After", "Server", "Set-Cookie",
        "Strict-Transport-Security", "Trailer", "Transfer-Encoding", "Upgrade", "Vary", "Via", "WWW-Authenticate",
        "X-Powered-By",
    ];

    private static readonly string[][] s_byLength = Group(text => text);

    private static readonly string[][] s_lowerByLength = Group(text => text.ToLowerInvariant());

    /// <summary>Returns the name as text in the case received.</summary>
    public static string GetString(ReadOnlySpan<byte> name) =>
        Find(s_byLength, name) ?? Find(s_lowerByLength, name) ?? Encoding.Latin1.GetString(name);

    private static string? Find(string[][] byLength, ReadOnlySpan<byte> name)
    {
        if (name.Length < byLength.Length)
        {
            foreach (string candidate in byLength[name.Length])
            {
                if (System.Text.Ascii.Equals(name, candidate))
                {
                    return candidate;
                }
            }
        }

        return null;
    }

    private static string[][] Group(Func<string, string> transform)
    {
        string[][] groups = new string[s_known.Max(n => n.Length) + 1][];
        for (int i = 0; i < groups.Length; i++)
        {
            groups[i] = [.. s_known.Where(n => n.Length == i).Select(transform)];
        }

        return groups;
    }
}
