using PollHttp.Cookies;

namespace PollHttp;

// Finding the cookies of a request (RFC 6265bis <summary>5.8.3).</summary>
public sealed partial class CookieStore
{
    /// <summary>Finds the cookies for a request, in their order.</summary>
    private List<CookieEntry> FindLocked(Uri address, DateTimeOffset now)
    {
        List<CookieEntry> found = [];
        string host = HostOf(address);
        bool isSecure = IsSecure(address);
        foreach (string domain in DomainsOf(host))
        {
            if (!_byDomain.TryGetValue(domain, out List<CookieEntry>? entries))
            {
                continue;
            }

            foreach (CookieEntry entry in entries)
            {
                StoredCookie cookie = entry.Cookie;
                if ((!cookie.IsHostOnly || domain.Length == host.Length) && (!cookie.IsSecure || isSecure)
                    && !cookie.IsExpired(now) && CookiePath.Matches(address.AbsolutePath, cookie.Path))
                {
                    found.Add(entry);
                }
            }
        }

        found.Sort(static (a, b) =>
            a.Cookie.Path.Length != b.Cookie.Path.Length ? b.Cookie.Path.Length - a.Cookie.Path.Length : a.Cookie.Created.CompareTo(b.Cookie.Created));
        return found;
    }

    /// <summary>Returns the host and its parent domains; for an address only itself.</summary>
    private static IEnumerable<string> DomainsOf(string host)
    {
        yield return host;
        if (IsAddress(host))
        {
            yield break;
        }

        for (int dot = host.IndexOf('.', StringComparison.Ordinal); dot >= 0; dot = host.IndexOf('.', dot + 1))
        {
            yield return host[(dot + 1)..];
        }
    }
}
