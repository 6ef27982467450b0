using System.Collections.Concurrent;
using PollHttp.Addresses;
using PollHttp.Authentication;
using PollHttp.Loop;
using PollHttp.Policies;
using PollHttp.Pool;
using PollHttp.Proxies;
using PollHttp.Settings;
using PollHttp.Wire;

namespace PollHttp.Exchanges;

/// <summary>
/// Runs the exchanges of a client or a handler: has the connections, the policies and the settings. Creates no tasks of its own.
/// </summary>
internal sealed class ExchangeEngine
{
    /// <summary>The largest number of origins that are remembered as HTTP/1.1 only. For any more, a request is first sent in vain.</summary>
    private const int MostHttp11Origins = 1_000;

    private readonly IExchangePolicy[] _policies;
    private readonly TlsIdentity? _ownTls;
    private readonly ConcurrentDictionary<string, bool> _bindingOrigins = new();
    private readonly ConcurrentDictionary<string, bool> _http11Origins = new();
    private Route? _last;

    public ExchangeEngine(PollLoop loop, ExchangeSettings settings)
    {
        Loop = loop;
        Settings = settings;
        Continuations = new(loop.IsBackground ? settings.Continuations : ContinuationMode.Inline, loop.TimeProvider, new());
        Pool = new(this);
        Wire = settings.WireObserver is { } observer ? new(observer, loop, Continuations, settings.Logger, settings.Redirects.SecretFields) : null;
        _ownTls = settings.Tls is null ? null : new(settings.Tls);
        _policies =
        [
            new CookiePolicy(settings.Cookies), // first, so that the cookies of every response count, also of a redirect
            new ProxyAuthentication(),
            new OriginAuthentication(settings.Credentials, settings.PreAuthenticate, settings.Redirects.AsPlatform),
            new RedirectPolicy(settings.Redirects),
            .. settings.RepeatsWithoutExpect ? [new ExpectationPolicy()] : Array.Empty<IExchangePolicy>(),
            .. settings.MorePolicies,
        ];
    }

    public PollLoop Loop { get; }

    /// <summary>Gets the policy for where completions run in background drive.</summary>
    public ContinuationPolicy Continuations { get; }

    public ExchangeSettings Settings { get; }

    public ConnectionPool Pool { get; }

    /// <summary>Gets the context for records of the wire; null if the wire is not observed.</summary>
    public WireContext? Wire { get; }

    /// <summary>Lets the policies amend the attempt that is to be sent.</summary>
    public void Amend(Exchange exchange)
    {
        foreach (IExchangePolicy policy in _policies)
        {
            policy.BeforeSend(exchange);
        }
    }

    /// <summary>Lets the policies evaluate a head, until one wants another attempt or an error.</summary>
    public HeadVerdict Evaluate(Exchange exchange, ResponseHead head)
    {
        foreach (IExchangePolicy policy in _policies)
        {
            HeadVerdict verdict = policy.AfterHead(exchange, head);
            if (verdict != HeadVerdict.Deliver || exchange.Refusal is not null)
            {
                return verdict;
            }
        }

        return HeadVerdict.Deliver;
    }

    /// <summary>
    /// Determines whether evaluating a head calls user objects, for the head itself or for the next attempt, or calls the platform in a way
    /// that may take time.
    /// </summary>
    public bool AsksUserObjects(Exchange exchange, ResponseHead head) =>
        head.StatusCode is (>= 300 and < 400) or 401 or 407 or 417
        && (Settings.Redirects.Policy is not null
            || UserObjects.IsOne(exchange.Options?.Credentials ?? Settings.Credentials)
            || UserObjects.IsOne(exchange.Options?.Proxy ?? Settings.Proxy)
            || UserObjects.IsOne(Settings.DefaultProxyCredentials)
            || exchange.Trace is { AsksUserObjects: true }
            || MayWait(exchange, head));

    private bool MayWait(Exchange exchange, ResponseHead head) => head.StatusCode switch
    {
        401 => (exchange.Options?.Credentials ?? Settings.Credentials) is not null && CredentialChoice.MayWait(head.Headers.GetValues("WWW-Authenticate")),
        407 => exchange.Origin.Key.ProxyCredentials is not null && CredentialChoice.MayWait(head.Headers.GetValues("Proxy-Authenticate")),
        _ => false,
    };

