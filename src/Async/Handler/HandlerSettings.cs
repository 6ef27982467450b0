using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Net.Security;
using PollHttp.Cookies;
using PollHttp.Proxies;
using PollHttp.Settings;
using PollHttp.Telemetry;

namespace PollHttp.Handler;

/// <summary>
/// Holds the values of the properties of a <see cref="PollHttpHandler"/>, with the platform's defaults. Frozen by the handler at its first
/// request.
/// </summary>
internal sealed class HandlerSettings
{
    public PollLoop? Loop { get; set; }

    public INetwork? Network { get; set; }

    public ContinuationMode Continuations { get; set; }

    public bool Strict { get; set; }

    public bool UseCookies { get; set; } = true;

    public CookieContainer? CookieContainer { get; set; }

    public DecompressionMethods AutomaticDecompression { get; set; }

    public bool UseProxy { get; set; } = true;

    public IWebProxy? Proxy { get; set; }

    public ICredentials? DefaultProxyCredentials { get; set; }

    public bool PreAuthenticate { get; set; }

    public ICredentials? Credentials { get; set; }

    public bool AllowAutoRedirect { get; set; } = true;

    public int MaxAutomaticRedirections { get; set; } = 50;

    public int MaxConnectionsPerServer { get; set; } = int.MaxValue;

    public int MaxResponseDrainSize { get; set; } = 1024 * 1024;

    public TimeSpan ResponseDrainTimeout { get; set; } = TimeSpan.FromSeconds(2);

    public int MaxResponseHeadersLength { get; set; } = 64;

    public SslClientAuthenticationOptions? SslOptions { get; set; }

    public TimeSpan PooledConnectionLifetime { get; set; } = Timeout.InfiniteTimeSpan;

    public TimeSpan PooledConnectionIdleTimeout { get; set; } = TimeSpan.FromMinutes(1);

    public TimeSpan ConnectTimeout { get; set; } = Timeout.InfiniteTimeSpan;

    public TimeSpan Expect100ContinueTimeout { get; set; } = TimeSpan.FromSeconds(1);

    public int InitialHttp2StreamWindowSize { get; set; } = 65535;

    public TimeSpan KeepAlivePingDelay { get; set; } = Timeout.InfiniteTimeSpan;

    public TimeSpan KeepAlivePingTimeout { get; set; } = TimeSpan.FromSeconds(20);

    public HttpKeepAlivePingPolicy KeepAlivePingPolicy { get; set; } = HttpKeepAlivePingPolicy.Always;

    public bool EnableMultipleHttp2Connections { get; set; }

    public bool EnableMultipleHttp3Connections { get; set; }

    public Func<SocketsHttpConnectionContext, CancellationToken, ValueTask<Stream>>? ConnectCallback { get; set; }

    public Func<SocketsHttpPlaintextStreamFilterContext, CancellationToken, ValueTask<Stream>>? PlaintextStreamFilter { get; set; }

    public DistributedContextPropagator? ActivityHeadersPropagator { get; set; } = DistributedContextPropagator.Current;

    public Microsoft.Extensions.Logging.ILoggerFactory? LoggerFactory { get; set; }

    public WireObserver? WireObserver { get; set; }

    public IMeterFactory? MeterFactory { get; set; }

    public HeaderEncodingSelector<HttpRequestMessage>? RequestHeaderEncodingSelector { get; set; }

    public HeaderEncodingSelector<HttpRequestMessage>? ResponseHeaderEncodingSelector { get; set; }

    public IDictionary<string, object?>? Properties { get; set; }

    public ExchangeSettings ToExchangeSettings(PollLoop loop) => new()
    {
        Options = new()
        {
            Limits = ToLimits(),
            Timeouts = new() { BodyIdle = null, SendStall = null, Expect100Continue = Expect100ContinueTimeout },
            Leniency = Strict ? Leniency.None : Leniency.All,
        },
        ConnectTimeout = ConnectTimeout == Timeout.InfiniteTimeSpan ? null : ConnectTimeout,
        TlsHandshakeTimeout = ConnectTimeout == Timeout.InfiniteTimeSpan ? null : ConnectTimeout,
        Tls = ToTls(SslOptions?.TargetHost),
        ProxyTls = ToTls(targetHost: null),
        SocksProxiesResolve = true,
        MaxConnectionsPerOrigin = MaxConnectionsPerServer,
        IdleTimeout = PooledConnectionIdleTimeout,
        Lifetime = PooledConnectionLifetime,
        EnablesMultipleHttp2Connections = EnableMultipleHttp2Connections,
        Http2 = new()
        {
            InitialStreamWindow = InitialHttp2StreamWindowSize,
            ReceiveBudget = 64 * 1024 * 1024,
            KeepAlivePingDelay = KeepAlivePingDelay == Timeout.InfiniteTimeSpan ? null : KeepAlivePingDelay,
            KeepAlivePingTimeout = KeepAlivePingTimeout,
            PingsWhileIdle = KeepAlivePingPolicy == HttpKeepAlivePingPolicy.Always,
        },
        DrainBytes = MaxResponseDrainSize,
        DrainTime = ResponseDrainTimeout,
        Redirects = new() { Follows = AllowAutoRedirect, Limit = MaxAutomaticRedirections, AsPlatform = true },
        Cookies = UseCookies ? new ContainerJar(CookieContainer ??= new()) : null,
        Credentials = Credentials,
        PreAuthenticate = PreAuthenticate,
        RepeatsWithoutExpect = false,
        Proxy = UseProxy ? Proxy ?? (loop.IsVirtual ? null : DefaultProxy.OfProcess()) : null, // a simulation must not depend on the environment
        DefaultProxyCredentials = DefaultProxyCredentials,
        Connector = ConnectCallback is null && PlaintextStreamFilter is null ? null : new(ConnectCallback, PlaintextStreamFilter),
        Telemetry = new(
            MeterFactory is null ? PollHttpTelemetry.SharedMetrics : new(MeterFactory.Create(PollHttpTelemetry.MeterName)),
            ActivityHeadersPropagator),
        Logger = QuietLogger.Create(LoggerFactory, "PollHttp.PollHttpHandler"),
        WireObserver = WireObserver,
        Continuations = Continuations,
        OwnerName = nameof(PollHttpHandler),
    };

    /// <summary>
    /// Returns a copy, since the caller's options may change. As in the platform's handler, the handler decides which protocol is used: a
    /// list that names h2 first must not make a server choose it.
    /// </summary>
    private SslClientAuthenticationOptions? ToTls(string? targetHost)
    {
        if (SslOptions is null)
        {
            return null;
        }

        SslClientAuthenticationOptions copy = TlsOptionsCopy.Of(SslOptions);
        copy.ApplicationProtocols = null;
        copy.TargetHost = targetHost;
        return copy;
    }

    /// <summary>Returns the limits of a connection: those of the platform, which has one limit for all heads together.</summary>
    public ConnectionLimits ToLimits()
    {
        int headBytes = (int)Math.Min(int.MaxValue, MaxResponseHeadersLength * 1024L);
        return new()
        {
            StatusLineBytes = headBytes,
            FieldLineBytes = headBytes,
            HeadBytes = headBytes,
            FieldCount = int.MaxValue,
            InformationalCount = int.MaxValue,
            ChunkExtensionLineBytes = 16 * 1024,
            TrailerBytes = headBytes,
            TrailerCount = int.MaxValue,
            RequestHeadBytes = int.MaxValue,
        };
    }
}
