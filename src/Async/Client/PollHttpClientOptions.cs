using System.Net.Security;
using Microsoft.Extensions.Logging;
using PollHttp.Authentication;
using PollHttp.Cookies;
using PollHttp.Policies;
using PollHttp.Proxies;
using PollHttp.Requests;
using PollHttp.Settings;
using PollHttp.Telemetry;

namespace PollHttp;

/// <summary>Specifies the options of a <see cref="PollHttpClient"/>. Read when the client is created.</summary>
public sealed class PollHttpClientOptions
{
    /// <summary>Gets or sets the address that relative addresses are resolved against.</summary>
    public Uri? BaseAddress { get; set; }

    /// <summary>
    /// Gets or sets the timeout from sending to the response head, or to the end of the body if the call reads it whole. 100 s;
    /// <see cref="System.Threading.Timeout.InfiniteTimeSpan"/> for no limit. A body that you read as it arrives is limited by
    /// <see cref="ConnectionTimeouts.BodyIdle"/>.
    /// </summary>
    public TimeSpan Timeout { get; set => field = OptionValue.Limit(value); } = TimeSpan.FromSeconds(100);

    /// <summary>
    /// Gets the middleware between the calls and the sending, the outermost first: retries, tokens, logging. Empty by default.
    /// </summary>
    public IList<RequestMiddleware> Middleware { get; } = [];

    /// <summary>
    /// Gets or sets your own loop, which polls the client's connections in the loop's network; null for background drive.
    /// </summary>
    public PollLoop? Loop { get; set; }

    /// <summary>
    /// Gets or sets the network of the connections; null for that of <see cref="Loop"/>, or for real sockets. Not needed with a loop; if
    /// set, it must be the loop's. Without a loop, a background thread polls the network for the rest of the process: share it between
    /// clients. A simulated network needs a loop.
    /// </summary>
    public INetwork? Network { get; set; }

    /// <summary>Gets or sets where code after an await runs in background drive; <see cref="ContinuationMode.Adaptive"/>.</summary>
    public ContinuationMode Continuations { get; set => field = OptionValue.Defined(value); }

    /// <summary>Gets the limits of messages: how much is accepted and buffered.</summary>
    public ConnectionLimits Limits { get; } = new();

    /// <summary>
    /// Gets the timeouts of the waits within an exchange, apart from <see cref="Timeout"/> and <see cref="ConnectTimeout"/>.
    /// </summary>
    public ConnectionTimeouts Timeouts { get; } = new();

    /// <summary>Gets or sets the deviations from the rules that are accepted; <see cref="Leniency.Default"/>.</summary>
    public Leniency Leniency { get; set; } = Leniency.Default;

    /// <summary>Gets or sets the timeout for the lookup and connecting, and again for the TLS handshake; 10 s, null for no limit.</summary>
    public TimeSpan? ConnectTimeout { get; set => field = OptionValue.LimitOrNone(value); } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Gets or sets the filter that decides which addresses may be connected to. It is called after each lookup and directly before each
    /// connect, including those for redirects and proxies; null allows all. See <see cref="AddressScopes"/>. It must return quickly, since
    /// it is called while connections are being polled.
    /// </summary>
    public ConnectFilter? ConnectFilter { get; set; }

    /// <summary>
    /// Gets or sets the end point to connect to, whatever the address of a request, and without a proxy: a Unix domain socket, a fixed
    /// address. Null to look up the host.
    /// </summary>
    public EndPoint? EndPoint { get; set; }

    /// <summary>Gets or sets the TLS options; the host name is set for each origin unless given.</summary>
    public SslClientAuthenticationOptions? SslOptions { get; set; }

    /// <summary>Gets or sets the maximum number of connections to one scheme, host and port; further requests wait. 32.</summary>
    public int MaxConnectionsPerServer { get; set => field = OptionValue.AtLeast(1, value); } = 32;