    /// <summary>
    /// Gets the pool and the target for the current address of an exchange. The last route is kept if only the address and the versions that are
    /// asked for decide it, since programs often repeat an address.
    /// </summary>
    /// <exception cref="NotSupportedException">The scheme is neither http nor https, or that of the proxy is unknown.</exception>
    /// <exception cref="ArgumentException">The address can't be requested.</exception>
    public Route GetRoute(Exchange exchange)
    {
        bool isPlain = exchange is { Options: null, Identity: null } && Settings.Proxy is null
            && _bindingOrigins.IsEmpty && _http11Origins.IsEmpty && VersionChoice.IsUsual(exchange);
        Route? last = isPlain ? Volatile.Read(ref _last) : null;
        if (last is not null && ReferenceEquals(last.Uri, exchange.Uri) && last.Demand == exchange.Demand)
        {
            return last;
        }

        Route route = MakeRoute(exchange);
        if (isPlain)
        {
            Volatile.Write(ref _last, route);
        }

        return route;
    }

    /// <summary>Records that requests with a credential for this origin must use connections authenticated with it.</summary>
    public void RememberIdentity(Uri uri) => _bindingOrigins[uri.GetLeftPart(UriPartial.Authority)] = true;

    /// <summary>Records that requests to this origin are sent in HTTP/1.1 if they accept a lower version.</summary>
    public void RememberHttp11(Uri uri)
    {
        if (_http11Origins.Count < MostHttp11Origins)
        {
            _http11Origins[uri.GetLeftPart(UriPartial.Authority)] = true;
        }
    }

    private bool IsHttp11(Uri uri) => !_http11Origins.IsEmpty && _http11Origins.ContainsKey(uri.GetLeftPart(UriPartial.Authority));

    private Route MakeRoute(Exchange exchange)
    {
        Uri uri = exchange.Uri;
        RequestUri.Check(uri);
        if (exchange.Identity is null && KnownIdentityOf(exchange) is { } known)
        {
            exchange.State.Identity = known;
        }

        bool isTls = uri.Scheme == Uri.UriSchemeHttps;
        TlsIdentity? tls = !isTls ? null : exchange is { Options.SslOptions: { } own, HasLeftOrigin: false } ? new(own) : _ownTls;
        (ProxySpec? proxy, ProxyCredentials? proxyCredentials) = ProxyOf(exchange);
        PoolKey key = new(isTls, HostPort.Unbracket(uri.IdnHost), uri.Port)
        {
            Tls = tls,
            EndPoint = EndPointOf(exchange),
            Proxy = proxy,
            ProxyCredentials = proxyCredentials,
            Identity = exchange.Identity,
            Versions = exchange.Demand != VersionDemand.Http2 && exchange.Protocol is null && IsHttp11(uri)
                ? HttpVersions.Http1
                : VersionChoice.Of(exchange, isTls, isForProxy: !isTls && proxy is { IsSocks: false }),
        };
        OriginPool origin = Pool.GetOrigin(key);
        string target = key.SpeaksToProxy ? $"http://{origin.Authority}{uri.PathAndQuery}" : uri.PathAndQuery;
        return new(uri, origin, target, exchange.Demand);
    }

    private EndPoint? EndPointOf(Exchange exchange) =>
        exchange is { Options.EndPoint: { } own, HasLeftOrigin: false } ? own : Settings.EndPoint;

    private (ProxySpec? Proxy, ProxyCredentials? Credentials) ProxyOf(Exchange exchange) => exchange.Options?.UseProxy == false || EndPointOf(exchange) is not null
        ? default
        : ProxyChoice.Find(
            exchange.Options?.Proxy ?? Settings.Proxy, exchange.Uri, Settings.DefaultProxyCredentials, Settings.SocksProxiesResolve, Settings.ProxyTls);

    private ConnectionIdentity? KnownIdentityOf(Exchange exchange)
    {
        if (_bindingOrigins.IsEmpty
            || exchange.HasLeftOrigin
            || (exchange.Options?.Credentials ?? Settings.Credentials) is not { } credentials
            || !_bindingOrigins.ContainsKey(exchange.Uri.GetLeftPart(UriPartial.Authority)))
        {
            return null;
        }

        NetworkCredential? found = credentials.GetCredential(exchange.Uri, "Negotiate") ?? credentials.GetCredential(exchange.Uri, "NTLM");
        return found is null ? null : new(found);
    }
}
