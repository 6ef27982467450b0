using PollHttp.Connections;
using PollHttp.Exchanges;

namespace PollHttp.Pool;

/// <summary>
/// The connections to one origin: idle ones last in first out, requests that wait first in first out.
/// </summary>
/// <remarks>
/// A request that finds no idle connection waits, and has one made where the limit allows. It is not bound to that one: whichever
/// connection is free first takes the request that waits longest. Only when a connection can't be made does the request it
/// was made for fail, if it still waits.
/// Lock order: a connection's lock, then this pool's lock; never the other way round, and never two of the first.
/// </remarks>
internal sealed partial class OriginPool
{
    private readonly object _lock = new();
    private readonly List<PooledConnection> _idle = [];
    private readonly HashSet<PooledConnection> _all = [];
    private readonly WaitingLine _waiting;
    private readonly OriginTarget _target;
    private readonly RepeatedHead _head = new();
    private int _dialing;

    public OriginPool(ConnectionPool pool, PoolKey key)
    {
        Pool = pool;
        Key = key;
        Authority = key.Authority;
        _target = new(key, pool.Settings.UserAgent);
        _waiting = new(pool.Loop, _lock);
        _reserve = IdleReserve.For(this);
    }

    public ConnectionPool Pool { get; }

    public PoolKey Key { get; }

    public string Authority { get; }

    /// <summary>Nobody finds it by its key any more. Written under the lock, and set back by the pool of pools only.</summary>
    public bool IsForgotten { get; set; }

    /// <summary>Where the next connection leads, as the request that waits longest has it.</summary>
    public ConnectionTarget NextTarget(Exchange? initiator)
    {
        HeaderList? headers;
        lock (_lock)
        {
            headers = (_waiting.First ?? initiator)?.Headers;
        }

        return _target.For(headers);
    }

    internal int IdleCount => Locked(static p => p._idle.Count);

    internal int ConnectionCount => Locked(static p => p._all.Count);

    internal long LookedAt => _waiting.LookedAt;

    internal int ActiveCount => Locked(static p => p._all.Count - p._idle.Count + p._waiting.Count);

    /// <summary>Starts a hop: on an idle connection, on a new one, or later. Loop thread, or any in background drive.</summary>
    public void Start(Exchange exchange)
    {
        bool isAborted = false;
        while (true)
        {
            PooledConnection? idle = null;
            PooledConnection? dialed = null;
            bool isFirstDue = false;
            bool isReserveDue;
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
                    isAborted = true;
                    break;
                }

                _reserve?.NoteUse();
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
                    isFirstDue = _waiting.Add(exchange);
                    dialed = DialWhereDue(exchange);
                }

