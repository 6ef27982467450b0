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
internal sealed class WaitQueue(PollLoop loop, object poolLock) : ILoopTimer, ILoopWork
{
    private readonly LinkedList<Exchange> _queue = new();
    private long _watchedDeadline = long.MaxValue;

    public int Count => _queue.Count;

    public Exchange? First => _queue.First?.Value;

    public long ScheduledAt { get; set; } = long.MaxValue;

    /// <summary>Gets a value indicating whether the queue may have a timer.</summary>
    public bool IsWatching => _watchedDeadline != long.MaxValue;

    /// <summary>Gets the number of exchanges that were examined, one by one, to find expired ones. For tests.</summary>
    internal long LookedAt { get; private set; }

    /// <summary>
    /// Adds an exchange at the end. Returns true when the loop must look earlier than planned, so that the queue must be submitted to it. Most
    /// exchanges do not need this, since they wait behind others with the same limit.
    /// </summary>
    public bool Add(Exchange exchange)
    {
        exchange.Place = _queue.AddLast(exchange);
        loop.AddWaiting(1);
        long deadline = exchange.Deadline.Ticks;
        if (exchange.Caller is not null || exchange.Deadline == Instant.Never || deadline >= _watchedDeadline)
        {
            return false;
        }

        _watchedDeadline = deadline;
        return true;
    }

    /// <summary>Removes an exchange. Returns false when it no longer waits here.</summary>
    public bool TakeOut(Exchange exchange)
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

    /// <summary>Removes the first exchange that still wants a connection, and the finished ones before it; null when there is none.</summary>
    public Exchange? TakeNext()
    {
        while (First is { } first)
        {
            TakeOut(first);
            if (!first.IsFinished)
            {
                return first;
            }
        }

        return null;
    }

    /// <summary>Removes all exchanges that match.</summary>
    public Exchange[] TakeAll(Func<Exchange, bool> ofKind)
    {
        Exchange[] taken = [.. _queue.Where(ofKind)];
        Array.ForEach(taken, e => TakeOut(e));
        return taken;
    }

    public Exchange[] ToArray() => [.. _queue];

    /// <summary>Gets the first exchange for which no connection is being made. Gets the first of all if there is a connection for each, and null
    /// if none waits.</summary>
    public Exchange? FirstWithoutDial()
    {
        foreach (Exchange exchange in _queue)
        {
            if (exchange.Connection is null or { IsDialing: false })
            {
                return exchange;
            }
        }

        return First;
    }

    /// <summary>Allows no timer any more, since no exchange waits or will wait.</summary>
    public void StopWatching() => ScheduledAt = long.MinValue;

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
            LookedAt += _queue.Count;
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
