using PollHttp.Cookies;

namespace PollHttp;

// Removing cookies when there are too many (RFC 6265bis <summary>5.7, "remove excess cookies").</summary>
public sealed partial class CookieStore
{
    /// <summary>
    /// The number of cookies above which those of a domain are removed first when the whole store is full: the number that RFC 6265bis
    /// §6.1 requires.</summary>
    private const int DomainShare = 50;

    /// <summary>Removes expired cookies, then one of the domain, then one of all, if there are more than the limits allow.</summary>
    private void Shrink(List<CookieEntry> ofDomain, DateTimeOffset now)
    {
        if (ofDomain.Count > MaxCookiesPerDomain || _count > MaxCookies)
        {
            RemoveWhere(c => c.IsExpired(now));
        }

        if (ofDomain.Count > MaxCookiesPerDomain)
        {
            Remove(FirstOfCrowd(ofDomain));
        }

        if (_count > MaxCookies)
        {
            // RFC 6265bis <summary>5.7: a domain with more cookies than its share goes first.</summary>
            List<CookieEntry>[] crowds = [.. _byDomain.Values.Where(static c => c.Count > DomainShare)];
            Remove(crowds.Length > 0
                ? FirstOfCrowd(crowds.SelectMany(static c => c))
                : _byDomain.Values.SelectMany(static c => c).MinBy(static e => (e.LastAccess, e.Cookie.Created))!);
        }
    }

    /// <summary>Returns a cookie that isn't secure before a secure one, and of those the one least recently set or sent.</summary>
    private static CookieEntry FirstOfCrowd(IEnumerable<CookieEntry> entries) =>
        entries.MinBy(static e => (e.Cookie.IsSecure, e.LastAccess, e.Cookie.Created))!;

    private void Remove(CookieEntry entry)
    {
        string domain = entry.Cookie.Domain;
        List<CookieEntry> entries = _byDomain[domain];
        entries.Remove(entry);
        _count--;
        if (entries.Count == 0)
        {
            _byDomain.Remove(domain);
        }
    }
}
