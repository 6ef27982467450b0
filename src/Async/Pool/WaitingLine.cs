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
internal sealed class WaitingLine(PollLoop loop, object poolLock) : ILoopTimer, ILoopWork
{
    private readonly LinkedList<Exchange> _line = new();
    private long _watchedDeadline = long.MaxValue;

    public int Count => _line.Count;

    public Exchange? First => _line.First?.Value;

    public long ScheduledAt { get; set; } = long.MaxValue;

    /// <summary>Whether it may have a timer.</summary>
    public bool IsWatching => _watchedDeadline != long.MaxValue;

    /// <summary>For tests: how many waiting ones were looked at, one by one, to find those whose time is over.</summary>
    internal long LookedAt { get; private set; }

    /// <summary>
    /// At the end of the line. True when the loop must look earlier than it would, so that this is to be submitted to it; for most
    /// it need not, since they wait behind others with the same limit.
    /// </summary>
    public bool Add(Exchange exchange)
    {
        exchange.Place = _line.AddLast(exchange);
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

        _line.Remove(place);
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
        Exchange[] taken = [.. _line.Where(ofKind)];
        Array.ForEach(taken, e => TakeOut(e));
        return taken;
    }

    public Exchange[] ToArray() => [.. _line];

    /// <summary>The first for which no connection is being made; the first of all when one is for each; null when nobody waits.</summary>
    public Exchange? FirstWithoutDial()
    {
        foreach (Exchange exchange in _line)
        {
            if (exchange.Connection is null or { IsDialing: false })
            {
                return exchange;
            }
        }

        return First;
    }

    /// <summary>No timer any more: nobody waits, and nobody will.</summary>
    public void StopWatching() => ScheduledAt = long.MinValue;

    /// <summary>In the loop's pass: somebody waits whose time is over before that of everybody else, or nobody waits any more.</summary>
    public void Execute()
    {
        long at;
        lock (poolLock)
        {
            if (_line.Count == 0)
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
            LookedAt += _line.Count;
            foreach (Exchange exchange in _line)
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
