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

/// <summary>What a <see cref="PollHttpClient"/> does by itself. Read when the client is made.</summary>
public sealed class PollHttpClientOptions
{
    /// <summary>What relative addresses are relative to.</summary>
    public Uri? BaseAddress { get; set; }

    /// <summary>From sending to the response head; to the end of the body where the call reads it whole. 100 s;
    /// <see cref="System.Threading.Timeout.InfiniteTimeSpan"/> for no limit. A body that is read as it comes has
    /// <see cref="ConnectionTimeouts.BodyIdle"/>.</summary>
    public TimeSpan Timeout { get; set => field = OptionValue.Limit(value); } = TimeSpan.FromSeconds(100);

    /// <summary>What stands between the calls and their sending, the outermost first: retries, tokens, a log. None.</summary>
    public IList<RequestMiddleware> Middleware { get; } = [];

    /// <summary>Gets or sets the loop of yours that polls the client's connections, in the network it was made with; null for background
    /// drive.</summary>
    public PollLoop? Loop { get; set; }

    /// <summary>Gets or sets the network that connections are made in; null for that of <see cref="Loop"/>, or for real sockets. Not needed
    /// where there is a loop, and then the same as the loop's. Without a loop it is polled by a thread of its own for the rest of the
    /// process: share it between clients. A simulated network needs a loop.</summary>
    public INetwork? Network { get; set; }

    /// <summary>Where code goes on after an await in background drive; <see cref="ContinuationMode.Adaptive"/>.</summary>
    public ContinuationMode Continuations { get; set => field = OptionValue.Defined(value); }

    /// <summary>How much of a message is taken and held.</summary>
    public ConnectionLimits Limits { get; } = new();

    /// <summary>How long each wait within an exchange may take, apart from <see cref="Timeout"/> and <see cref="ConnectTimeout"/>.</summary>
    public ConnectionTimeouts Timeouts { get; } = new();

    /// <summary>What is accepted although the rules don't have it so; <see cref="Leniency.LineFolding"/>.</summary>
    public Leniency Leniency { get; set; } = Leniency.LineFolding;

    /// <summary>Resolving and connecting, and once more the TLS handshake; 10 s, null for no limit.</summary>
    public TimeSpan? ConnectTimeout { get; set => field = OptionValue.LimitOrNone(value); } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Says which addresses may be connected to, after each lookup and directly before each dial, redirects and proxies included; null
    /// for all. See <see cref="AddressScopes"/>. Must return at once: it is called while connections are being polled.
    /// </summary>
    public ConnectFilter? ConnectFilter { get; set; }

    /// <summary>Where to connect, whatever the address of a request is, and without a proxy: a Unix domain socket, a fixed address. Null for
    /// what its name stands for.</summary>
    public EndPoint? EndPoint { get; set; }

    /// <summary>TLS settings; the host name is set for each origin unless given.</summary>
    public SslClientAuthenticationOptions? SslOptions { get; set; }

    /// <summary>Connections to one scheme, host and port; further requests wait. 32.</summary>
    public int MaxConnectionsPerServer { get; set => field = OptionValue.AtLeast(1, value); } = 32;

    /// <summary>
    /// So many connections to an origin that was used or warmed (<see cref="PollHttpClient.WarmAsync"/>) are idle at any time, ready for
    /// further requests; those in use do not count. 0: none is opened or kept for that. At most <see cref="MaxConnectionsPerServer"/>.
    /// </summary>
    /// <remarks>
    /// <see cref="PooledConnectionIdleTimeout"/> closes none of the last so many; <see cref="PooledConnectionLifetime"/>, the server, and
    /// what it says in Keep-Alive still do. What is missing is opened in the background, as long as the last request or warm-up is no
    /// longer ago than the idle timeout. After one that could not be made, or that ended unused, there is a pause, at first of 1 s, then
    /// twice as long each time up to 1 min, until a response is received; no request fails because of that. No effect where the
    /// idle timeout or the lifetime is zero.
    /// </remarks>
    public int MinIdleConnectionsPerServer { get; set => field = OptionValue.AtLeast(0, value); }

    /// <summary>How long an idle connection is kept: 55 s, under the 60 s after which many servers close; zero: each is used once.
    /// What the server says in Keep-Alive counts where it is less.</summary>
    public TimeSpan PooledConnectionIdleTimeout { get; set => field = OptionValue.ZeroOrLimit(value); } = TimeSpan.FromSeconds(55);

    /// <summary>How old a connection may be when another request is sent on it, so that changes of names and certificates are noticed;
    /// zero: each is used once. No limit by default.</summary>
    public TimeSpan PooledConnectionLifetime { get; set => field = OptionValue.ZeroOrLimit(value); } = System.Threading.Timeout.InfiniteTimeSpan;

    /// <summary>Gets or sets a value indicating whether redirects are followed.</summary>
    public bool AllowAutoRedirect { get; set; } = true;

    /// <summary>How many of them, at least 1; 20. One more is a <see cref="RedirectException"/>, which carries the last response.</summary>
    public int MaxAutomaticRedirections { get; set => field = OptionValue.AtLeast(1, value); } = 20;

