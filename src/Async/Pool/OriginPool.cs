using System.Diagnostics;
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
[DebuggerDisplay("{DebuggerDisplay,nq}")]
internal sealed partial class OriginPool
{
    private readonly object _lock = new();
    private readonly ConnectionRoster _connections;
    private readonly WaitQueue _waiting;
    private readonly OriginTarget _target;
    private readonly RepeatedHead _head = new();

    public OriginPool(ConnectionPool pool, PoolKey key)
    {
        Pool = pool;
        Key = key;
        Authority = key.Authority;
        _target = new(key, pool.Settings.UserAgent);
        _connections = new(this, pool.Settings.MaxConnectionsPerOrigin);
        _waiting = new(pool.Loop, _lock);
        _reserve = IdleReserve.For(this);
    }

    public ConnectionPool Pool { get; }

    public PoolKey Key { get; }

    public string Authority { get; }

    /// <summary>Gets or sets a value indicating whether it is no longer found by its key. Written under the lock, and set back by the pool of
    /// pools only.</summary>
    public bool IsEvicted { get; set; }

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

    internal int IdleCount => Locked(static p => p._connections.IdleCount);

    internal int ConnectionCount => Locked(static p => p._connections.Count);

    internal long LookedAt => _waiting.LookedAt;

    internal int ActiveCount => Locked(static p => p._connections.Count - p._connections.IdleCount + p._waiting.Count);

    /// <summary>Starts an attempt: on an idle connection, on a new one, or later. Loop thread, or any in background drive.</summary>
    public void Start(Exchange exchange)
    {
        bool isAborted = false;
        while (true)
        {
            PooledConnection? idle;
            PooledConnection? dialed = null;
            bool isFirstDue = false;
            bool isReserveDue;
            lock (_lock)
            {
                if (exchange.IsFinished)
                {
                    return;
                }

                if (IsEvicted)
                {
                    break;
                }

                if (Pool.IsAborted)
                {
                    isAborted = true;
                    break;
                }

                _reserve?.NoteUse();
                idle = _connections.TakeIdle() ?? _connections.AddPlace();
                if (idle is null)
                {
                    exchange.Trace?.EnterQueue();
                    if (exchange.Caller is { } caller && (_connections.Room > 0 || caller.IsNested))
                    {
                        dialed = _connections.AddFor(exchange);
                    }
                    else
                    {
                        isFirstDue = _waiting.Add(exchange);
                        dialed = DialWhereDue(exchange);
                    }
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

    /// <summary>Evicts this pool if it has no connections and no waiting exchanges.</summary>
    public bool TryEvict()
    {
        lock (_lock)
        {
            IsEvicted = _connections.Count == 0 && _connections.Shared.Count == 0 && _waiting.Count == 0;
            if (IsEvicted && _waiting.IsWatching)
            {
                Pool.Loop.Submit(_waiting); // its timer would keep the pool alive
            }

            return IsEvicted;
        }
    }

    /// <summary>Sends again after a stale connection: on a new connection of its own, whatever the limit says for a moment.</summary>
    public void StartOnNewConnection(Exchange exchange)
    {
        if (IsShared)
        {
            exchange.Continue(); // on any connection but one that ends, and those take no more
            return;
        }

        exchange.Trace?.EnterQueue();
        PooledConnection connection;
        lock (_lock)
        {
            connection = _connections.AddFor(exchange);
        }

        BeginDialing(connection, exchange);
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
            if (connection.IsPlace || _connections.Room >= 0) // else there are more than the limit: the end of this one makes room for an exchange that waits
            {
                next = _waiting.TakeNext();
                kept = next is null && !Pool.IsClosed && connection.MayBeKept;
            }

            if (kept)
            {
                _connections.AddIdle(connection);
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
            connections = [.. _connections.All];
        }

        Array.ForEach(pending, static e => e.Cancel());
        Array.ForEach(connections, static c => c.CancelPending());
    }

    /// <summary>A connection that was being made is there.</summary>
    public void Dialed()
    {
        lock (_lock)
        {
            _connections.OnDialed();
        }
    }

    /// <summary>Removes a closed connection; where requests wait, another is made.</summary>
    public void Remove(PooledConnection connection, bool wasDialing)
    {
        PooledConnection? replacement = null;
        Exchange? first = null;
        SharedHost? free = null;
        bool isReserveDue;
        lock (_lock)
        {
            if (!_connections.Remove(connection, wasDialing))
            {
                return;
            }

            if (!Pool.IsAborted && _waiting.Count > 0 && _connections.FindRoom() is { } room)
            {
                free = room;
            }
            else if (!Pool.IsAborted && _waiting.FirstWithoutDial() is { } next)
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

        if (free is not null)
        {
            Pool.Loop.Submit(free);
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
            return _connections.TakeIdle(connection);
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

    /// <summary>Ends what blocked threads poll or wait for, which needs no loop. From any thread.</summary>
    public void ShutdownCallers(bool abort) => Shutdown(abort, static c => c.Callers is not null, static e => e.Caller is not null);

    private void Shutdown(bool abort, Func<PooledConnection, bool> ofConnections, Func<Exchange, bool> ofWaiting)
    {
        OriginMembers members;
        lock (_lock)
        {
            members = new()
            {
                Shared = [.. _connections.Shared],
                Dialed = abort ? [] : [.. _connections.All.Where(ofConnections).Where(static c => c.IsDialing)],
                Connections = [.. (abort ? _connections.All : _connections.Idle).Where(ofConnections)],
                Waiting = abort ? _waiting.TakeAll(ofWaiting) : [],
            };
        }

        members.End(this, abort); // without the lock: ends are told to user code
    }

    /// <summary>Under the lock: makes a connection, unless enough are being made for all who wait, or the limit is reached.</summary>
    private PooledConnection? DialWhereDue(Exchange initiator)
    {
        if (_connections.Room <= 0 || !MayDialMore)
        {
            return null;
        }

        if (initiator.Caller is not null)
        {
            _waiting.TakeOut(initiator);
            return _connections.AddFor(initiator);
        }

        return _connections.DialingCount < _waiting.Count ? _connections.AddDialing(initiator) : null;
    }

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

    private string DebuggerDisplay => $"{Key}: {_connections.Count} connections, {_waiting.Count} waiting";
}
