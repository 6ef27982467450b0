using System.Net;

namespace PollHttp.Differential;

/// <summary>A cookie store written from the text of RFC 6265bis (draft 22) §5.1 and §5.6 to §5.8, step by step and without regard to speed:
/// it judges <see cref="CookieStore"/>.</summary>
/// <remarks>
/// Where the text leaves a choice or ours differs deliberately:
/// a host loses the dot at its end; a "secure" protocol is TLS, or any to this machine; a Domain that is the address of its host makes a host-only
/// cookie; a cookie has ended at the very moment of its expiry-time; a domain holds <see cref="CookieStore.MaxCookiesPerDomain"/> cookies; a request
/// carries 150 cookies in 8 KiB, and nothing after the first that does not fit. SameSite is data only, as there is no site to compare with: step 19 of
/// §5.7, by which None needs Secure, is left out too.
/// A <c>__Host-</c> cookie needs <c>Path=/</c> as such and no Domain, as the prefix promises (§4.1.3.2): steps 20 to 22 would also take a Path that is
/// no path from a request at the root, and the Domain of a host that is a public suffix.
/// </remarks>
internal sealed class CookieModel(TimeProvider time)
{
    private const int MaxCookiesPerRequest = 150;
    private const int MaxFieldLength = 8192;

    private readonly List<ModelCookie> _cookies = [];
    private long _order;

    private DateTimeOffset Now => time.GetUtcNow();

    /// <summary>Receives a cookie (§5.7). Returns whether the store keeps it, or it ended another.</summary>
    public bool Receive(Uri address, string line)
    {
        EvictExpired();
        string host = HostOf(address);
        if (ModelSetCookie.Parse(line, DefaultPathOf(address), Now) is not { } received
            || received.Name.Length + received.Value.Length == 0
            || !TryGetDomain(host, received.Domain, out string domain, out bool isHostOnly))
        {
            return false;
        }

        ModelCookie cookie = new(
            received.Name, received.Value, domain, isHostOnly, received.Path ?? DefaultPathOf(address), received.IsSecure, received.IsHttpOnly,
            received.SameSite, received.MaxAge ?? received.Expires, _order++)
        { LastAccess = Now };
        if ((!IsSecure(address) && (cookie.IsSecureOnly || _cookies.Exists(c => Overlays(cookie, c))))
            || !KeepsPrefix(cookie, received))
        {
            return false;
        }

        ModelCookie? old = _cookies.Find(cookie.IsOneWith);
        if (old is not null)
        {
            cookie = cookie with { Order = old.Order };
            _cookies.Remove(old);
        }

        _cookies.Add(cookie);
        EvictExpired();
        if (!_cookies.Contains(cookie))
        {
            return old is not null;
        }

        EvictExcess(domain);
        return _cookies.Contains(cookie);
    }

    /// <summary>The cookie-list of a request (§5.8.3 steps 1 and 2).</summary>
    public IReadOnlyList<ModelCookie> ListFor(Uri address)
    {
        EvictExpired();
        string host = HostOf(address);
        return
        [
            .. from cookie in _cookies
               where (cookie.IsHostOnly ? host == cookie.Domain : DomainMatches(host, cookie.Domain))
                   && PathMatches(address.AbsolutePath, cookie.Path)
                   && (!cookie.IsSecureOnly || IsSecure(address))
               orderby cookie.Path.Length descending, cookie.Order
               select cookie,
        ];
    }

    /// <summary>The cookie-string of a request, or null where it has none (§5.8.3 steps 3 and 4).</summary>
    public string? Retrieve(Uri address)
    {
        string? field = null;
        foreach (ModelCookie cookie in ListFor(address).Take(MaxCookiesPerRequest))
        {
            string next = (field is null ? "" : field + "; ") + (cookie.Name.Length > 0 ? cookie.Name + "=" : "") + cookie.Value;
            if (next.Length > MaxFieldLength)
            {
                break;
            }

            cookie.LastAccess = Now;
            field = next;
        }

        return field;
    }

    /// <summary>Ends the session (§5.7, last paragraph).</summary>
    public void EndSession() => _cookies.RemoveAll(c => c.Expiry is null);

