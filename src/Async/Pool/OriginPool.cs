namespace PollHttp;

/// <summary>
/// The connections to one origin: idle ones last in first out, requests that wait first in first out.
/// </summary>
/// <remarks>
/// A request that finds no idle connection waits, and has one made where the limit allows. It is not bound to that one: whichever
/// connection is free first takes the request that waits longest. Only when a connection can't be made does the request it
/// was made for fail, if it still waits.
/// Lock order: a connection's gate, then this pool's lock; never the other way round, and never two gates.
/// </remarks>
internal sealed class OriginPool(ConnectionPool pool, PoolKey key) : ILoopTimer, ILoopWork
{
    private const int MostFieldsKept = 32;
    private readonly object _lock = new();
    private readonly List<PooledConnection> _idle = [];
    private readonly HashSet<PooledConnection> _all = [];
    private readonly LinkedList<Exchange> _waiting = new();
    private ResponseHead? _lastHead;
    private int _dialing;
    private long _watchedDeadline = long.MaxValue;

    public ConnectionPool Pool { get; } = pool;

    public PoolKey Key { get; } = key;

    public string Authority { get; } = key.Authority;

    public ConnectionTarget Target { get; } = new()
    {
        Host = key.Host,
        Port = key.Port,
        Tls = key.IsTls ? key.Tls?.Options ?? new() : null,
        EndPoint = key.EndPoint,
        Proxy = key.Proxy,
        UserAgent = pool.Settings.UserAgent.Length == 0 ? null : pool.Settings.UserAgent,
    };

    public long ScheduledAt { get; set; } = long.MaxValue;

    /// <summary>Nobody finds it by its key any more. Written under the lock, and set back by the pool of pools only.</summary>
    public bool IsForgotten { get; set; }

    /// <summary>
    /// Where the next connection leads. A proxy that is asked for a tunnel sees the User-Agent of the request that waits longest,
    /// where it has one, and nothing else of it (P-163).
    /// </summary>
    public ConnectionTarget NextTarget(Exchange? initiator)
    {
        if (Target is not { Proxy.IsSocks: false, Tls: not null })
        {
            return Target;
        }

        HeaderList? headers;
        lock (_lock)
        {
            headers = (_waiting.First?.Value ?? initiator)?.Headers;
        }

        ConnectionTarget target = Target with { ProxyAuthenticator = new TunnelAuthenticator(Key.ProxyCredentials) };
        return headers is not null && headers.TryGetValue("User-Agent", out string? own)
            ? target with { UserAgent = own.Length == 0 ? null : own }
            : target;
    }

    internal int IdleCount => Locked(static p => p._idle.Count);

    internal int ConnectionCount => Locked(static p => p._all.Count);

    internal int ActiveCount => Locked(static p => p._all.Count - p._idle.Count + p._waiting.Count);

    /// <summary>Starts a hop: on an idle connection, on a new one, or later. Loop thread, or any in background drive.</summary>
    public void Start(Exchange exchange)
    {
        while (true)
        {
            PooledConnection? idle = null;
            PooledConnection? dialed = null;
            bool isFirstDue = false;
            lock (_lock)
            {
                if (exchange.IsFinished)
                {
                    return;
                }

                if (IsForgotten)
                {
                    break;
                }

                if (Pool.IsAborted)
                {
                    exchange.Fail(Pool.Disposed());
                    return;
                }

                if (_idle.Count > 0)
                {
                    idle = _idle[^1];
                    _idle.RemoveAt(_idle.Count - 1);
                }
                else if (exchange.Caller is { } caller && (HasRoom || caller.IsNested))
                {
                    exchange.Trace?.EnterQueue();
                    dialed = NewFor(exchange);
                }
                else
                {
                    exchange.Trace?.EnterQueue();
                    exchange.Place = _waiting.AddLast(exchange);
                    dialed = DialWhereDue(exchange);
                    isFirstDue = exchange.Caller is null && IsFirstDue(exchange.Deadline);
                }
            }

            if (idle is null)
            {
                BeginDialing(dialed, exchange.Caller);
                if (isFirstDue)
                {
                    Pool.Loop.Submit(this);
                }

                return;
            }

            if (idle.TryReuse(exchange))
            {
                return;
            }
        }

        OriginPool current = Pool.Recall(this);
        exchange.MoveTo(current);
        current.Start(exchange);
    }

    /// <summary>Whether it has nothing, so that it can be forgotten, which it then is.</summary>
    public bool TryForget()
    {
        lock (_lock)
        {
            return IsForgotten = _all.Count == 0 && _waiting.Count == 0;
        }
    }

