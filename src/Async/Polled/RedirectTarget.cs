using System.Globalization;
using System.Text;

namespace PollHttp;

/// <summary>Where a Location leads, for <see cref="PollDownload"/>.</summary>
internal static class RedirectTarget
{
    /// <summary>RFC 3986 §5 against the address of the request; null when it is no address .</summary>
    public static Uri? Resolve(Uri from, string location)
    {
        StringBuilder text = new(location.Length);
        foreach (char c in location.Trim(' ', '\t'))
        {
            if (c is < ' ' or '\x7F')
            {
                return null;
            }

            // Field values are bytes: those beyond ASCII are encoded as they are, whatever charset they were meant in.
            _ = c is ' ' or > '\x7F' ? text.Append(CultureInfo.InvariantCulture, $"%{(int)c:X2}") : text.Append(c);
        }

        if (!Uri.TryCreate(from, text.ToString(), out Uri? to))
        {
            return null;
        }

        return to.Fragment.Length == 0 && from.Fragment.Length > 0 ? new UriBuilder(to) { Fragment = from.Fragment }.Uri : to;
    }

    public static bool IsSameOrigin(Uri a, Uri b) =>
        a.Scheme == b.Scheme && a.Port == b.Port && a.IdnHost.Equals(b.IdnHost, StringComparison.OrdinalIgnoreCase);
}
