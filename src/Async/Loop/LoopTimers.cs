namespace PollHttp.Loop;

/// <summary>
/// Holds one coarse entry for each timer. A deadline that moves later changes nothing: the old entry fires, finds that the deadline has not
/// passed, and is added again. So steady traffic costs no heap operation per request.
/// </summary>
internal sealed class LoopTimers
{
    /// <summary>The number of stale entries below which a sweep is not worth its time.</summary>
    private const int LeastToSweep = 64;

    private readonly PriorityQueue<ILoopTimer, long> _heap = new();
    private int _dropped;

    /// <summary>Gets the number of entries that will fire. Stale entries, which are dropped when their time comes, are not counted.</summary>
    public int Count => _heap.UnorderedItems.Count(static e => e.Element.ScheduledAt == e.Priority);

    /// <summary>Gets the number of all entries, stale ones included. Each holds its timer in memory.</summary>
    public int Entries => _heap.Count;

    public void Schedule(ILoopTimer timer, Instant at)
    {
        if (at.Ticks < timer.ScheduledAt)
        {
            timer.ScheduledAt = at.Ticks;
            _heap.Enqueue(timer, at.Ticks);
        }
    }

    /// <summary>
    /// Drops a timer for good. Its entry would hold it in memory until its time, which for a closed connection may be minutes. Once half of
    /// the entries may be stale, they are swept out, so a drop costs only a few steps on average.
    /// </summary>
    public void Drop(ILoopTimer timer)
    {
        timer.ScheduledAt = long.MinValue;
        Sweep();
    }

    /// <summary>Cancels a timer that may be scheduled again.</summary>
    public void Cancel(ILoopTimer timer)
    {
        if (timer.ScheduledAt is not (long.MaxValue or long.MinValue))
        {
            timer.ScheduledAt = long.MaxValue;
            Sweep();
        }
    }

    private void Sweep()
    {
        if (++_dropped >= LeastToSweep && _dropped > _heap.Count / 2)
        {
            _dropped = 0;
            (ILoopTimer, long)[] alive = [.. _heap.UnorderedItems.Where(static e => e.Element.ScheduledAt == e.Priority)];
            _heap.Clear();
            _heap.EnqueueRange(alive);
        }
    }

    /// <summary>Shortens a sleep so that it ends when the next entry fires.</summary>
    public TimeSpan Clip(TimeSpan wait, Instant now)
    {
        while (_heap.TryPeek(out ILoopTimer? timer, out long at))
        {
            if (timer.ScheduledAt != at)
            {
                _heap.Dequeue(); // stale: closed, or scheduled earlier since
                continue;
            }

            TimeSpan left = new Instant(at) - now;
            left = left < TimeSpan.Zero ? TimeSpan.Zero : left;
            return wait == Timeout.InfiniteTimeSpan || left < wait ? left : wait;
        }

        return wait;
    }

    public bool Fire(PollLoop loop)
    {
        if (_heap.Count == 0)
        {
            return false;
        }

        Instant now = loop.Now;
        bool fired = false;
        while (_heap.TryPeek(out ILoopTimer? timer, out long at) && at <= now.Ticks)
        {
            _heap.Dequeue();
            if (timer.ScheduledAt == at)
            {
                timer.ScheduledAt = long.MaxValue;
                timer.OnTimer(now);
                fired = true;
            }
        }

        return fired;
    }

    public void Clear() => _heap.Clear();
}
