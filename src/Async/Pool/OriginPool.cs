using System.Diagnostics;
using PollHttp.Connections;
using PollHttp.Exchanges;
using PollHttp.Loop;

namespace PollHttp.Pool;

/// <summary>
/// Manages the connections to one origin: idle connections last in first out, and waiting requests first in first out.
/// </summary>
/// <remarks>
/// A request that finds no idle connection waits, and a connection is made for it if the limit allows. The request is not bound to that
/// connection: the first free connection takes the request that has waited longest. If a connection can't be made, the request it was made
/// for fails, if it still waits.
/// Lock order: a connection's lock, then this pool's lock; never the other way round, and never two connections' locks.
/// </remarks>
[DebuggerDisplay("{DebuggerDisplay,nq}")]
internal sealed partial class OriginPool
{
    private readonly object _lock = new();
    private readonly ConnectionRoster _connections;
    private readonly WaitQueue _waiting;
    private readonly bool _serverChooses;
    private readonly OriginTarget _target;
    private readonly RepeatedHead _head = new();

    public OriginPool(ConnectionPool pool, PoolKey key)
    {
        Pool = pool;
        Key = key;
        Authority = key.Authority;
        _target = new(key, pool.Settings.UserAgent);
        _connections = new(this, pool.Settings.MaxConnectionsPerOrigin);
        _serverChooses = key.Versions == (HttpVersions.Http1 | HttpVersions.Http2);
        _waiting = _serverChooses ? new WaitQueues(pool.Loop, _lock) : new WaitQueue(pool.Loop, _lock);
        _reserve = IdleReserve.For(this);
    }

    public ConnectionPool Pool { get; }

    public PoolKey Key { get; }

    public string Authority { get; }

    /// <summary>Gets or sets a value indicating whether the pool is evicted, and no longer found by its key. Set under the lock, and reset only
    /// by <see cref="ConnectionPool"/>.</summary>
    public bool IsEvicted { get; set; }

    /// <summary>Gets the target of the next connection, as the request that has waited longest needs it.</summary>
    /// <param name="initiator">The request that the connection is made for, or null.</param>
    /// <param name="connection">The connection, which may be of no use in HTTP/1.1.</param>
    public ConnectionTarget NextTarget(Exchange? initiator, PooledConnection connection)
    {
        HeaderList? headers;
        lock (_lock)
        {
            headers = (_waiting.First ?? initiator)?.Headers;
        }

        return _target.For(headers, _serverChooses && connection.RequiresHttp2);
    }

    internal int IdleCount => Locked(static p => p._connections.IdleCount);

    internal int ConnectionCount => Locked(static p => p._connections.Count);

    internal long LookedAt => _waiting.LookedAt;

    internal int ActiveCount => Locked(static p => p._connections.Count - p._connections.IdleCount + p._waiting.Count);

