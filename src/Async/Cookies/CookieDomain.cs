using System.Globalization;

namespace PollHttp.Cookies;

/// <summary>
/// Converts a Domain attribute to the form in which hosts are compared: lower-case, in A-labels. With a trailing dot it matches no host
/// (RFC 6265bis
/// §5.1.3).</summary>
internal static class CookieDomain
{
    private static readonly IdnMapping s_idn = new();

    public static bool TryNormalize(string attribute, out string domain)
    {
        domain = attribute.ToLowerInvariant();
        if (domain.Length == 0 || domain.EndsWith('.'))
        {
            return false;
        }

        try
        {
            domain = s_idn.GetAscii(domain);
            return true;
        }
        catch (ArgumentException)
        {
            return false; // not a name
        }
    }
}