    /// <summary>
    /// Gets or sets the number of idle connections to keep ready for each origin that was used or warmed
    /// (<see cref="PollHttpClient.WarmAsync"/>), not counting those in use. 0, the default, keeps none for this purpose. At most
    /// <see cref="MaxConnectionsPerServer"/>.
    /// </summary>
    /// <remarks>
    /// <see cref="PooledConnectionIdleTimeout"/> does not close these connections; <see cref="PooledConnectionLifetime"/>, the server, and
    /// its Keep-Alive field still do. Missing connections are opened in the background, as long as the last request or warm-up is more
    /// recent than the idle timeout. After a connection that could not be opened, or that ended unused, there is a pause of 1 s at first,
    /// then twice as long each time, up to 1 min, until a response is received; no request fails because of this. No effect if the idle
    /// timeout or the lifetime is zero.
    /// </remarks>
    public int MinIdleConnectionsPerServer { get; set => field = OptionValue.AtLeast(0, value); }

    /// <summary>
    /// Gets or sets how long an idle connection is kept: 55 s, less than the 60 s after which many servers close; zero uses each connection
    /// once. The server's Keep-Alive field applies if it is shorter.
    /// </summary>
    public TimeSpan PooledConnectionIdleTimeout { get; set => field = OptionValue.ZeroOrLimit(value); } = TimeSpan.FromSeconds(55);

    /// <summary>
    /// Gets or sets the maximum age of a connection for another request, so that changes of DNS and certificates are noticed; zero uses
    /// each connection once. No limit by default.
    /// </summary>
    public TimeSpan PooledConnectionLifetime { get; set => field = OptionValue.ZeroOrLimit(value); } = System.Threading.Timeout.InfiniteTimeSpan;

    /// <summary>Gets or sets a value indicating whether redirects are followed.</summary>
    public bool AllowAutoRedirect { get; set; } = true;

    /// <summary>
    /// Gets or sets the maximum number of redirects, at least 1; 20. One more causes a <see cref="RedirectException"/>, which has the last
    /// response.
    /// </summary>
    public int MaxAutomaticRedirections { get; set => field = OptionValue.AtLeast(1, value); } = 20;

    /// <summary>Gets or sets a function that decides on each redirect. It is called like <see cref="Credentials"/>.</summary>
    public Func<RedirectContext, RedirectDecision>? RedirectPolicy { get; set; }

    /// <summary>
    /// Gets the names of fields with secrets, which are dropped when a redirect leaves the origin, in addition to Authorization, Cookie,
    /// Proxy-Authorization and the well-known fields for keys and tokens.
    /// </summary>
    public IList<string> SecretFields { get; } = [];

    /// <summary>Gets or sets a value indicating whether cookies are stored and sent.</summary>
    public bool UseCookies { get; set; } = true;

    /// <summary>Gets or sets the cookies; null for a separate store of the client.</summary>
    public CookieStore? Cookies { get; set; }

    /// <summary>
    /// Gets or sets the platform's cookie container, to share it with other code. Can't be combined with <see cref="Cookies"/>.
    /// </summary>
    public CookieContainer? CookieContainer { get; set; }

    /// <summary>
    /// Gets or sets the credentials for challenges of servers: Negotiate, NTLM, Digest or Basic, the strongest that is offered and
    /// supported. A credential that is not a <see cref="CredentialCache"/> is not used after a redirect to another origin. Your own
    /// implementation is called on the calling thread before the first response, and for a blocking call; later it is called where
    /// continuations run, which is the loop's thread on your own loop. No lock is held meanwhile, so it may block, and use this client; a
    /// blocking call from it gets a connection beyond <see cref="MaxConnectionsPerServer"/>.
    /// </summary>
    public ICredentials? Credentials { get; set; }

    /// <summary>Gets or sets the token that is sent with each request as <c>Authorization: Bearer</c> (RFC 6750
    /// §2.1), unless the request has its own Authorization; equal to setting it in <see cref="PollHttpClient.DefaultRequestHeaders"/>. It is
    /// not sent to another origin after a redirect.</summary>
    /// <exception cref="ArgumentException">The token is empty, or has a character that is not allowed in a token.</exception>
    public string? BearerToken { get; set => field = value is null ? null : BearerTokens.Check(value); }

    /// <summary>
    /// Gets or sets a value indicating whether Basic is sent without a challenge below an address that was challenged before.
    /// </summary>
    public bool PreAuthenticate { get; set; }

    /// <summary>Gets or sets a value indicating whether a proxy is used.</summary>
    public bool UseProxy { get; set; } = true;

