using PollHttp.Exchanges;
using PollHttp.Loop;

namespace PollHttp.Pool;

/// <summary>
/// The exchanges that wait for a connection to one origin, first in first out, and the watch over their limits: one timer for all, set
/// for the one whose time is over first.
/// </summary>
/// <remarks>
/// Under the lock of its pool, except for what the loop calls, which takes that lock. A blocked thread watches its limit itself.
/// </remarks>
internal sealed class WaitQueue(PollLoop loop, object poolLock) : ILoopTimer, ILoopWork
{
    private readonly LinkedList<Exchange> _queue = new();
    private long _watchedDeadline = long.MaxValue;

    public int Count => _queue.Count;

    public Exchange? First => _queue.First?.Value;

    public long ScheduledAt { get; set; } = long.MaxValue;

    /// <summary>Gets a value indicating whether it may have a timer.</summary>
    public bool IsWatching => _watchedDeadline != long.MaxValue;

    /// <summary>Gets how many exchanges were looked at, one by one, to find those whose time is over. For tests.</summary>
    internal long LookedAt { get; private set; }

    /// <summary>
    /// Adds at the end. True when the loop must look earlier than it would, so that this is to be submitted to it; for most exchanges it
    /// need not, since they wait behind others with the same limit.
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

    /// <summary>False when it does not wait here any more.</summary>
    public bool TakeOut(Exchange exchange)
    {
        if (exchange.Place is not { } place)
        {
            return false;
        }

        _queue.Remove(place);
        loop.AddWaiting(-1);
        exchange.Place = null;
        return true;
    }

    /// <summary>Takes out the first that still wants a connection, and those before it; null when there is none.</summary>
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

    /// <summary>Takes out all of a kind.</summary>
    public Exchange[] TakeAll(Func<Exchange, bool> ofKind)
    {
        Exchange[] taken = [.. _queue.Where(ofKind)];
        Array.ForEach(taken, e => TakeOut(e));
        return taken;
    }

    public Exchange[] ToArray() => [.. _queue];

    /// <summary>The first for which no connection is being made; the first of all when one is for each; null when none waits.</summary>
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

    /// <summary>Allows no timer any more: no exchange waits, and none will.</summary>
    public void StopWatching() => ScheduledAt = long.MinValue;

    /// <summary>In the loop's pass: sets the timer to the earliest deadline, or cancels it where no exchange waits.</summary>
    public void Execute()
    {
        long at;
        lock (poolLock)
        {
            if (_queue.Count == 0)
            {
                _watchedDeadline = long.MaxValue; // served meanwhile
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
