using System.Diagnostics;
using System.Net;
using System.Text;
using PollHttp.Cookies;
using PollHttp.Proxies;

namespace PollHttp;

/// <summary>
/// Stores cookies by the rules of browsers (RFC 6265bis): host-only unless a domain was given, never for a public suffix, secure cookies
/// only over TLS (or to this machine itself), within limits. Thread safety: safe for use from several threads.
/// </summary>
/// <remarks>Give a store to a client, or one to each user session; it holds no connection and needs no disposal.</remarks>
[DebuggerDisplay("{DebuggerDisplay,nq}")]
public sealed partial class CookieStore
{
    /// <summary>
    /// The maximum number of cookies of one domain. Beyond it a cookie that is not secure is removed first, and of those the one least
    /// recently set or sent.
    /// </summary>
    public const int MaxCookiesPerDomain = 180;

    /// <summary>The maximum number of cookies.</summary>
    public const int MaxCookies = 3000;

    /// <summary>The maximum number of Set-Cookie lines accepted from one response.</summary>
    public const int MaxLinesPerResponse = 50;

    private const int MaxCookiesPerRequest = 150;
    private const int MaxRequestFieldLength = 8 * 1024;

    private static readonly TimeSpan s_longestLife = TimeSpan.FromDays(400);

    private readonly object _lock = new();
    private readonly TimeProvider _time;
    private readonly Dictionary<string, List<CookieEntry>> _byDomain = [];
    private int _count;

    // Each cookie is later than the previous one, even if the clock stands still, since cookies are sent in the order in which they
    // arrived.
    private DateTimeOffset _lastCreated;

    /// <summary>Initializes a store without cookies.</summary>
    /// <param name="time">The clock that decides what has expired; null for the system's time.</param>
    public CookieStore(TimeProvider? time = null) => _time = time ?? TimeProvider.System;