    /// <summary>
    /// Gets or sets the proxy; null for the one of the environment (http_proxy, https_proxy, all_proxy, no_proxy). It is called like
    /// <see cref="Credentials"/>.
    /// </summary>
    public IWebProxy? Proxy { get; set; }

    /// <summary>
    /// Gets or sets the maximum size of a body that a call reads whole (GetStringAsync and similar methods), in bytes; 2 GiB.
    /// </summary>
    public int MaxResponseContentBufferSize { get; set => field = OptionValue.AtLeast(0, value); } = Array.MaxLength;

    /// <summary>
    /// Gets or sets which content codings are requested and decoded, and the limits of decoding; all codings by default, null for none.
    /// Converts from <see cref="DecompressionMethods"/> and <see cref="ContentCodings"/>.
    /// </summary>
    public DecompressionOptions? AutomaticDecompression { get; set; } = new();

    /// <summary>Gets or sets the User-Agent; empty for none.</summary>
    public string UserAgent { get; set; } = "PollHttp/0.1.0";

    /// <summary>
    /// Gets or sets the logger factory: opened and closed connections and retries are logged, at Debug level. Loggers must return quickly,
    /// since connections are being polled meanwhile. Exceptions of a logger are ignored.
    /// </summary>
    public ILoggerFactory? LoggerFactory { get; set; }

    /// <summary>
    /// Gets or sets the observer of each request that goes over the wire and of its response; null for none. See <see cref="WireLog"/> and
    /// <see cref="HarRecorder"/>.
    /// </summary>
    public WireObserver? WireObserver { get; set; }

    /// <summary>Gets or sets the pool of buffers; null for the shared pool. For tests that count buffers.</summary>
    internal SlabPool? Slabs { get; init; }

    internal ExchangeSettings ToSettings(PollLoop loop) => new()
    {
        Options = new() { Limits = Limits, Timeouts = Timeouts, Leniency = Leniency },
        ConnectTimeout = ConnectTimeout,
        TlsHandshakeTimeout = ConnectTimeout,
        ConnectFilter = ConnectFilter,
        EndPoint = EndPoint,
        Tls = SslOptions,
        MaxConnectionsPerOrigin = MaxConnectionsPerServer,
        MinIdleConnectionsPerOrigin = MinIdleWithinMax(),
        IdleTimeout = PooledConnectionIdleTimeout,
        Lifetime = PooledConnectionLifetime,
        UserAgent = UserAgent,
        Decompression = AutomaticDecompression,
        Accept = "*/*",
        Redirects = new() { Follows = AllowAutoRedirect, Limit = MaxAutomaticRedirections, Policy = RedirectPolicy, SecretFields = [.. SecretFields] },
        Cookies = JarOf(loop.TimeProvider),
        Credentials = Credentials,
        PreAuthenticate = PreAuthenticate,
        Proxy = !UseProxy ? null : Proxy ?? (loop.IsVirtual ? null : EnvironmentProxy.OfProcess()), // a simulation must not depend on the environment
        Logger = QuietLogger.Create(LoggerFactory, "PollHttp.PollHttpClient"),
        WireObserver = WireObserver,
        Continuations = Continuations,
        Slabs = Slabs,
    };

    /// <summary>Returns the loop that the constructor was given, or the one that is set here.</summary>
    /// <exception cref="ArgumentException">There are two different loops.</exception>
    internal PollLoop? LoopOr(PollLoop? given) => given is null || Loop is null || ReferenceEquals(given, Loop)
        ? given ?? Loop
        : throw new ArgumentException("The options have a different loop than the constructor of the client.");

    private int MinIdleWithinMax() => MinIdleConnectionsPerServer <= MaxConnectionsPerServer
        ? MinIdleConnectionsPerServer
        : throw new InvalidOperationException(
            $"MinIdleConnectionsPerServer ({MinIdleConnectionsPerServer}) is more than MaxConnectionsPerServer ({MaxConnectionsPerServer}).");

    private ICookieJar? JarOf(TimeProvider time)
    {
        if (Cookies is not null && CookieContainer is not null)
        {
            throw new InvalidOperationException("Cookies and CookieContainer are both set; only one of them can be.");
        }

        return !UseCookies ? null : CookieContainer is not null ? new ContainerJar(CookieContainer) : new StoreJar(Cookies ?? new CookieStore(time));
    }
}
