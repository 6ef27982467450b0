using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Diagnostics.Metrics;
using System.Net.Security;
using PollHttp.Handler;
using PollHttp.Proxies;

namespace PollHttp;

// The settings: names, types, defaults and argument checks of SocketsHttpHandler, so that a configuration moves over unchanged.
public sealed partial class PollHttpHandler
{
    private readonly HandlerSettings _settings = new();

    /// <summary>Gets a value indicating whether handlers of this kind work here; always true.</summary>
    public static bool IsSupported => true;

    /// <summary>Refuses what PollHttpClient refuses, instead of taking what SocketsHttpHandler takes: see docs/swap-in.md; off.</summary>
    /// <exception cref="InvalidOperationException">A request has been sent (here and for all settings).</exception>
    /// <exception cref="ObjectDisposedException">The handler is disposed (here and for all settings).</exception>
    public bool Strict
    {
        get => _settings.Strict;
        set => Change(() => _settings.Strict = value);
    }

    /// <summary>Gets or sets a value indicating whether cookies are taken from <see cref="CookieContainer"/> and kept there; on.</summary>
    public bool UseCookies
    {
        get => _settings.UseCookies;
        set => Change(() => _settings.UseCookies = value);
    }

    /// <summary>Where cookies are kept; one of the handler's own unless set.</summary>
    [AllowNull]
    public CookieContainer CookieContainer
    {
        get => _settings.CookieContainer ??= new();
        set => Change(() => _settings.CookieContainer = value);
    }

    /// <summary>Gets or sets the content codings that are asked for and decoded; none.</summary>
    public DecompressionMethods AutomaticDecompression
    {
        get => _settings.AutomaticDecompression;
        set => Change(() => _settings.AutomaticDecompression = value);
    }

    /// <summary>Gets or sets a value indicating whether to go through a proxy where there is one for the address; on.</summary>
    public bool UseProxy
    {
        get => _settings.UseProxy;
        set => Change(() => _settings.UseProxy = value);
    }

    /// <summary>Gets or sets the proxy; null for HttpClient.DefaultProxy. Asked as <see cref="Credentials"/> are.</summary>
    public IWebProxy? Proxy
    {
        get => _settings.Proxy;
        set => Change(() => _settings.Proxy = value);
    }

    /// <summary>Credentials for a proxy that has none of its own; null for none.</summary>
    public ICredentials? DefaultProxyCredentials
    {
        get => _settings.DefaultProxyCredentials;
        set => Change(() => _settings.DefaultProxyCredentials = value);
    }

    /// <summary>Gets or sets a value indicating whether Basic credentials go out unasked where they were asked for before; off.</summary>
    public bool PreAuthenticate
    {
        get => _settings.PreAuthenticate;
        set => Change(() => _settings.PreAuthenticate = value);
    }

    /// <summary>What to answer a server's challenge with; null to return the challenge. An object of yours is asked by the calling thread or
    /// where continuations run, without any lock: it may take its time, and send requests through this handler, as long as
    /// <see cref="MaxConnectionsPerServer"/> leaves it a connection.</summary>
    public ICredentials? Credentials
    {
        get => _settings.Credentials;
        set => Change(() => _settings.Credentials = value);
    }

    /// <summary>Gets or sets a value indicating whether redirects are followed; on.</summary>
    public bool AllowAutoRedirect
    {
        get => _settings.AllowAutoRedirect;
        set => Change(() => _settings.AllowAutoRedirect = value);
    }

