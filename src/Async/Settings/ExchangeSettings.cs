using System.Net.Security;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using PollHttp.Cookies;
using PollHttp.Core.Http2;
using PollHttp.Policies;
using PollHttp.Streams;
using PollHttp.Telemetry;

namespace PollHttp.Settings;

/// <summary>
/// Specifies what an engine does by itself. Immutable: the client or handler translates its own options once. The defaults are those of
/// <see cref="PollHttpClient"/>.
/// </summary>
internal sealed record ExchangeSettings
{
    /// <summary>Gets or sets the options of each exchange that has none of its own.</summary>
    public ExchangeOptions Options { get; init; } = new();

    /// <summary>Gets or sets the timeout for the lookup, connecting and a proxy's tunnel together; null for no limit.</summary>
    public TimeSpan? ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Gets or sets the timeout for the TLS handshake; null for no limit.</summary>
    public TimeSpan? TlsHandshakeTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Gets or sets the filter that is called before each connect; null allows every address.</summary>
    public ConnectFilter? ConnectFilter { get; init; }

    /// <summary>Gets or sets the end point to connect to, whatever the address; null to look up the host.</summary>
    public EndPoint? EndPoint { get; init; }

    public SslClientAuthenticationOptions? Tls { get; init; }

    /// <summary>Gets or sets the maximum number of connections to one origin; further exchanges wait in order.</summary>
    public int MaxConnectionsPerOrigin { get; init; } = 32;

    /// <summary>
    /// Gets or sets the number of idle connections that the idle timeout keeps, and that are reopened while the origin is in use; at most
    /// the maximum.
    /// </summary>
    public int MinIdleConnectionsPerOrigin { get; init; }

    /// <summary>Gets or sets how long an idle connection is kept; zero keeps none, infinite keeps it as long as it lasts.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromSeconds(55);

    /// <summary>Gets or sets the maximum age of a connection for reuse; zero allows no reuse, infinite allows any age.</summary>
    public TimeSpan Lifetime { get; init; } = Timeout.InfiniteTimeSpan;

    /// <summary>Gets or sets the windows and pings of HTTP/2 connections.</summary>
    public Http2Options Http2 { get; init; } = Http2Options.Default;

    /// <summary>
    /// Gets or sets a value indicating whether an origin may have several HTTP/2 connections if one has no free place; otherwise requests
    /// wait.
    /// </summary>
    public bool EnablesMultipleHttp2Connections { get; init; }

    /// <summary>
    /// Gets or sets the maximum number of bytes of an unneeded body that are drained so that its connection can be used again.
    /// </summary>
    public long DrainBytes { get; init; } = 64 * 1024;

    /// <summary>Gets or sets the maximum time for draining.</summary>
    public TimeSpan DrainTime { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Gets or sets the User-Agent of requests without one; empty for none.</summary>
    public string UserAgent { get; init; } = "";

    /// <summary>Gets or sets the Accept field of requests without one; empty for none.</summary>
    public string Accept { get; init; } = "";

    /// <summary>
    /// Gets or sets which content codings are requested and decoded, unless an exchange has its own setting; null for none.
    /// </summary>
    public DecompressionOptions? Decompression { get; init; }

    public RedirectSettings Redirects { get; init; } = new();

    /// <summary>Gets or sets the cookies, unless an exchange has its own; null for none.</summary>
    public ICookieJar? Cookies { get; init; }

    /// <summary>Gets or sets the credentials for challenges of origins; null answers none.</summary>
    public ICredentials? Credentials { get; init; }

    /// <summary>
    /// Gets or sets a value indicating whether Basic is sent without a challenge below an address that was challenged before.
    /// </summary>
    public bool PreAuthenticate { get; init; }

    /// <summary>Gets or sets a value indicating whether a request whose expectation was refused (417) is sent again without it.</summary>
    public bool RepeatsWithoutExpect { get; init; } = true;

    /// <summary>Gets or sets the proxy settings, which are called for each attempt; null for no proxy.</summary>
    public IWebProxy? Proxy { get; init; }

    /// <summary>Gets or sets the credentials for a proxy without its own.</summary>
    public ICredentials? DefaultProxyCredentials { get; init; }

    /// <summary>
    /// Gets or sets a value indicating whether a socks5 proxy gets names, as a socks5h proxy always does; otherwise it gets addresses.
    /// </summary>
    public bool SocksProxiesResolve { get; init; }

    /// <summary>Gets or sets the TLS options towards HTTPS proxies; null for the defaults.</summary>
    public SslClientAuthenticationOptions? ProxyTls { get; init; }

    /// <summary>Gets or sets further policies, which are called after our own, in this order.</summary>
    public IReadOnlyList<IExchangePolicy> MorePolicies { get; init; } = [];

    /// <summary>Gets or sets the connector that makes the streams of connections; null if the network does.</summary>
    public StreamConnector? Connector { get; init; }

    public EngineTelemetry Telemetry { get; init; } = new(PollHttpTelemetry.SharedMetrics, System.Diagnostics.DistributedContextPropagator.Current);

    public ILogger Logger { get; init; } = NullLogger.Instance;

    /// <summary>Gets or sets the observer of each attempt; null for none.</summary>
    public WireObserver? WireObserver { get; init; }

    /// <summary>Gets or sets where completions run in background drive.</summary>
    public ContinuationMode Continuations { get; init; }

    /// <summary>Gets or sets the pool of buffers; null for the shared pool. For tests that count buffers.</summary>
    public SlabPool? Slabs { get; init; }

    /// <summary>Gets or sets the object name in the ObjectDisposedException of a call after the end of the engine.</summary>
    public string OwnerName { get; init; } = "PollHttpClient";
}
