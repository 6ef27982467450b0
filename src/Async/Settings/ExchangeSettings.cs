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
/// Everything an engine does by itself. Immutable: whoever sits on an engine (client, handler) translates its own options
/// once. The defaults are those of <see cref="PollHttpClient"/>.
/// </summary>
internal sealed record ExchangeSettings
{
    /// <summary>For each exchange, unless it brings its own.</summary>
    public ExchangeOptions Options { get; init; } = new();

    /// <summary>Resolving, connecting and a proxy's tunnel together; null for no limit.</summary>
    public TimeSpan? ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Null for no limit.</summary>
    public TimeSpan? TlsHandshakeTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Asked before each dial; null: every address may be connected to.</summary>
    public ConnectFilter? ConnectFilter { get; init; }

    /// <summary>Where connections lead, whatever the address is; null: where its name does.</summary>
    public EndPoint? EndPoint { get; init; }

    public SslClientAuthenticationOptions? Tls { get; init; }

    /// <summary>Connections to one origin; further exchanges wait in order.</summary>
    public int MaxConnectionsPerOrigin { get; init; } = 32;

    /// <summary>So many idle ones are left by the idle time, and opened anew while the origin is in use; not more than the maximum.</summary>
    public int MinIdleConnectionsPerOrigin { get; init; }

    /// <summary>How long an idle connection is kept; zero: none is, infinite: as long as it lasts.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromSeconds(55);

    /// <summary>How old a connection may be when it is used again; zero: none is, infinite: any age.</summary>
    public TimeSpan Lifetime { get; init; } = Timeout.InfiniteTimeSpan;

    /// <summary>Windows and pings of HTTP/2 connections.</summary>
    public Http2Options Http2 { get; init; } = Http2Options.Default;

    /// <summary>Gets or sets a value indicating whether an origin may have several HTTP/2 connections when one has no place left; otherwise
    /// requests wait.</summary>
    public bool EnablesMultipleHttp2Connections { get; init; }

    /// <summary>How much of a body that nobody wants is read so that its connection can be used again .</summary>
    public long DrainBytes { get; init; } = 64 * 1024;

    /// <summary>How long that may take.</summary>
    public TimeSpan DrainTime { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Sent where the request has none; empty for none.</summary>
    public string UserAgent { get; init; } = "";

    /// <summary>Sent where the request has none; empty for none.</summary>
    public string Accept { get; init; } = "";

    /// <summary>Which content codings are asked for and decoded, unless an exchange brings its own; null for none.</summary>
    public DecompressionOptions? Decompression { get; init; }

    public RedirectSettings Redirects { get; init; } = new();

    /// <summary>Null for none, unless an exchange brings its own.</summary>
    public ICookieJar? Cookies { get; init; }

    /// <summary>What challenges of origins are answered with; null: they are not.</summary>
    public ICredentials? Credentials { get; init; }

    /// <summary>Gets or sets a value indicating whether Basic is sent unasked below an address that was challenged before.</summary>
    public bool PreAuthenticate { get; init; }

    /// <summary>Gets or sets a value indicating whether a request whose expectation was refused (417) is sent once more without
    /// it.</summary>
    public bool RepeatsWithoutExpect { get; init; } = true;

    /// <summary>Gets what is asked for the proxy of each attempt; null for no proxy.</summary>
    public IWebProxy? Proxy { get; init; }

    /// <summary>For a proxy without credentials of its own.</summary>
    public ICredentials? DefaultProxyCredentials { get; init; }

    /// <summary>Gets or sets a value indicating whether a socks5 proxy is told names, as a socks5h proxy always is; otherwise
    /// addresses.</summary>
    public bool SocksProxiesResolve { get; init; }

    /// <summary>TLS towards HTTPS proxies; null for the defaults.</summary>
    public SslClientAuthenticationOptions? ProxyTls { get; init; }

    /// <summary>Asked after our own, in this order.</summary>
    public IReadOnlyList<IExchangePolicy> MorePolicies { get; init; } = [];

    /// <summary>Makes the connections' streams, where that is not for the network to do; null where it is.</summary>
    public StreamConnector? Connector { get; init; }

    public EngineTelemetry Telemetry { get; init; } = new(PollHttpTelemetry.SharedMetrics, System.Diagnostics.DistributedContextPropagator.Current);

    public ILogger Logger { get; init; } = NullLogger.Instance;

    /// <summary>Gets what is told of each attempt; null for none.</summary>
    public WireObserver? WireObserver { get; init; }

    /// <summary>Where completions run in background drive.</summary>
    public ContinuationMode Continuations { get; init; }

    /// <summary>Where connections take their buffers from; null for the shared pool. For tests that count them.</summary>
    public SlabPool? Slabs { get; init; }

    /// <summary>What a call after the end of the engine says is disposed.</summary>
    public string OwnerName { get; init; } = "PollHttpClient";
}