    /// <summary>Sends again after a stale connection: on a new connection of its own, whatever the limit says for a moment.</summary>
    public void StartOnNewConnection(Exchange exchange)
    {
        exchange.Trace?.EnterQueue();
        PooledConnection connection;
        lock (_lock)
        {
            connection = NewFor(exchange);
        }

        BeginDialing(connection, exchange.Caller);
    }

    /// <summary>
    /// Makes connections before they are needed, until so many wait, or the limit is reached. Who asks meanwhile gets them.
    /// </summary>
    public Task WarmAsync(int count)
    {
        List<PooledConnection> dialed = [];
        WarmUp? warmUp = null;
        bool isForgotten;
        lock (_lock)
        {
            isForgotten = IsForgotten;
            if (!isForgotten)
            {
                warmUp = DialAhead(count, dialed);
            }
        }

        if (isForgotten)
        {
            return Pool.Recall(this).WarmAsync(count);
        }

        dialed.ForEach(Pool.Loop.Submit);
        return warmUp?.Task ?? Task.CompletedTask;
    }

    /// <summary>Under the lock: begins as many as are missing; null when none is.</summary>
    private WarmUp? DialAhead(int count, List<PooledConnection> dialed)
    {
        int missing = Math.Min(count - _idle.Count - _dialing, Pool.Settings.MaxConnectionsPerOrigin - _all.Count);
        if (missing <= 0)
        {
            return null;
        }

        WarmUp warmUp = new(Pool.Loop, missing);
        for (; missing > 0; missing--)
        {
            PooledConnection connection = new(this, warmUp);
            dialed.Add(connection);
            _all.Add(connection);
            _dialing++;
        }

        return warmUp;
    }

    /// <summary>
    /// The head that a connection received, detached; the same object as for the response before where it is the same. An origin holds
    /// on to one head, and to none that is large. Threads may overwrite each other's: heads don't change.
    /// </summary>
    public ResponseHead DetachHead(HttpConnection http)
    {
        ResponseHead head = http.DetachResponseHead(_lastHead);
        _lastHead = head.Headers.Count <= MostFieldsKept ? head : null;
        return head;
    }

    /// <summary>Takes a canceled exchange out of the waiting ones.</summary>
    public void Leave(Exchange exchange)
    {
        lock (_lock)
        {
            TakeOut(exchange);
        }
    }

    /// <summary>Takes a usable connection, or names the request to send on it next; neither when it is not to be kept. Under its gate.</summary>
    public Exchange? Offer(PooledConnection connection, out bool kept)
    {
        kept = false;
        lock (_lock)
        {
            if (_all.Count > Pool.Settings.MaxConnectionsPerOrigin)
            {
                return null; // made above the limit; its end makes room for whoever waits
            }

            while (_waiting.First is { } first)
            {
                TakeOut(first.Value);
                if (!first.Value.IsFinished)
                {
                    return first.Value;
                }
            }

            if (!Pool.IsClosed && connection.MayBeKept)
            {
                kept = true;
                _idle.Add(connection);
            }

            return null;
        }
    }

    /// <summary>Gives up the exchanges that wait for a connection or for their response head, as far as another thread can tell, and the
    /// bodies that are being read whole.</summary>
    public void CancelPending()
    {
        PooledConnection[] connections;
        List<Exchange> pending;
        lock (_lock)
        {
            pending = [.. _waiting];
            connections = [.. _all];
        }

        pending.ForEach(static e => e.Cancel());
        Array.ForEach(connections, static c => c.CancelPending());
    }

    /// <summary>A connection that was being made is there.</summary>
    public void Dialed()
    {
        lock (_lock)
        {
            _dialing--;
        }
    }

    /// <summary>Forgets a closed connection; where requests wait, another is made.</summary>
    public void Remove(PooledConnection connection, bool wasDialing)
    {
        PooledConnection? replacement = null;
        BlockingCall? caller = null;
        lock (_lock)
        {
            _idle.Remove(connection);
            if (!_all.Remove(connection))
            {
                return;
            }

            if (wasDialing)
            {
                _dialing--;
            }

            if (!Pool.IsAborted && FirstWithoutDial() is { } next)
            {
                replacement = DialWhereDue(next);
                caller = next.Caller;
            }
        }

        BeginDialing(replacement, caller);
    }

    /// <summary>A connection can't be made: takes out the request it was made for; false when that has gone its way meanwhile.</summary>
    public bool TakeWaiting(Exchange exchange)
    {
        lock (_lock)
        {
            return TakeOut(exchange);
        }
    }

    /// <summary>Takes an idle connection out for good; false when it is in use by now.</summary>
    public bool TryTakeIdle(PooledConnection connection)
    {
        lock (_lock)
        {
            return _idle.Remove(connection);
        }
    }

    /// <summary>For tests: how many waiting ones were looked at, one by one, to find those whose time is over.</summary>
    internal long LookedAt { get; private set; }