    /// <summary>How many redirects are followed before one is returned; 50.</summary>
    public int MaxAutomaticRedirections
    {
        get => _settings.MaxAutomaticRedirections;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(value);
            Change(() => _settings.MaxAutomaticRedirections = value);
        }
    }

    /// <summary>How many connections one server gets; no limit.</summary>
    public int MaxConnectionsPerServer
    {
        get => _settings.MaxConnectionsPerServer;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            Change(() => _settings.MaxConnectionsPerServer = value);
        }
    }

    /// <summary>How many bytes of an unread body are read away so that its connection can serve again; 1 MiB.</summary>
    public int MaxResponseDrainSize
    {
        get => _settings.MaxResponseDrainSize;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            Change(() => _settings.MaxResponseDrainSize = value);
        }
    }

    /// <summary>For how long an unread body is read away; 2 s.</summary>
    public TimeSpan ResponseDrainTimeout
    {
        get => _settings.ResponseDrainTimeout;
        set
        {
            CheckTime(value, TimeSpan.Zero, longest: MaxMilliseconds);
            Change(() => _settings.ResponseDrainTimeout = value);
        }
    }

    /// <summary>Gets or sets the heads of one exchange and its trailers together, in KiB; 64.</summary>
    public int MaxResponseHeadersLength
    {
        get => _settings.MaxResponseHeadersLength;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(value);
            Change(() => _settings.MaxResponseHeadersLength = value);
        }
    }

    /// <summary>TLS settings; the host name is that of the address unless given.</summary>
    [AllowNull]
    public SslClientAuthenticationOptions SslOptions
    {
        get => _settings.SslOptions ??= new();
        set => Change(() => _settings.SslOptions = value);
    }

    /// <summary>How long a connection may serve; for ever. Zero: one request.</summary>
    public TimeSpan PooledConnectionLifetime
    {
        get => _settings.PooledConnectionLifetime;
        set
        {
            CheckTime(value, TimeSpan.Zero, longest: TimeSpan.MaxValue);
            Change(() => _settings.PooledConnectionLifetime = value);
        }
    }

    /// <summary>How long an idle connection is kept; 1 minute. Zero: not at all.</summary>
    public TimeSpan PooledConnectionIdleTimeout
    {
        get => _settings.PooledConnectionIdleTimeout;
        set
        {
            CheckTime(value, TimeSpan.Zero, longest: TimeSpan.MaxValue);
            Change(() => _settings.PooledConnectionIdleTimeout = value);
        }
    }

    /// <summary>How long connecting may take, TLS included; no limit.</summary>
    public TimeSpan ConnectTimeout
    {
        get => _settings.ConnectTimeout;
        set
        {
            CheckTime(value, TimeSpan.FromTicks(1), longest: MaxMilliseconds);
            Change(() => _settings.ConnectTimeout = value);
        }
    }

    /// <summary>How long content waits for a 100 that was asked for before it is sent all the same; 1 s.</summary>
    public TimeSpan Expect100ContinueTimeout
    {
        get => _settings.Expect100ContinueTimeout;
        set
        {
            CheckTime(value, TimeSpan.Zero, longest: MaxMilliseconds);
            Change(() => _settings.Expect100ContinueTimeout = value);
        }
    }

    /// <summary>Gets or sets the receive window that an HTTP/2 stream begins with, in bytes; 65535, up to 16 MiB. It grows while its reader
    /// keeps up.</summary>
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

    /// <summary>How long an HTTP/2 connection may bring no frame before it is asked by a PING whether it is alive, at least 1 s; infinite, which is the default, for no pings.</summary>
    public TimeSpan KeepAlivePingDelay
    {
        get => _settings.KeepAlivePingDelay;
        set
        {
            CheckTime(value, TimeSpan.FromSeconds(1), longest: TimeSpan.MaxValue);
            Change(() => _settings.KeepAlivePingDelay = value);
        }
    }

    /// <summary>How long the answer to such a PING may take before the connection is given up, at least 1 s; 20 s.</summary>
    public TimeSpan KeepAlivePingTimeout
    {
        get => _settings.KeepAlivePingTimeout;
        set
        {
            CheckTime(value, TimeSpan.FromSeconds(1), longest: TimeSpan.MaxValue);
            Change(() => _settings.KeepAlivePingTimeout = value);
        }
    }

    /// <summary>Gets or sets a value indicating whether such PINGs are sent while no request is under way, too; Always.</summary>
    public HttpKeepAlivePingPolicy KeepAlivePingPolicy
    {
        get => _settings.KeepAlivePingPolicy;
        set => Change(() => _settings.KeepAlivePingPolicy = value);
    }

    /// <summary>Gets or sets a value indicating whether another HTTP/2 connection is made when the server takes no more requests on those
    /// that there are; off: requests wait.</summary>
    public bool EnableMultipleHttp2Connections
    {
        get => _settings.EnableMultipleHttp2Connections;
        set => Change(() => _settings.EnableMultipleHttp2Connections = value);
    }

    /// <summary>Has no effect before HTTP/3 is there; off.</summary>
    public bool EnableMultipleHttp3Connections
    {
        get => _settings.EnableMultipleHttp3Connections;
        set => Change(() => _settings.EnableMultipleHttp3Connections = value);
    }

    /// <summary>Opens connections in place of the sockets of this library; null for those.</summary>
    public Func<SocketsHttpConnectionContext, CancellationToken, ValueTask<Stream>>? ConnectCallback
    {
        get => _settings.ConnectCallback;
        set => Change(() => _settings.ConnectCallback = value);
    }

    /// <summary>Wraps a connection after TLS and before HTTP; null for none.</summary>
    public Func<SocketsHttpPlaintextStreamFilterContext, CancellationToken, ValueTask<Stream>>? PlaintextStreamFilter
    {
        get => _settings.PlaintextStreamFilter;
        set => Change(() => _settings.PlaintextStreamFilter = value);
    }

    /// <summary>How the current activity is told to the server; null for not at all.</summary>
    public DistributedContextPropagator? ActivityHeadersPropagator
    {
        get => _settings.ActivityHeadersPropagator;
        set => Change(() => _settings.ActivityHeadersPropagator = value);
    }

    /// <summary>Where the life of connections is logged; null for nowhere. Must return at once, since connections are being polled meanwhile.
    /// The platform's handler has no such setting.</summary>
    public Microsoft.Extensions.Logging.ILoggerFactory? LoggerFactory
    {
        get => _settings.LoggerFactory;
        set => Change(() => _settings.LoggerFactory = value);
    }

    /// <summary>Who is told of each request that goes over the wire, and of its response; null for nobody. See <see cref="WireLog"/> and
    /// <see cref="HarRecorder"/>. The platform's handler has no such setting.</summary>
    public WireObserver? WireObserver
    {
        get => _settings.WireObserver;
        set => Change(() => _settings.WireObserver = value);
    }

    /// <summary>Makes the meter; null for one of the library's own.</summary>
    public IMeterFactory? MeterFactory
    {
        get => _settings.MeterFactory;
        set => Change(() => _settings.MeterFactory = value);
    }

    /// <summary>Gets or sets the encoding of a request's field by its name; null (as a setting and as an answer) for ASCII alone.</summary>
    public HeaderEncodingSelector<HttpRequestMessage>? RequestHeaderEncodingSelector
    {
        get => _settings.RequestHeaderEncodingSelector;
        set => Change(() => _settings.RequestHeaderEncodingSelector = value);
    }

    /// <summary>Gets or sets the encoding of a response's field by its name; null (as a setting and as an answer) for Latin-1.</summary>
    public HeaderEncodingSelector<HttpRequestMessage>? ResponseHeaderEncodingSelector
    {
        get => _settings.ResponseHeaderEncodingSelector;
        set => Change(() => _settings.ResponseHeaderEncodingSelector = value);
    }

    /// <summary>Whatever the application wants to keep with the handler.</summary>
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
