namespace PollHttp;

/// <summary>The connections to one origin: idle ones last in first out, requests that wait first in first out.</summary>
/// <remarks>Lock order: a connection's gate, then this pool's lock; never the other way round.</remarks>
internal sealed class OriginPool(ConnectionPool pool, PoolKey key) : ILoopTimer, ILoopWork
{
    private readonly object _lock = new();
    private readonly List<PooledConnection> _idle = [];
    private readonly HashSet<PooledConnection> _all = [];
    private readonly Queue<Exchange> _waiting = new();

    public ConnectionPool Pool { get; } = pool;

    public PoolKey Key { get; } = key;

    public string Authority { get; } = key.Authority;

    public ConnectionTarget Target { get; } = new()
    {
        Host = key.Host,
        Port = key.Port,
        Tls = key.IsTls ? pool.Tls ?? new() : null,
    };

    public long ScheduledAt { get; set; } = long.MaxValue;

    internal int IdleCount => Locked(static p => p._idle.Count);

    internal int ConnectionCount => Locked(static p => p._all.Count);

    internal int ActiveCount => Locked(static p => p._all.Count - p._idle.Count + p._waiting.Count(e => !e.IsFinished));

    /// <summary>Starts an exchange: on an idle connection, on a new one, or later. Loop thread, or any in background drive.</summary>
    public void Start(Exchange exchange)
    {
        while (true)
        {
            PooledConnection? connection = null;
            bool isNew = false;
            lock (_lock)
            {
                if (Pool.IsClosed)
                {
                    exchange.Fail(new ObjectDisposedException(nameof(PollHttpClient)));
                    return;
                }

                if (_idle.Count > 0)
                {
                    connection = _idle[^1];
                    _idle.RemoveAt(_idle.Count - 1);
                }
                else if (_all.Count < Pool.MaxConnectionsPerOrigin)
                {
                    connection = new PooledConnection(this, exchange);
                    _all.Add(connection);
                    isNew = true;
                }
                else
                {
                    _waiting.Enqueue(exchange);
                }
            }

            if (connection is null)
            {
                Pool.Loop.Submit(this); // the waiting request's deadline
                return;
            }

            if (isNew)
            {
                Pool.Loop.Submit(connection);
                return;
            }

            if (connection.TryReuse(exchange))
            {
                return;
            }
        }
    }

    /// <summary>Sends again after a stale connection: on a new connection, whatever the limit says for a moment.</summary>
    public void StartOnNewConnection(Exchange exchange)
    {
        PooledConnection connection = new(this, exchange);
        lock (_lock)
        {
            _all.Add(connection);
        }

        Pool.Loop.Submit(connection);
    }

    /// <summary>Takes back a reusable connection, or names the request to send on it next. Under its gate.</summary>
    public Exchange? Return(PooledConnection connection)
    {
        lock (_lock)
        {
            while (_waiting.TryDequeue(out Exchange? next))
            {
                if (!next.IsFinished)
                {
                    return next;
                }
            }

            _idle.Add(connection);
            return null;
        }
    }

    /// <summary>Forgets a closed connection; the next waiting request gets a new one.</summary>
    public void Remove(PooledConnection connection)
    {
        PooledConnection? replacement = null;
        lock (_lock)
        {
            _idle.Remove(connection);
            if (!_all.Remove(connection))
            {
                return;
            }

            while (_all.Count < Pool.MaxConnectionsPerOrigin && _waiting.TryDequeue(out Exchange? next))
            {
                if (!next.IsFinished)
                {
                    _all.Add(replacement = new PooledConnection(this, next));
                    break;
                }
            }
        }

        if (replacement is not null)
        {
            Pool.Loop.Submit(replacement);
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

    public void Execute() => OnTimer(Pool.Loop.Now);

    public void OnTimer(Instant now)
    {
        Instant next = Instant.Never;
        List<Exchange>? expired = null;
        lock (_lock)
        {
            while (_waiting.TryPeek(out Exchange? first) && first.IsFinished)
            {
                _waiting.Dequeue();
            }

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
        }

        expired?.ForEach(static e => e.FailTimedOut(ConnectPhase.None));
        if (next != Instant.Never)
        {
            Pool.Loop.Schedule(this, next);
        }
    }

    public void Shutdown(bool abort)
    {
        PooledConnection[] victims;
        Exchange[] waiting = [];
        if (abort)
        {
            ScheduledAt = long.MinValue; // no timer any more: nothing waits, and nothing will
        }

        lock (_lock)
        {
            victims = abort ? [.. _all] : [.. _idle];
            if (abort)
            {
                waiting = [.. _waiting];
                _waiting.Clear();
            }
        }

        foreach (Exchange exchange in waiting)
        {
            exchange.Fail(new ObjectDisposedException(nameof(PollHttpClient)));
        }

        foreach (PooledConnection connection in victims)
        {
            if (abort || TryTakeIdle(connection))
            {
                connection.Terminate(new ObjectDisposedException(nameof(PollHttpClient)));
            }
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
