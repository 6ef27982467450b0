namespace PollHttp;

/// <summary>
/// One coarse entry for each timed thing. A deadline that moves later touches nothing: the old entry fires, finds the
/// deadline not passed, and is put in again. So steady traffic costs no heap operation a request.
/// </summary>
internal sealed class LoopTimers
{
    private readonly PriorityQueue<ILoopTimer, long> _heap = new();

    /// <summary>Entries that will fire; stale ones, which wait for their turn to be dropped, are not counted.</summary>
    public int Count => _heap.UnorderedItems.Count(static e => e.Element.ScheduledAt == e.Priority);

    public void Schedule(ILoopTimer timer, Instant at)
    {
        if (at.Ticks < timer.ScheduledAt)
        {
            timer.ScheduledAt = at.Ticks;
            _heap.Enqueue(timer, at.Ticks);
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