    private static string HostOf(Uri address)
    {
        string host = address.Host.ToLowerInvariant();
        return host.EndsWith('.') ? host[..^1] : host;
    }

    private static bool IsAddress(string host) => host.StartsWith('[') || IPAddress.TryParse(host, out _);

    private static bool IsSecure(Uri address)
    {
        string host = HostOf(address);
        return address.Scheme is "https" or "wss" || host is "localhost" or "[::1]" || host.EndsWith(".localhost", StringComparison.Ordinal)
            || (IsAddress(host) && host.StartsWith("127.", StringComparison.Ordinal));
    }

    /// <summary>§5.1.3.</summary>
    private static bool DomainMatches(string host, string domain) =>
        host == domain || (host.EndsWith("." + domain, StringComparison.Ordinal) && !IsAddress(host));

    /// <summary>§5.1.4.</summary>
    private static string DefaultPathOf(Uri address)
    {
        string path = address.AbsolutePath;
        return !path.StartsWith('/') || path.Count(c => c == '/') == 1 ? "/" : path[..path.LastIndexOf('/')];
    }

    /// <summary>§5.1.4.</summary>
    private static bool PathMatches(string requested, string path) =>
        requested == path || (requested.StartsWith(path, StringComparison.Ordinal) && (path.EndsWith('/') || requested[path.Length] == '/'));

    /// <summary>The few rules of the list of public suffixes that the addresses of <see cref="CookieAddresses"/> meet.</summary>
    private static bool IsPublicSuffix(string domain) =>
        domain is "co.uk" or "github.io"
        || (domain.Length > 0 && !domain.Contains('.', StringComparison.Ordinal))
        || (domain.EndsWith(".ck", StringComparison.Ordinal) && domain.Count(c => c == '.') == 1 && domain != "www.ck");

    /// <summary>§5.7 steps 7 to 10.</summary>
    private static bool TryGetDomain(string host, string? attribute, out string domain, out bool isHostOnly)
    {
        domain = attribute ?? "";
        isHostOnly = domain.Length == 0 || (domain == host && (IsPublicSuffix(domain) || IsAddress(host)));
        if (isHostOnly)
        {
            domain = host;
            return true;
        }

        return !IsPublicSuffix(domain) && DomainMatches(host, domain);
    }

    /// <summary>§5.7 step 16: whether a cookie from a plain response would hide a secure one.</summary>
    private static bool Overlays(ModelCookie cookie, ModelCookie existing) =>
        existing.Name == cookie.Name && existing.IsSecureOnly
        && (DomainMatches(existing.Domain, cookie.Domain) || DomainMatches(cookie.Domain, existing.Domain))
        && PathMatches(cookie.Path, existing.Path);

    /// <summary>§5.7 steps 20 to 22: the prefixes in any case, and a nameless cookie whose value would look like one.</summary>
    private static bool KeepsPrefix(ModelCookie cookie, ModelSetCookie received)
    {
        static bool Has(string text, string prefix) => text.StartsWith(prefix, StringComparison.OrdinalIgnoreCase);
        return (!Has(cookie.Name, "__Secure-") || cookie.IsSecureOnly)
            && (!Has(cookie.Name, "__Host-") || (cookie.IsSecureOnly && cookie.IsHostOnly && received.HasRootPath && received.Domain is null or ""))
            && (cookie.Name.Length > 0 || !(Has(cookie.Value, "__Secure-") || Has(cookie.Value, "__Host-")));
    }

    private void EvictExpired() => _cookies.RemoveAll(c => c.Expiry <= Now);

    /// <summary>§5.7, "remove excess cookies", for a domain: those that are not secure first, then by last-access-time.</summary>
    private void EvictExcess(string domain)
    {
        while (_cookies.Count(c => c.Domain == domain) > CookieStore.MaxCookiesPerDomain)
        {
            _cookies.Remove(_cookies.Where(c => c.Domain == domain).OrderBy(c => c.IsSecureOnly).ThenBy(c => c.LastAccess).ThenBy(c => c.Order).First());
        }
    }
}
