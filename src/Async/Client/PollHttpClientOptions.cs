using System.Net.Security;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace PollHttp;

/// <summary>What a <see cref="PollHttpClient"/> does by itself. Read when the client is made.</summary>
public sealed class PollHttpClientOptions
{
    private int _maxConnectionsPerOrigin = 32;

    /// <summary>What relative addresses are relative to.</summary>
    public Uri? BaseAddress { get; set; }

    /// <summary>From sending to the response head; to the end of the body where the call reads it whole. 100 s.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(100);

    /// <summary>Limits of each connection.</summary>
    public ConnectionLimits Limits { get; set; } = new();

    /// <summary>Resolving and connecting, and once more the TLS handshake; 10 s, null for no limit.</summary>
    public TimeSpan? ConnectTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>TLS settings; the host name is set for each origin unless given.</summary>
    public SslClientAuthenticationOptions? Tls { get; set; }

    /// <summary>Connections to one scheme, host and port; further requests wait. 32.</summary>
    public int MaxConnectionsPerOrigin
    {
        get => _maxConnectionsPerOrigin;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            _maxConnectionsPerOrigin = value;
        }
    }

    /// <summary>How long an idle connection is kept: 55 s, under the 60 s after which many servers close; zero: each is used once.
    /// What the server says in Keep-Alive counts where it is less.</summary>
    public TimeSpan PooledConnectionIdleTimeout { get; set; } = TimeSpan.FromSeconds(55);

    /// <summary>How old a connection may be when another request is sent on it, so that changes of names and certificates are noticed;
    /// zero: each is used once. No limit by default.</summary>
    public TimeSpan PooledConnectionLifetime { get; set; } = System.Threading.Timeout.InfiniteTimeSpan;

    /// <summary>The largest body that GetStringAsync and GetByteArrayAsync read; 2 GiB.</summary>
    public int MaxBufferedBodyBytes { get; set; } = Array.MaxLength;

    /// <summary>What to send as User-Agent; empty for none.</summary>
    public string UserAgent { get; set; } = "PollHttp/0.1.0";

    /// <summary>Where to log.</summary>
    public ILoggerFactory? LoggerFactory { get; set; }

    /// <summary>Where connections take their buffers from; null for the shared pool. For tests that count them.</summary>
    internal SlabPool? Slabs { get; init; }

    internal ExchangeSettings ToSettings() => new()
    {
        Limits = Limits,
        ConnectTimeout = ConnectTimeout,
        TlsHandshakeTimeout = ConnectTimeout,
        Tls = Tls,
        MaxConnectionsPerOrigin = MaxConnectionsPerOrigin,
        IdleTimeout = PooledConnectionIdleTimeout,
        Lifetime = PooledConnectionLifetime,
        UserAgent = UserAgent,
        Accept = "*/*",
        Logger = (LoggerFactory ?? NullLoggerFactory.Instance).CreateLogger("PollHttp.PollHttpClient"),
        Slabs = Slabs,
    };
}
