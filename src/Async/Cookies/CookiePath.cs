namespace PollHttp.Cookies;

/// <summary>Implements the two path rules of RFC 6265
/// §5.1.4.</summary>
internal static class CookiePath
{
    /// <summary>Returns the default path of a cookie: that of the request up to its last slash.</summary>
    public static string DefaultOf(Uri address)
    {
        string path = address.AbsolutePath;
        int slash = path.LastIndexOf('/');
        return slash <= 0 ? "/" : path[..slash];
    }

    /// <summary>Determines whether a cookie's path matches a request's path: equal, or below it at a segment boundary.</summary>
    public static bool Matches(string requested, string cookie) =>
        requested.StartsWith(cookie, StringComparison.Ordinal)
        && (requested.Length == cookie.Length || cookie.EndsWith('/') || requested[cookie.Length] == '/');
}
