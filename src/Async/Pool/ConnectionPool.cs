using PollHttp.Connections;
using PollHttp.Exchanges;
using PollHttp.Loop;
using PollHttp.Settings;

namespace PollHttp.Pool;

/// <summary>The connections of one engine, by what requests must share to share a connection.</summary>
internal sealed class ConnectionPool : ILoopWork
{
    /// <summary>The least number of origins at which those without a connection are evicted.</summary>
    private const int LeastToEvict = 64;

    /// <summary>Pollers cost handles; so many of them are kept for connections that change hands often.</summary>
    private const int MostDrivesKept = 8;

    private readonly Dictionary<PoolKey, OriginPool> _origins = [];
    private readonly Stack<CallerDrive> _drives = new();
    private int _evictAt = LeastToEvict;
    private volatile bool _closed;
    private volatile bool _aborted;

    public ConnectionPool(ExchangeEngine engine)
    {
        Loop = engine.Loop;
        Settings = engine.Settings;
        Continuations = engine.Continuations;
        ConnectionOptions = NewOptions(Settings.ConnectTimeout, Settings.TlsHandshakeTimeout);
    }

    public PollLoop Loop { get; }

    public ExchangeSettings Settings { get; }

    /// <summary>Where completions run in background drive.</summary>
    public ContinuationPolicy Continuations { get; }

    public PollConnectionOptions ConnectionOptions { get; }

    /// <summary>The same for a connection that is made for a request with a limit of its own.</summary>
    public PollConnectionOptions ConnectionOptionsFor(Exchange? initiator)
    {
        if (initiator?.Options?.ConnectTimeout is not { } own)
        {
            return ConnectionOptions;
        }

        TimeSpan? limit = own;
        if (own == Timeout.InfiniteTimeSpan)
        {
            // Without a limit as long as the request is there. After that the connection may be made for others, but not for ever.
            limit = initiator.Deadline == Instant.Never ? null : initiator.Deadline - Loop.Now + Settings.ConnectTimeout;
        }

        return NewOptions(limit, limit);
    }

    private PollConnectionOptions NewOptions(TimeSpan? connectTimeout, TimeSpan? handshakeTimeout) => new()
    {
        Exchange = Settings.Options,
        ConnectTimeout = connectTimeout,
        TlsHandshakeTimeout = handshakeTimeout,
        ConnectFilter = Settings.ConnectFilter,
        Slabs = Settings.Slabs,
        Http2 = Settings.Http2,
    };

    /// <summary>Set when the owner is gone: connections are no longer kept, but what was begun goes on to its end.</summary>
    public bool IsClosed => _closed;

    /// <summary>Set when even that may not go on.</summary>
    public bool IsAborted => _aborted;

    internal int IdleConnections => Snapshot().Sum(o => o.IdleCount);

    internal int OpenConnections => Snapshot().Sum(o => o.ConnectionCount);

    internal int Origins => Snapshot().Length;

    internal long LookedAt => Snapshot().Sum(o => o.LookedAt);

    internal int ActiveExchanges => Snapshot().Sum(o => o.ActiveCount);

    public OriginPool GetOrigin(in PoolKey key)
    {
        lock (_origins)
        {
            if (!_origins.TryGetValue(key, out OriginPool? origin))
            {
                EvictEmpty();
                _origins.Add(key, origin = new OriginPool(this, key));
            }

            return origin;
        }
    }

    /// <summary>Gets the pool that counts now in place of an evicted one, perhaps the same.</summary>
    public OriginPool Recall(OriginPool evicted)
    {
        lock (_origins)
        {
            if (_origins.TryGetValue(evicted.Key, out OriginPool? current))
            {
                return current;
            }

            evicted.IsEvicted = false;
            _origins.Add(evicted.Key, evicted);
            return evicted;
        }
    }

    /// <summary>A program that goes from host to host must not remember them all. Under the lock.</summary>
    private void EvictEmpty()
    {
        if (_origins.Count < _evictAt)
        {
            return;
        }

        foreach (OriginPool origin in _origins.Values)
        {
            if (origin.TryEvict())
            {
                _origins.Remove(origin.Key); // allowed while enumerating
            }
        }

        _evictAt = Math.Max(LeastToEvict, _origins.Count * 2);
    }

    /// <summary>
    /// Closes idle connections, and those in use when their response ends; with <paramref name="abort"/> fails what is under way
    /// at once. From any thread.
    /// </summary>
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
            Array.ForEach(Snapshot(), o => o.ShutdownCallers(abort));
            Loop.Submit(this);
        }

        CloseDrives();
    }

    /// <summary>Where a thread can sleep that polls a connection of this pool.</summary>
    public CallerDrive RentDrive()
    {
        lock (_drives)
        {
            if (_drives.TryPop(out CallerDrive? drive))
            {
                return drive;
            }
        }

        return new(Loop.CallerNetwork.CreatePoller());
    }

    public void ReturnDrive(CallerDrive drive)
    {
        lock (_drives)
        {
            if (!_closed && _drives.Count < MostDrivesKept)
            {
                _drives.Push(drive);
                return;
            }
        }

        drive.Close();
    }

    private void CloseDrives()
    {
        lock (_drives)
        {
            while (_drives.TryPop(out CallerDrive? drive))
            {
                drive.Close();
            }
        }
    }

    public void Execute()
    {
        foreach (OriginPool origin in Snapshot())
        {
            origin.Shutdown(_aborted);
        }
    }

    /// <summary>Gives up every exchange whose response head has not come, or whose body is being read whole. From any thread.</summary>
    public void CancelPending() => Array.ForEach(Snapshot(), static o => o.CancelPending());

    public ObjectDisposedException Disposed() => new(Settings.OwnerName);

    private OriginPool[] Snapshot()
    {
        lock (_origins)
        {
            return [.. _origins.Values];
        }
    }
}
