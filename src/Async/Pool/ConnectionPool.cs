using PollHttp.Connections;
using PollHttp.Exchanges;
using PollHttp.Loop;
using PollHttp.Settings;

namespace PollHttp.Pool;

/// <summary>Holds the connections of one engine, grouped by what requests must have in common to share a connection.</summary>
internal sealed class ConnectionPool : ILoopWork
{
    /// <summary>The number of origins from which on the ones without a connection are evicted.</summary>
    private const int LeastToEvict = 64;

    /// <summary>The number of pollers that are kept for connections that change hands often. Each costs handles.</summary>
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

    /// <summary>Gets the policy for where completions run in background drive.</summary>
    public ContinuationPolicy Continuations { get; }

    public PollConnectionOptions ConnectionOptions { get; }

    /// <summary>Gets the options for a connection that is made for a request, which may have a connect timeout of its own.</summary>
    public PollConnectionOptions ConnectionOptionsFor(Exchange? initiator)
    {
        if (initiator?.Options?.ConnectTimeout is not { } own)
        {
            return ConnectionOptions;
        }

        TimeSpan? limit = own;
        if (own == Timeout.InfiniteTimeSpan)
        {
            // There is no limit while the request waits. Afterwards the connection may be made for other requests, but not for ever.
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

    /// <summary>Gets a value indicating whether the owner has closed the pool. Connections are then no longer kept, but exchanges under way
    /// continue to their end.</summary>
    public bool IsClosed => _closed;

    /// <summary>Gets a value indicating whether exchanges under way must end too.</summary>
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

    /// <summary>Gets the current pool for the key of an evicted one, which may be the evicted one again.</summary>
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

    /// <summary>Evicts origins without connections when there are many, for programs that go from host to host. The caller holds the
    /// lock.</summary>
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
    /// Closes idle connections at once, and connections in use when their response ends. With <paramref name="abort"/>, exchanges under way
    /// fail at once. Can be called from any thread.
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

    /// <summary>Rents a drive, in which a thread that polls a connection of this pool can sleep.</summary>
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

    /// <summary>Cancels every exchange whose response head has not come, or whose body is being read whole. Can be called from any
    /// thread.</summary>
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
