namespace PollHttp.Cookies;

/// <summary>The two path rules of RFC 6265 §5.1.4.</summary>
internal static class CookiePath
{
    /// <summary>Returns the path of a cookie that names none: that of the request up to its last slash.</summary>
    public static string DefaultOf(Uri address)
    {
        string path = address.AbsolutePath;
        int slash = path.LastIndexOf('/');
        return slash <= 0 ? "/" : path[..slash];
    }

    /// <summary>Determines whether a cookie of a path goes to a request's path: the same, or below it on the border of a segment.</summary>
    public static bool Matches(string requested, string cookie) =>
        requested.StartsWith(cookie, StringComparison.Ordinal)
        && (requested.Length == cookie.Length || cookie.EndsWith('/') || requested[cookie.Length] == '/');
}
