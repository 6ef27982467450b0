using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Diagnostics.Metrics;
using System.Net.Security;
using PollHttp.Handler;
using PollHttp.Proxies;

namespace PollHttp;

// The settings: names, types, defaults and argument checks are those of SocketsHttpHandler, so that a configuration can be moved unchanged.
public sealed partial class PollHttpHandler
{
    private readonly HandlerSettings _settings = new();

    /// <summary>Gets a value indicating whether the handler is supported; always true.</summary>
    public static bool IsSupported => true;

    /// <summary>Gets or sets a value indicating whether the handler refuses what PollHttpClient refuses, instead of accepting what
    /// SocketsHttpHandler accepts: see docs/swap-in.md; false by default.</summary>
    /// <exception cref="InvalidOperationException">A request has been sent (here and for all settings).</exception>
    /// <exception cref="ObjectDisposedException">The handler is disposed (here and for all settings).</exception>
    public bool Strict
    {
        get => _settings.Strict;
        set => Change(() => _settings.Strict = value);
    }

    /// <summary>
    /// Gets or sets a value indicating whether cookies are sent from <see cref="CookieContainer"/> and stored in it; true by default.
    /// </summary>
    public bool UseCookies
    {
        get => _settings.UseCookies;
        set => Change(() => _settings.UseCookies = value);
    }

    /// <summary>Gets or sets the cookie container; a separate one of the handler unless set.</summary>
    [AllowNull]
    public CookieContainer CookieContainer
    {
        get => _settings.CookieContainer ??= new();
        set => Change(() => _settings.CookieContainer = value);
    }

    /// <summary>Gets or sets the content codings to request and decode; none by default.</summary>
    public DecompressionMethods AutomaticDecompression
    {
        get => _settings.AutomaticDecompression;
        set => Change(() => _settings.AutomaticDecompression = value);
    }

    /// <summary>Gets or sets a value indicating whether to use a proxy if there is one for the address; true by default.</summary>
    public bool UseProxy
    {
        get => _settings.UseProxy;
        set => Change(() => _settings.UseProxy = value);
    }

    /// <summary>Gets or sets the proxy; null for HttpClient.DefaultProxy. It is called like <see cref="Credentials"/>.</summary>
    public IWebProxy? Proxy
    {
        get => _settings.Proxy;
        set => Change(() => _settings.Proxy = value);
    }

    /// <summary>Gets or sets the credentials for a proxy without its own; null for none.</summary>
    public ICredentials? DefaultProxyCredentials
    {
        get => _settings.DefaultProxyCredentials;
        set => Change(() => _settings.DefaultProxyCredentials = value);
    }

    /// <summary>
    /// Gets or sets a value indicating whether Basic credentials are sent without a challenge to addresses that were challenged before;
    /// false by default.
    /// </summary>
    public bool PreAuthenticate
    {
        get => _settings.PreAuthenticate;
        set => Change(() => _settings.PreAuthenticate = value);
    }

    /// <summary>
    /// Gets or sets the credentials for challenges of servers; null to return the challenge. Your own implementation is called on the
    /// calling thread or where continuations run, without any lock: it may block, and send requests through this handler, as long as
    /// <see cref="MaxConnectionsPerServer"/> leaves it a connection.
    /// </summary>
    public ICredentials? Credentials
    {
        get => _settings.Credentials;
        set => Change(() => _settings.Credentials = value);
    }

    /// <summary>Gets or sets a value indicating whether redirects are followed; true by default.</summary>
    public bool AllowAutoRedirect
    {
        get => _settings.AllowAutoRedirect;
        set => Change(() => _settings.AllowAutoRedirect = value);
    }

