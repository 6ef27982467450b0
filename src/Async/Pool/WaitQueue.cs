using PollHttp.Exchanges;
using PollHttp.Loop;

namespace PollHttp.Pool;

/// <summary>
/// Holds the exchanges that wait for a connection to one origin, first in first out, and watches their limits. One timer serves all of them,
/// set for the earliest deadline.
/// </summary>
/// <remarks>
/// Thread safety: the caller holds the lock of the pool, except for members that the loop calls, which take that lock. A blocked thread
/// watches its limit itself.
/// </remarks>
internal class WaitQueue(PollLoop loop, object poolLock) : ILoopTimer, ILoopWork
{
    private readonly LinkedList<Exchange> _queue = new();
    private long _watchedDeadline = long.MaxValue;
    private long _lookedAt;

    /// <summary>Gets the number of exchanges that wait.</summary>
    public virtual int Count => _queue.Count;

    /// <summary>Gets the number of exchanges that take a connection in any version.</summary>
    public int AnyCount => _queue.Count;

    /// <summary>Gets the exchange that has waited longest; null if none waits.</summary>
    public virtual Exchange? First => _queue.First?.Value;

    public long ScheduledAt { get; set; } = long.MaxValue;

    /// <summary>Gets the number of exchanges that were examined, one by one, to find expired ones. For tests.</summary>
    internal virtual long LookedAt => _lookedAt;

    /// <summary>
    /// Adds an exchange at the end. Most exchanges need no work of the loop, since they wait behind others with the same limit.
    /// </summary>
    /// <returns>The work to be submitted to the loop, which must look earlier than planned; otherwise null.</returns>
    public virtual ILoopWork? Add(Exchange exchange)
    {
        exchange.Place = _queue.AddLast(exchange);
        loop.AddWaiting(1);
        long deadline = exchange.Deadline.Ticks;
        if (exchange.Caller is not null || exchange.Deadline == Instant.Never || deadline >= _watchedDeadline)
        {
            return null;
        }

        _watchedDeadline = deadline;
        return this;
    }

    /// <summary>Removes an exchange. Returns false when it no longer waits here.</summary>
    public virtual bool TakeOut(Exchange exchange)
    {
        if (exchange.Place is not { } place || place.List != _queue)
        {
            return false;
        }

        _queue.Remove(place);
        loop.AddWaiting(-1);
        exchange.Place = null;
        return true;
    }

    /// <summary>Removes the first exchange that still wants such a connection, and the finished ones before it; null when there is none.</summary>
    /// <param name="isShared">True if the connection is in HTTP/2.</param>
    public virtual Exchange? TakeNext(bool isShared)
    {
        while (_queue.First is { } first)
        {
            _ = TakeOut(first.Value);
            if (!first.Value.IsFinished)
            {
                return first.Value;
            }
        }

        return null;
    }

    /// <summary>Removes all exchanges that match.</summary>
    public virtual Exchange[] TakeAll(Func<Exchange, bool> ofKind)
    {
        Exchange[] taken = [.. _queue.Where(ofKind)];
        Array.ForEach(taken, e => TakeOut(e));
        return taken;
    }

    public virtual Exchange[] ToArray() => [.. _queue];

    /// <summary>Gets the first exchange for which no connection is being made. Gets the first of all if there is a connection for each, and null
    /// if none waits.</summary>
    public virtual Exchange? FirstWithoutDial()
    {
        foreach (Exchange exchange in _queue)
        {
            if (exchange.Connection is null or { IsDialing: false })
            {
                return exchange;
            }
        }

        return _queue.First?.Value;
    }

    /// <summary>Gets the exchange for which the next connection is to be made, where each has a connection of its own.</summary>
    /// <param name="requiresHttp2">True for one of the exchanges that require HTTP/2, if they wait apart from the others.</param>
    public virtual Exchange? FirstWithoutDial(bool requiresHttp2) => requiresHttp2 ? null : FirstWithoutDial();

    /// <summary>Tells the loop to cancel the timer of the queue, which is empty. The timer would keep the pool alive.</summary>
    public virtual void EndWatching()
    {
        if (_watchedDeadline != long.MaxValue)
        {
            loop.Submit(this);
        }
    }

    /// <summary>Allows no timer any more, since no exchange waits or will wait.</summary>
    public virtual void StopWatching() => ScheduledAt = long.MinValue;

    /// <summary>Sets the timer to the earliest deadline, or cancels it if no exchange waits. Called in a pass of the loop.</summary>
    public void Execute()
    {
        long at;
        lock (poolLock)
        {
            if (_queue.Count == 0)
            {
                _watchedDeadline = long.MaxValue; // the exchanges got connections meanwhile
            }

            at = _watchedDeadline;
        }

        if (at != long.MaxValue)
        {
            loop.Schedule(this, new Instant(at));
        }
        else
        {
            loop.CancelTimer(this);
        }
    }

    public void OnTimer(Instant now)
    {
        Instant next = Instant.Never;
        List<Exchange>? expired = null;
        lock (poolLock)
        {
            _lookedAt += _queue.Count;
            foreach (Exchange exchange in _queue)
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
            loop.Schedule(this, next);
        }
    }
}