    /// <summary>Asked about each redirect, as <see cref="Credentials"/> are.</summary>
    public Func<RedirectContext, RedirectDecision>? RedirectPolicy { get; set; }

    /// <summary>Names of fields with secrets, dropped when a redirect leaves the origin: besides Authorization, Cookie, Proxy-Authorization
    /// and the well-known ones for keys and tokens.</summary>
    public IList<string> SecretFields { get; } = [];

    /// <summary>Gets or sets a value indicating whether cookies are stored and sent.</summary>
    public bool UseCookies { get; set; } = true;

    /// <summary>Gets or sets the cookies; null for a store of the client's own.</summary>
    public CookieStore? Cookies { get; set; }

    /// <summary>Gets or sets the platform's container, where one is to be shared with other code. Not together with
    /// <see cref="Cookies"/>.</summary>
    public CookieContainer? CookieContainer { get; set; }

    /// <summary>What challenges of servers are answered with: Negotiate, NTLM, Digest or Basic, the strongest that is offered and known. A
    /// credential that is no <see cref="CredentialCache"/> is not used after a redirect to another origin. An object of yours is asked by
    /// the calling thread before the first response, or of a blocking call; afterwards where continuations run, which is the loop's
    /// thread on a loop of yours. No lock is held meanwhile: it may take its time, and use this client; a blocking call gets a connection beyond
    /// <see cref="MaxConnectionsPerServer"/>.</summary>
    public ICredentials? Credentials { get; set; }

    /// <summary>Sent with each request as <c>Authorization: Bearer</c> (RFC 6750 §2.1), unless the request has its own; the same as setting it
    /// in <see cref="PollHttpClient.DefaultRequestHeaders"/>. A redirect to another origin does not take it along.</summary>
    /// <exception cref="ArgumentException">It is empty, or has a character that no token has.</exception>
    public string? BearerToken { get; set => field = value is null ? null : BearerTokens.Check(value); }

    /// <summary>Gets or sets a value indicating whether Basic is sent unasked below an address that asked for it before.</summary>
    public bool PreAuthenticate { get; set; }

    /// <summary>Gets or sets a value indicating whether a proxy is used.</summary>
    public bool UseProxy { get; set; } = true;

    /// <summary>Gets or sets the proxy; null for the one that the environment names (http_proxy, https_proxy, all_proxy, no_proxy). Asked
    /// as <see cref="Credentials"/> are.</summary>
    public IWebProxy? Proxy { get; set; }

    /// <summary>Gets or sets the largest body that a call reads whole (GetStringAsync and the like), in bytes; 2 GiB.</summary>
    public int MaxResponseContentBufferSize { get; set => field = OptionValue.AtLeast(0, value); } = Array.MaxLength;

    /// <summary>Which content codings are asked for and decoded, and how far; all of them. Null for none. Converts from
    /// <see cref="DecompressionMethods"/> and <see cref="ContentCodings"/>.</summary>
    public DecompressionOptions? AutomaticDecompression { get; set; } = new();

    /// <summary>What to send as User-Agent; empty for none.</summary>
    public string UserAgent { get; set; } = "PollHttp/0.1.0";

    /// <summary>Where to log: opened, closed and retried connections, at Debug level. Must return at once, since connections are being polled
    /// meanwhile. What a logger throws is dropped: it fails no request.</summary>
    public ILoggerFactory? LoggerFactory { get; set; }

    /// <summary>Who is told of each request that goes over the wire, and of its response; null for nobody. See <see cref="WireLog"/> and
    /// <see cref="HarRecorder"/>.</summary>
    public WireObserver? WireObserver { get; set; }

    /// <summary>Where connections take their buffers from; null for the shared pool. For tests that count them.</summary>
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
        Proxy = !UseProxy ? null : Proxy ?? (loop.IsVirtual ? null : EnvironmentProxy.OfProcess()), // a simulation has no part in the world outside
        Logger = QuietLogger.Create(LoggerFactory, "PollHttp.PollHttpClient"),
        WireObserver = WireObserver,
        Continuations = Continuations,
        Slabs = Slabs,
    };

    /// <summary>Gets the loop that the constructor was given, or the one that is set here.</summary>
    /// <exception cref="ArgumentException">There are two, and not the same.</exception>
    internal PollLoop? LoopOr(PollLoop? given) => given is null || Loop is null || ReferenceEquals(given, Loop)
        ? given ?? Loop
        : throw new ArgumentException("The options have another loop than the one that the client is made with.");

    private int MinIdleWithinMax() => MinIdleConnectionsPerServer <= MaxConnectionsPerServer
        ? MinIdleConnectionsPerServer
        : throw new InvalidOperationException(
            $"MinIdleConnectionsPerServer ({MinIdleConnectionsPerServer}) is more than MaxConnectionsPerServer ({MaxConnectionsPerServer}).");

    private ICookieJar? JarOf(TimeProvider time)
    {
        if (Cookies is not null && CookieContainer is not null)
        {
            throw new InvalidOperationException("Cookies and CookieContainer are both set; there can be one of them.");
        }

        return !UseCookies ? null : CookieContainer is not null ? new ContainerJar(CookieContainer) : new StoreJar(Cookies ?? new CookieStore(time));
    }
}