    /// <summary>Starts an attempt on an idle connection, on a new one, or later. Called on the loop's thread, or on any thread in background
    /// drive.</summary>
    public void Start(Exchange exchange)
    {
        bool isAborted = false;
        while (true)
        {
            PooledConnection? idle;
            PooledConnection? dialed = null;
            ILoopWork? firstDue = null;
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
                idle = _connections.TakeIdle(isPlace: _serverChooses && exchange.RequiresHttp2) ?? _connections.AddPlace();
                if (idle is null)
                {
                    exchange.Trace?.EnterQueue();
                    if (exchange.Caller is { } caller && MayDialFor(exchange, caller.IsNested))
                    {
                        dialed = _connections.AddFor(exchange);
                    }
                    else
                    {
                        firstDue = _waiting.Add(exchange);
                        dialed = DialWhereDue(exchange);
                    }
                }

                isReserveDue = IsReserveDue();
            }

            SubmitReserve(isReserveDue);

            if (idle is null)
            {
                BeginDialing(dialed, exchange);
                if (firstDue is not null)
                {
                    Pool.Loop.Submit(firstDue);
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
            exchange.Fail(Pool.Disposed()); // without the lock, because user code is told of the end
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
            if (IsEvicted)
            {
                _waiting.EndWatching();
            }

            return IsEvicted;
        }
    }

    /// <summary>Sends an exchange again after a stale connection, on a new connection of its own. This may exceed the limit for a
    /// moment.</summary>
    public void StartOnNewConnection(Exchange exchange)
    {
        if (IsShared)
        {
            exchange.Continue(); // on any connection: one that is closing takes no more exchanges
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

    /// <summary>Detaches the head that a connection received.</summary>
    public ResponseHead DetachHead(HttpExchange on) => _head.Detach(on);

    /// <summary>Removes a canceled exchange from the wait queue.</summary>
    public void Leave(Exchange exchange)
    {
        lock (_lock)
        {
            _waiting.TakeOut(exchange);
        }
    }

    /// <summary>Keeps a usable connection, or returns the next request to send on it. Does neither if the connection is not to be kept. The
    /// caller holds the lock of the connection.</summary>
    public Exchange? Offer(PooledConnection connection, out bool kept)
    {
        kept = false;
        Exchange? next = null;
        bool isReserveDue = false;
        lock (_lock)
        {
            if (connection.IsPlace || _connections.Room >= 0) // otherwise the limit is exceeded, and closing this one makes room
            {
                next = _waiting.TakeNext(connection.IsPlace);
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

    /// <summary>Cancels the exchanges that wait for a connection or for their response head, as far as another thread can tell, and the
    /// exchanges whose bodies are being read whole.</summary>
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

    /// <summary>Records that a connection being made is now open.</summary>
    public void Dialed(PooledConnection connection)
    {
        lock (_lock)
        {
            _connections.OnDialed(connection);
        }
    }

    /// <summary>Removes a closed connection, and makes another one if requests wait.</summary>
    public void Remove(PooledConnection connection, bool wasDialing)
    {
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
        else
        {
            DialWhereDue();
        }

        SubmitReserve(isReserveDue);
    }

    /// <summary>Removes the request that a failed connection was made for from the wait queue. Returns false when it no longer waits.</summary>
    public bool TakeWaiting(Exchange exchange)
    {
        lock (_lock)
        {
            return _waiting.TakeOut(exchange);
        }
    }

    /// <summary>Removes an idle connection for good. Returns false when it is already in use.</summary>
    public bool TryTakeIdle(PooledConnection connection)
    {
        lock (_lock)
        {
            return _connections.TakeIdle(connection);
        }
    }

    /// <summary>Ends everything, or what is idle. Called in a pass of the loop.</summary>
    public void Shutdown(bool abort)
    {
        if (abort)
        {
            _waiting.StopWatching();
        }

        _reserve?.Stop();

        Shutdown(abort, static _ => true, static _ => true);
    }

    /// <summary>Ends what blocked threads poll or wait for, which needs no loop. Can be called from any thread.</summary>
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

        members.End(this, abort); // without the lock, because user code is told of the ends
    }

    /// <summary>Makes the connections that waiting requests lack, as far as the limit and the protocol allow.</summary>
    private void DialWhereDue()
    {
        while (true)
        {
            PooledConnection? dialed;
            Exchange? first;
            lock (_lock)
            {
                dialed = DialNext(out first);
            }

            if (dialed is null)
            {
                return;
            }

            BeginDialing(dialed, first);
        }
    }

    /// <summary>Adds a connection, unless enough are being made for all waiting requests or the limit is reached. The caller holds the
    /// lock.</summary>
    private PooledConnection? DialWhereDue(Exchange initiator)
    {
        if (!MayDialFor(initiator))
        {
            return null;
        }

        if (initiator.Caller is not null)
        {
            _waiting.TakeOut(initiator);
            return _connections.AddFor(initiator);
        }

        if (_serverChooses)
        {
            bool requiresHttp2 = initiator.RequiresHttp2;
            return requiresHttp2 || _connections.DialingForAny < _waiting.AnyCount ? _connections.AddDialing(initiator, requiresHttp2) : null;
        }

        return _connections.DialingCount < _waiting.Count ? _connections.AddDialing(initiator, requiresHttp2: false) : null;
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
            connection.AbortExchange(exchange); // its thread has stopped, and opens no connection
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