    /// <summary>In the loop's pass: somebody waits whose time is over before that of everybody else.</summary>
    public void Execute()
    {
        long at;
        lock (_lock)
        {
            if (_waiting.Count == 0)
            {
                _watchedDeadline = long.MaxValue; // served meanwhile
            }

            at = _watchedDeadline;
        }

        if (at != long.MaxValue)
        {
            Pool.Loop.Schedule(this, new Instant(at));
        }
    }

    public void OnTimer(Instant now)
    {
        Instant next = Instant.Never;
        List<Exchange>? expired = null;
        lock (_lock)
        {
            LookedAt += _waiting.Count;
            foreach (Exchange exchange in _waiting)
            {
                if (exchange.Deadline <= now)
                {
                    (expired ??= []).Add(exchange);
                }
                else if (exchange.Deadline < next)
                {
                    next = exchange.Deadline;
                }
            }

            expired?.ForEach(e => TakeOut(e));
            _watchedDeadline = next == Instant.Never ? long.MaxValue : next.Ticks;
        }

        expired?.ForEach(static e => e.FailTimedOut(e.Connection?.Phase ?? ConnectPhase.None));
        if (next != Instant.Never)
        {
            Pool.Loop.Schedule(this, next);
        }
    }

    /// <summary>In the loop's pass: ends everything, or what is idle.</summary>
    public void Shutdown(bool abort)
    {
        if (abort)
        {
            ScheduledAt = long.MinValue; // no timer any more: nothing waits, and nothing will
        }

        Shutdown(abort, static _ => true, static _ => true);
    }

    /// <summary>The same for what blocked threads poll or wait for, which needs no loop. From any thread.</summary>
    public void ShutdownCallers(bool abort) => Shutdown(abort, static c => c.IsPolledByCaller, static e => e.Caller is not null);

    private void Shutdown(bool abort, Func<PooledConnection, bool> ofConnections, Func<Exchange, bool> ofWaiting)
    {
        PooledConnection[] victims;
        Exchange[] waiting = [];
        lock (_lock)
        {
            victims = [.. (abort ? _all : (IEnumerable<PooledConnection>)_idle).Where(ofConnections)];
            if (abort)
            {
                waiting = [.. _waiting.Where(ofWaiting)];
                Array.ForEach(waiting, e => TakeOut(e));
            }
        }

        foreach (Exchange exchange in waiting)
        {
            exchange.Fail(Pool.Disposed());
        }

        foreach (PooledConnection connection in victims)
        {
            if (abort || TryTakeIdle(connection))
            {
                connection.Terminate(Pool.Disposed());
            }
        }
    }

    /// <summary>Under the lock: whether the loop must look earlier than it would; for most it need not, since they wait behind others with
    /// the same limit.</summary>
    private bool IsFirstDue(Instant deadline)
    {
        if (deadline.Ticks >= _watchedDeadline || deadline == Instant.Never)
        {
            return false;
        }

        _watchedDeadline = deadline.Ticks;
        return true;
    }

    /// <summary>Under the lock: makes a connection, unless enough are being made for all who wait, or the limit is reached.</summary>
    private PooledConnection? DialWhereDue(Exchange initiator)
    {
        if (!HasRoom)
        {
            return null;
        }

        if (initiator.Caller is not null)
        {
            TakeOut(initiator);
            return NewFor(initiator);
        }

        if (_dialing >= _waiting.Count)
        {
            return null;
        }

        PooledConnection connection = new(this, initiator, isBound: false);
        _all.Add(connection);
        _dialing++;
        return connection;
    }

    /// <summary>Under the lock: one on which this exchange is sent first, and no other.</summary>
    private PooledConnection NewFor(Exchange exchange)
    {
        PooledConnection connection = new(this, exchange, isBound: true);
        _all.Add(connection);
        return connection;
    }

    private bool HasRoom => _all.Count < Pool.Settings.MaxConnectionsPerOrigin;

    private void BeginDialing(PooledConnection? connection, BlockingCall? caller)
    {
        if (connection is null)
        {
            return;
        }

        if (caller is not null)
        {
            caller.Take(connection);
        }
        else
        {
            Pool.Loop.Submit(connection);
        }
    }

    private Exchange? FirstWithoutDial()
    {
        foreach (Exchange exchange in _waiting)
        {
            if (exchange.Connection is null or { IsDialing: false })
            {
                return exchange;
            }
        }

        return _waiting.First?.Value;
    }

    private bool TakeOut(Exchange exchange)
    {
        if (exchange.Place is { } place)
        {
            _waiting.Remove(place);
            exchange.Place = null;
            return true;
        }

        return false;
    }

    private int Locked(Func<OriginPool, int> read)
    {
        lock (_lock)
        {
            return read(this);
        }
    }
}
