namespace PollHttp.Core;

/// <summary>Holds the deadlines of one connection: an array by kind, and the nearest of them.</summary>
internal sealed class TimerTable
{
    private readonly long[] _deadlines = NewTable();
    private readonly TimeSpan[] _limits = new TimeSpan[(int)TimerKind.Settings + 1];

    private long _next = long.MaxValue;

    // The deadline that was nearest is gone or later. The next one is searched on demand, since most changes in an exchange are undone
    // before that.
    private bool _nextIsStale;

    public Instant Next
    {
        get
        {
            if (_nextIsStale)
            {
                Refresh();
            }

            return new(_next);
        }
    }

    public void Set(TimerKind kind, Instant now, TimeSpan? limit)
    {
        if (limit is not { } span)
        {
            Stop(kind);
            return;
        }

        SetAt(kind, now + span, span);
    }

    /// <summary>Sets a deadline that is not its limit from now.</summary>
    public void SetAt(TimerKind kind, Instant deadline, TimeSpan limit)
    {
        _limits[(int)kind] = limit;
        Replace(kind, deadline.Ticks);
    }

    public void Stop(TimerKind kind)
    {
        if (_deadlines[(int)kind] != long.MaxValue)
        {
            Replace(kind, long.MaxValue);
        }
    }

    public bool IsSet(TimerKind kind) => _deadlines[(int)kind] != long.MaxValue;

    public TimeSpan Limit(TimerKind kind) => _limits[(int)kind];

    public void StopAll()
    {
        _deadlines.AsSpan().Fill(long.MaxValue);
        _next = long.MaxValue;
        _nextIsStale = false;
    }

    /// <summary>Returns the first kind whose deadline has passed.</summary>
    public bool TryGetExpired(Instant now, out TimerKind kind)
    {
        if (now >= Next && Next != Instant.Never)
        {
            for (int i = 0; i < _deadlines.Length; i++)
            {
                if (_deadlines[i] <= now.Ticks)
                {
                    kind = (TimerKind)i;
                    return true;
                }
            }
        }

        kind = default;
        return false;
    }

    private void Replace(TimerKind kind, long deadline)
    {
        ref long slot = ref _deadlines[(int)kind];
        _nextIsStale |= slot == _next && deadline > slot;
        slot = deadline;
        _next = Math.Min(_next, deadline);
    }

    private void Refresh()
    {
        long next = long.MaxValue;
        foreach (long deadline in _deadlines)
        {
            next = Math.Min(next, deadline);
        }

        _next = next;
        _nextIsStale = false;
    }

    private static long[] NewTable()
    {
        long[] table = new long[(int)TimerKind.Settings + 1];
        table.AsSpan().Fill(long.MaxValue);
        return table;
    }
}
