namespace PollHttp.Cookies;

/// <summary>What <c>__Secure-</c> and <c>__Host-</c> before a cookie's name promise (RFC 6265bis §4.1.3).</summary>
internal static class CookiePrefix
{
    private const string Secure = "__Secure-";
    private const string Host = "__Host-";

    public static bool Allows(SetCookie cookie, bool isHostOnly)
    {
        // A cookie without a name is sent as its value alone, which a server would read as a name.
        if (cookie.Name.Length == 0)
        {
            return !Has(cookie.Value, Secure) && !Has(cookie.Value, Host);
        }

        if (Has(cookie.Name, Secure))
        {
            return cookie.IsSecure;
        }

        return !Has(cookie.Name, Host) || (cookie.IsSecure && isHostOnly && cookie.Domain is null && cookie.Path == "/");
    }

    private static bool Has(string text, string prefix) => text.StartsWith(prefix, StringComparison.OrdinalIgnoreCase);
}
