using System.Net.Security;
using Microsoft.Extensions.Logging;

namespace PollHttp;

/// <summary>The connections of one client, by origin.</summary>
internal sealed class ConnectionPool : ILoopWork
{
    private readonly Dictionary<PoolKey, OriginPool> _origins = [];
    private volatile bool _closed;
    private volatile bool _aborted;

    public ConnectionPool(PollLoop loop, PollHttpClientOptions options, ILogger logger)
    {
        Loop = loop;
        Logger = logger;
        MaxConnectionsPerOrigin = options.MaxConnectionsPerOrigin;
        IdleTimeout = options.PooledConnectionIdleTimeout;
        Tls = options.Tls;
        ConnectionOptions = new()
        {
            Limits = options.Limits,
            ConnectTimeout = options.ConnectTimeout,
            TlsHandshakeTimeout = options.ConnectTimeout,
            Slabs = options.Slabs,
        };
    }

    public PollLoop Loop { get; }

    public ILogger Logger { get; }

    public int MaxConnectionsPerOrigin { get; }

    public TimeSpan IdleTimeout { get; }

    public SslClientAuthenticationOptions? Tls { get; }

    public PollConnectionOptions ConnectionOptions { get; }

    /// <summary>Set when the client is gone: connections are no longer kept.</summary>
    public bool IsClosed => _closed;

    internal int IdleConnections => Snapshot().Sum(o => o.IdleCount);

    internal int OpenConnections => Snapshot().Sum(o => o.ConnectionCount);

    internal int ActiveExchanges => Snapshot().Sum(o => o.ActiveCount);

    public OriginPool GetOrigin(in PoolKey key)
    {
        lock (_origins)
        {
            if (!_origins.TryGetValue(key, out OriginPool? origin))
            {
                _origins.Add(key, origin = new OriginPool(this, key));
            }

            return origin;
        }
    }

    /// <summary>Closes idle connections; with <paramref name="abort"/> also fails what is under way. From any thread.</summary>
    public void Close(bool abort)
    {
        _aborted |= abort;
        _closed = true;
        if (Loop.IsOnThread && !Loop.IsBackground)
        {
            Execute();
        }
        else
        {
            Loop.Submit(this);
        }
    }

    public void Execute()
    {
        foreach (OriginPool origin in Snapshot())
        {
            origin.Shutdown(_aborted);
        }
    }

    private OriginPool[] Snapshot()
    {
        lock (_origins)
        {
            return [.. _origins.Values];
        }
    }
}
