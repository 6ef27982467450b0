namespace PollHttp.Cookies;

/// <summary>Checks what the prefixes <c>__Secure-</c> and <c>__Host-</c> of a cookie's name require (RFC 6265bis
/// §4.1.3).</summary>
internal static class CookiePrefix
{
    private const string Secure = "__Secure-";
    private const string Host = "__Host-";

    public static bool Allows(SetCookie cookie, bool isHostOnly)
    {
        // A cookie without a name is sent as its value only, which a server would read as a name.
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