    /// <summary>Gets the number of cookies, including expired ones that were not found yet.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _count;
            }
        }
    }

    /// <summary>Processes a Set-Cookie line of a response from this address, if the rules allow it.</summary>
    /// <returns>Whether the cookie was stored, or deleted another one.</returns>
    public bool Add(Uri address, string setCookie)
    {
        ArgumentNullException.ThrowIfNull(address);
        ArgumentNullException.ThrowIfNull(setCookie);
        lock (_lock)
        {
            return SetCookie.Parse(setCookie) is { } received && Evaluate(address, received) is { } cookie && Store(cookie, IsSecure(address));
        }
    }

    /// <summary>Returns the Cookie field for a request to this address, or null: longer paths first, then older ones.</summary>
    public string? GetHeader(Uri address)
    {
        ArgumentNullException.ThrowIfNull(address);
        lock (_lock)
        {
            if (_count == 0)
            {
                return null;
            }

            DateTimeOffset now = _time.GetUtcNow();
            StringBuilder? field = null;
            int count = 0;
            foreach (CookieEntry entry in FindLocked(address, now))
            {
                StoredCookie cookie = entry.Cookie;
                if (++count > MaxCookiesPerRequest || (field?.Length ?? 0) + cookie.Name.Length + cookie.Value.Length + 3 > MaxRequestFieldLength)
                {
                    break;
                }

                entry.LastAccess = now;
                field = field is null ? new() : field.Append("; ");
                if (cookie.Name.Length > 0)
                {
                    field.Append(cookie.Name).Append('=');
                }

                field.Append(cookie.Value);
            }

            return field?.ToString();
        }
    }

    /// <summary>Returns the cookies that a request to this address carries, in their order.</summary>
    public IReadOnlyList<StoredCookie> GetCookies(Uri address)
    {
        ArgumentNullException.ThrowIfNull(address);
        lock (_lock)
        {
            return _count == 0 ? [] : FindLocked(address, _time.GetUtcNow()).ConvertAll(static e => e.Cookie);
        }
    }

    /// <summary>Removes every cookie.</summary>
    public void Clear()
    {
        lock (_lock)
        {
            _byDomain.Clear();
            _count = 0;
        }
    }

    /// <summary>Removes the cookies without an expiry time, as a browser does when it is closed.</summary>
    public void ClearSession()
    {
        lock (_lock)
        {
            RemoveWhere(static cookie => cookie.Expires is null);
        }
    }

    private static string HostOf(Uri address) => HostPort.Unbracket(address.IdnHost).TrimEnd('.').ToLowerInvariant();

    /// <summary>Determines whether an address is secure: TLS, or this machine itself, which browsers treat as secure.</summary>
    private static bool IsSecure(Uri address) => address.Scheme is "https" or "wss" || LoopbackHost.Is(HostOf(address));

    private static bool IsAddress(string host) => IPAddress.TryParse(host, out _);

    /// <summary>Returns the cookie if the rules allow it, or null.</summary>
    private StoredCookie? Evaluate(Uri address, SetCookie received)
    {
        string host = HostOf(address);
        if (!TryGetDomain(host, received.Domain, out string domain, out bool isHostOnly)
            || (received.IsSecure && !IsSecure(address))
            || !CookiePrefix.Allows(received, isHostOnly))
        {
            return null;
        }

        DateTimeOffset now = _time.GetUtcNow();
        return new()
        {
            Name = received.Name,
            Value = received.Value,
            Domain = domain,
            IsHostOnly = isHostOnly,
            Path = received.Path ?? CookiePath.DefaultOf(address),
            IsSecure = received.IsSecure,
            IsHttpOnly = received.IsHttpOnly,
            SameSite = received.SameSite,
            Expires = ExpiryOf(received, now),
            Created = NextCreated(now),
        };
    }

    private DateTimeOffset NextCreated(DateTimeOffset now) => _lastCreated = now > _lastCreated ? now : _lastCreated.AddTicks(1);

    private static DateTimeOffset? ExpiryOf(SetCookie received, DateTimeOffset now)
    {
        DateTimeOffset latest = now + s_longestLife;
        if (received.MaxAge is { } seconds)
        {
            return seconds <= 0 ? DateTimeOffset.MinValue : seconds >= s_longestLife.TotalSeconds ? latest : now.AddSeconds(seconds);
        }

        return received.Expires > latest ? latest : received.Expires;
    }

    private static bool TryGetDomain(string host, string? attribute, out string domain, out bool isHostOnly)
    {
        domain = host;
        isHostOnly = true;
        if (attribute is null)
        {
            return true;
        }

        if (!CookieDomain.TryNormalize(attribute, out string asked))
        {
            return false;
        }

        if (IsAddress(host) || PublicSuffixes.Contains(asked))
        {
            return asked == host; // for the host itself the attribute has no effect
        }

        domain = asked;
        isHostOnly = false;
        return host == asked || host.EndsWith("." + asked, StringComparison.Ordinal);
    }

    /// <summary>Stores a cookie, replacing an older one, and removes the least recently used ones beyond the limits.</summary>
    /// <returns>Whether the cookie is in the store, or removed an older one.</returns>
    private bool Store(StoredCookie cookie, bool isSecure)
    {
        DateTimeOffset now = _time.GetUtcNow();

        // A cookie from TLS must not be changed or hidden by one without TLS.
        if (!isSecure && HidesSecure(cookie, now))
        {
            return false;
        }

        bool isReplaced = TryTake(cookie, now, out DateTimeOffset created);
        if (cookie.IsExpired(now))
        {
            return isReplaced;
        }

        cookie = isReplaced ? cookie with { Created = created } : cookie;
        if (!_byDomain.TryGetValue(cookie.Domain, out List<CookieEntry>? cookies))
        {
            _byDomain[cookie.Domain] = cookies = [];
        }

        CookieEntry entry = new(cookie, now);
        cookies.Add(entry);
        _count++;
        Shrink(cookies, now);
        return cookies.Contains(entry);
    }

    /// <summary>
    /// Removes the cookie that a new one replaces. An expired cookie is not replaced, as if it had already been removed (RFC 6265bis
    /// §5.7).</summary>
    private bool TryTake(StoredCookie successor, DateTimeOffset now, out DateTimeOffset created)
    {
        created = default;
        if (!_byDomain.TryGetValue(successor.Domain, out List<CookieEntry>? cookies))
        {
            return false;
        }

        _count -= cookies.RemoveAll(e => e.Cookie.IsExpired(now));
        int index = cookies.FindIndex(e => e.Cookie.Name == successor.Name && e.Cookie.Path == successor.Path && e.Cookie.IsHostOnly == successor.IsHostOnly);
        if (index >= 0)
        {
            created = cookies[index].Cookie.Created;
            cookies.RemoveAt(index);
            _count--;
        }

        if (cookies.Count == 0)
        {
            _byDomain.Remove(successor.Domain);
        }

        return index >= 0;
    }

    private bool HidesSecure(StoredCookie cookie, DateTimeOffset now)
    {
        foreach ((string domain, List<CookieEntry> cookies) in _byDomain)
        {
            bool related = domain == cookie.Domain
                || domain.EndsWith("." + cookie.Domain, StringComparison.Ordinal)
                || cookie.Domain.EndsWith("." + domain, StringComparison.Ordinal);
            if (related && cookies.Exists(e => e.Cookie.IsSecure && e.Cookie.Name == cookie.Name && !e.Cookie.IsExpired(now)
                && CookiePath.Matches(cookie.Path, e.Cookie.Path)))
            {
                return true;
            }
        }

        return false;
    }

    private void RemoveWhere(Predicate<StoredCookie> match)
    {
        foreach ((string domain, List<CookieEntry> cookies) in _byDomain)
        {
            _count -= cookies.RemoveAll(e => match(e.Cookie));
            if (cookies.Count == 0)
            {
                _byDomain.Remove(domain);
            }
        }
    }

    private string DebuggerDisplay => $"{_count} cookies";
}