                isReserveDue = IsReserveDue();
            }

            SubmitReserve(isReserveDue);

            if (idle is null)
            {
                BeginDialing(dialed, exchange);
                if (isFirstDue)
                {
                    Pool.Loop.Submit(_waiting);
                }

                return;
            }

            if (idle.TryReuse(exchange))
            {
                return;
            }
        }

        if (isAborted)
        {
            exchange.Fail(Pool.Disposed()); // without the lock: its end is told to user code
            return;
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
            IsForgotten = _all.Count == 0 && _waiting.Count == 0;
            if (IsForgotten && _waiting.IsWatching)
            {
                Pool.Loop.Submit(_waiting); // the timer would hold what is forgotten
            }

            return IsForgotten;
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

        BeginDialing(connection, exchange);
    }

    /// <summary>
    /// Makes connections before they are needed, until so many wait, or the limit is reached. Who asks meanwhile gets them.
    /// </summary>
    public Task WarmAsync(int count)
    {
        List<PooledConnection> dialed = [];
        WarmUp? warmUp = null;
        bool isForgotten;
        bool isReserveDue = false;
        lock (_lock)
        {
            isForgotten = IsForgotten;
            if (!isForgotten)
            {
                _reserve?.NoteUse();
                warmUp = DialAhead(count, dialed);
                isReserveDue = IsReserveDue();
            }
        }

        if (isForgotten)
        {
            return Pool.Recall(this).WarmAsync(count);
        }

        dialed.ForEach(static c => c.Loop.Submit(c.LoopHost));
        SubmitReserve(isReserveDue);
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

        WarmUp warmUp = new(Pool.Loop, Pool.Continuations, missing);
        for (; missing > 0; missing--)
        {
            dialed.Add(NewAhead(warmUp));
        }

        return warmUp;
    }

    /// <summary>Under the lock: one that is made for nobody yet.</summary>
    private PooledConnection NewAhead(WarmUp? warmUp)
    {
        PooledConnection connection = new(this, warmUp);
        _all.Add(connection);
        _dialing++;
        return connection;
    }

    /// <summary>The head that a connection received, detached.</summary>
    public ResponseHead DetachHead(HttpExchange on) => _head.Detach(on);

    /// <summary>Takes a canceled exchange out of the waiting ones.</summary>
    public void Leave(Exchange exchange)
    {
        lock (_lock)
        {
            _waiting.TakeOut(exchange);
        }
    }

    /// <summary>Takes a usable connection, or names the request to send on it next; neither when it is not to be kept. Under its lock.</summary>
    public Exchange? Offer(PooledConnection connection, out bool kept)
    {
        kept = false;
        Exchange? next = null;
        bool isReserveDue = false;
        lock (_lock)
        {
            if (_all.Count <= Pool.Settings.MaxConnectionsPerOrigin) // else made above the limit; its end makes room for whoever waits
            {
                next = _waiting.TakeNext();
                kept = next is null && !Pool.IsClosed && connection.MayBeKept;
            }

            if (kept)
            {
                _idle.Add(connection);
            }

            if (_reserve is not null && connection.HasServed)
            {
                _reserve.NoteServed();
                isReserveDue = IsReserveDue();
            }
        }

        SubmitReserve(isReserveDue);
        return next;
    }

    /// <summary>Gives up the exchanges that wait for a connection or for their response head, as far as another thread can tell, and the
    /// bodies that are being read whole.</summary>
    public void CancelPending()
    {
        PooledConnection[] connections;
        Exchange[] pending;
        lock (_lock)
        {
            pending = _waiting.ToArray();
            connections = [.. _all];
        }

        Array.ForEach(pending, static e => e.Cancel());
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
        Exchange? first = null;
        bool isReserveDue;
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

            if (!Pool.IsAborted && _waiting.FirstWithoutDial() is { } next)
            {
                replacement = DialWhereDue(next);
                first = next;
            }

            if (!connection.HasServed)
            {
                _reserve?.NoteUseless();
            }

            isReserveDue = IsReserveDue();
        }

        BeginDialing(replacement, first);
        SubmitReserve(isReserveDue);
    }

    /// <summary>A connection can't be made: takes out the request it was made for; false when that has gone its way meanwhile.</summary>
    public bool TakeWaiting(Exchange exchange)
    {
        lock (_lock)
        {
            return _waiting.TakeOut(exchange);
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

    /// <summary>In the loop's pass: ends everything, or what is idle.</summary>
    public void Shutdown(bool abort)
    {
        if (abort)
        {
            _waiting.StopWatching();
        }

        _reserve?.Stop();

        Shutdown(abort, static _ => true, static _ => true);
    }

    /// <summary>The same for what blocked threads poll or wait for, which needs no loop. From any thread.</summary>
    public void ShutdownCallers(bool abort) => Shutdown(abort, static c => c.Callers is not null, static e => e.Caller is not null);

    private void Shutdown(bool abort, Func<PooledConnection, bool> ofConnections, Func<Exchange, bool> ofWaiting)
    {
        PooledConnection[] victims;
        PooledConnection[] dialed;
        Exchange[] waiting = [];
        lock (_lock)
        {
            dialed = abort ? [] : [.. _all.Where(ofConnections).Where(static c => c.IsDialing)];
            victims = [.. (abort ? _all : (IEnumerable<PooledConnection>)_idle).Where(ofConnections)];
            if (abort)
            {
                waiting = _waiting.TakeAll(ofWaiting);
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

        Array.ForEach(dialed, static c => c.CloseUnneededDial());
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
            _waiting.TakeOut(initiator);
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

    private void BeginDialing(PooledConnection? connection, Exchange? exchange)
    {
        if (connection is null)
        {
            return;
        }

        if (exchange?.Caller is not { } caller)
        {
            Pool.Loop.Submit(connection.LoopHost);
        }
        else if (!caller.Take(connection))
        {
            connection.AbortExchange(exchange); // its thread has given up, and opens nothing
        }
    }

    private int Locked(Func<OriginPool, int> read)
    {
        lock (_lock)
        {
            return read(this);
        }
    }
}
