using System.Globalization;

namespace PollHttp;

/// <summary>A Domain attribute in the form in which hosts are compared: lower-case, A-labels, no dot at either end .</summary>
internal static class CookieDomain
{
    private static readonly IdnMapping s_idn = new();

    public static bool TryNormalize(string attribute, out string domain)
    {
        domain = attribute.TrimEnd('.').ToLowerInvariant();
        if (domain.Length == 0)
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
            return false; // not a name at all
        }
    }
}