    /// <summary>Gets or sets the number of redirects after which the next one is returned; 50.</summary>
    public int MaxAutomaticRedirections
    {
        get => _settings.MaxAutomaticRedirections;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(value);
            Change(() => _settings.MaxAutomaticRedirections = value);
        }
    }

    /// <summary>Gets or sets the maximum number of connections to one server; no limit by default.</summary>
    public int MaxConnectionsPerServer
    {
        get => _settings.MaxConnectionsPerServer;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            Change(() => _settings.MaxConnectionsPerServer = value);
        }
    }

    /// <summary>
    /// Gets or sets the maximum number of bytes of an unread body that are drained so that its connection can be used again; 1 MiB.
    /// </summary>
    public int MaxResponseDrainSize
    {
        get => _settings.MaxResponseDrainSize;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            Change(() => _settings.MaxResponseDrainSize = value);
        }
    }

    /// <summary>Gets or sets the maximum time to drain an unread body; 2 s.</summary>
    public TimeSpan ResponseDrainTimeout
    {
        get => _settings.ResponseDrainTimeout;
        set
        {
            CheckTime(value, TimeSpan.Zero, longest: MaxMilliseconds);
            Change(() => _settings.ResponseDrainTimeout = value);
        }
    }

    /// <summary>Gets or sets the maximum size of the heads and trailers of one exchange together, in KiB; 64.</summary>
    public int MaxResponseHeadersLength
    {
        get => _settings.MaxResponseHeadersLength;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(value);
            Change(() => _settings.MaxResponseHeadersLength = value);
        }
    }

    /// <summary>Gets or sets the TLS options; the host name is that of the address unless given.</summary>
    [AllowNull]
    public SslClientAuthenticationOptions SslOptions
    {
        get => _settings.SslOptions ??= new();
        set => Change(() => _settings.SslOptions = value);
    }

    /// <summary>Gets or sets how long a connection may be used; no limit by default. Zero uses it for one request.</summary>
    public TimeSpan PooledConnectionLifetime
    {
        get => _settings.PooledConnectionLifetime;
        set
        {
            CheckTime(value, TimeSpan.Zero, longest: TimeSpan.MaxValue);
            Change(() => _settings.PooledConnectionLifetime = value);
        }
    }

    /// <summary>Gets or sets how long an idle connection is kept; 1 minute. Zero keeps none.</summary>
    public TimeSpan PooledConnectionIdleTimeout
    {
        get => _settings.PooledConnectionIdleTimeout;
        set
        {
            CheckTime(value, TimeSpan.Zero, longest: TimeSpan.MaxValue);
            Change(() => _settings.PooledConnectionIdleTimeout = value);
        }
    }

    /// <summary>Gets or sets the timeout for connecting, including TLS; no limit by default.</summary>
    public TimeSpan ConnectTimeout
    {
        get => _settings.ConnectTimeout;
        set
        {
            CheckTime(value, TimeSpan.FromTicks(1), longest: MaxMilliseconds);
            Change(() => _settings.ConnectTimeout = value);
        }
    }

    /// <summary>Gets or sets how long content waits for a requested 100 before it is sent anyway; 1 s.</summary>
    public TimeSpan Expect100ContinueTimeout
    {
        get => _settings.Expect100ContinueTimeout;
        set
        {
            CheckTime(value, TimeSpan.Zero, longest: MaxMilliseconds);
            Change(() => _settings.Expect100ContinueTimeout = value);
        }
    }

    /// <summary>
    /// Gets or sets the initial receive window of an HTTP/2 stream, in bytes; 65535, up to 16 MiB. It grows while its reader keeps up.
    /// </summary>
    public int InitialHttp2StreamWindowSize
    {
        get => _settings.InitialHttp2StreamWindowSize;
        set
        {
            if (value is < 65535 or > 16 * 1024 * 1024)
            {
                throw new ArgumentOutOfRangeException(
                    nameof(InitialHttp2StreamWindowSize), "The window is from 65535 to 16777216 bytes.");
            }

            Change(() => _settings.InitialHttp2StreamWindowSize = value);
        }
    }

    /// <summary>
    /// Gets or sets the time without a received frame after which an HTTP/2 connection is checked by a PING, at least 1 s; infinite, the
    /// default, sends no pings.
    /// </summary>
    public TimeSpan KeepAlivePingDelay
    {
        get => _settings.KeepAlivePingDelay;
        set
        {
            CheckTime(value, TimeSpan.FromSeconds(1), longest: TimeSpan.MaxValue);
            Change(() => _settings.KeepAlivePingDelay = value);
        }
    }

    /// <summary>Gets or sets how long the answer to such a PING may take before the connection is given up, at least 1 s; 20 s.</summary>
    public TimeSpan KeepAlivePingTimeout
    {
        get => _settings.KeepAlivePingTimeout;
        set
        {
            CheckTime(value, TimeSpan.FromSeconds(1), longest: TimeSpan.MaxValue);
            Change(() => _settings.KeepAlivePingTimeout = value);
        }
    }

    /// <summary>Gets or sets whether such PINGs are also sent while there is no request; Always.</summary>
    public HttpKeepAlivePingPolicy KeepAlivePingPolicy
    {
        get => _settings.KeepAlivePingPolicy;
        set => Change(() => _settings.KeepAlivePingPolicy = value);
    }

    /// <summary>
    /// Gets or sets a value indicating whether another HTTP/2 connection is opened when the server accepts no more requests on the existing
    /// ones; false by default: requests wait.
    /// </summary>
    public bool EnableMultipleHttp2Connections
    {
        get => _settings.EnableMultipleHttp2Connections;
        set => Change(() => _settings.EnableMultipleHttp2Connections = value);
    }

    /// <summary>Gets or sets a value that has no effect, since HTTP/3 is not supported; false by default.</summary>
    public bool EnableMultipleHttp3Connections
    {
        get => _settings.EnableMultipleHttp3Connections;
        set => Change(() => _settings.EnableMultipleHttp3Connections = value);
    }

    /// <summary>Gets or sets a callback that opens connections instead of the sockets of this library; null for none.</summary>
    public Func<SocketsHttpConnectionContext, CancellationToken, ValueTask<Stream>>? ConnectCallback
    {
        get => _settings.ConnectCallback;
        set => Change(() => _settings.ConnectCallback = value);
    }

    /// <summary>Gets or sets a callback that wraps a connection after TLS and before HTTP; null for none.</summary>
    public Func<SocketsHttpPlaintextStreamFilterContext, CancellationToken, ValueTask<Stream>>? PlaintextStreamFilter
    {
        get => _settings.PlaintextStreamFilter;
        set => Change(() => _settings.PlaintextStreamFilter = value);
    }

    /// <summary>Gets or sets the propagator that sends the current activity to the server; null for none.</summary>
    public DistributedContextPropagator? ActivityHeadersPropagator
    {
        get => _settings.ActivityHeadersPropagator;
        set => Change(() => _settings.ActivityHeadersPropagator = value);
    }

    /// <summary>
    /// Gets or sets the logger factory for the lifetime of connections; null for none. Loggers must return quickly, since connections are
    /// being polled meanwhile. The platform's handler has no such setting.
    /// </summary>
    public Microsoft.Extensions.Logging.ILoggerFactory? LoggerFactory
    {
        get => _settings.LoggerFactory;
        set => Change(() => _settings.LoggerFactory = value);
    }

    /// <summary>
    /// Gets or sets the observer of each request that goes over the wire and of its response; null for none. See <see cref="WireLog"/> and
    /// <see cref="HarRecorder"/>. The platform's handler has no such setting.
    /// </summary>
    public WireObserver? WireObserver
    {
        get => _settings.WireObserver;
        set => Change(() => _settings.WireObserver = value);
    }

    /// <summary>Gets or sets the factory of the meter; null for the library's own meter.</summary>
    public IMeterFactory? MeterFactory
    {
        get => _settings.MeterFactory;
        set => Change(() => _settings.MeterFactory = value);
    }

    /// <summary>
    /// Gets or sets a selector of the encoding of a request field by its name; null (as the setting or as a result) for ASCII only.
    /// </summary>
    public HeaderEncodingSelector<HttpRequestMessage>? RequestHeaderEncodingSelector
    {
        get => _settings.RequestHeaderEncodingSelector;
        set => Change(() => _settings.RequestHeaderEncodingSelector = value);
    }

    /// <summary>
    /// Gets or sets a selector of the encoding of a response field by its name; null (as the setting or as a result) for Latin-1.
    /// </summary>
    public HeaderEncodingSelector<HttpRequestMessage>? ResponseHeaderEncodingSelector
    {
        get => _settings.ResponseHeaderEncodingSelector;
        set => Change(() => _settings.ResponseHeaderEncodingSelector = value);
    }

    /// <summary>Gets properties for the application's own use.</summary>
    public IDictionary<string, object?> Properties => _settings.Properties ??= new Dictionary<string, object?>();

    private static TimeSpan MaxMilliseconds => TimeSpan.FromMilliseconds(int.MaxValue);

    private static void CheckTime(TimeSpan value, TimeSpan least, TimeSpan longest)
    {
        if (value != Timeout.InfiniteTimeSpan && (value < least || value > longest))
        {
            throw new ArgumentOutOfRangeException(nameof(value), value, "The time is too short or too long for this setting.");
        }
    }

    private void Change(Action change)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (_engine is not null)
        {
            throw new InvalidOperationException("The settings of a handler can't be changed after its first request.");
        }

        change();
    }
}
