namespace PollHttp.Testing;

/// <summary>
/// Implements a clock that moves only when it is advanced. Advancing it runs, in order, everything that becomes due on the way: deliveries
/// of the simulated network, lookups, and timers made with <see cref="CreateTimer"/>.
/// </summary>
public sealed class VirtualClock : TimeProvider
{
    private readonly object _gate = new();
    private readonly PriorityQueue<ScheduledEvent, EventOrder> _events = new(64);
    private readonly DateTimeOffset _start;
    private long _now;
    private long _sequence;
    private bool _running;

    /// <summary>Initializes a clock that starts on 1 January 2030, 00:00 UTC.</summary>
    public VirtualClock()
        : this(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero))
    {
    }

    /// <summary>Initializes a clock that starts at the given time of day.</summary>
    public VirtualClock(DateTimeOffset start) => _start = start;

    /// <summary>Gets how far the clock has moved since it was created.</summary>
    public TimeSpan Elapsed => new(Now);

    /// <inheritdoc/>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <inheritdoc/>
    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    internal long Now => Volatile.Read(ref _now);

    /// <inheritdoc/>
    public override long GetTimestamp() => Now;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => _start + Elapsed;

    /// <summary>Advances the clock and runs what becomes due on the way, each event at its own time.</summary>
    public void Advance(TimeSpan by)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(by, TimeSpan.Zero);
        AdvanceTo(Now + by.Ticks);
    }

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ArgumentNullException.ThrowIfNull(callback);
        var timer = new VirtualTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    internal void Schedule(long at, IScheduled target, int what)
    {
        lock (_gate)
        {
            _events.Enqueue(new(target, what), new(Math.Max(at, _now), _sequence++));
        }
    }

    /// <summary>Returns when the next event is due, or <see cref="long.MaxValue"/> if there is none.</summary>
    internal long NextDue()
    {
        lock (_gate)
        {
            while (_events.TryPeek(out ScheduledEvent next, out EventOrder order))
            {
                if (!next.Target.IsCalledOff(next.What))
                {
                    return order.At;
                }

                _events.Dequeue();
            }

            return long.MaxValue;
        }
    }

    /// <summary>Runs what is due now. Does nothing from within an event.</summary>
    internal void RunDue()
    {
        if (!_running)
        {
            AdvanceTo(Now);
        }
    }

    /// <summary>Lets time pass inside a call, and runs what becomes due. Does nothing within an event, which takes no time.</summary>
    internal void Pass(long ticks)
    {
        if (!_running)
        {
            AdvanceTo(Now + ticks);
        }
    }

    internal void AdvanceTo(long end)
    {
        if (_running)
        {
            throw new InvalidOperationException("The clock can't be advanced from within an event; use SendAfter or CallAfter.");
        }

        _running = true;
        try
        {
            while (NextDue() <= end && TryTake(end, out ScheduledEvent next))
            {
                next.Target.Run(next.What);
            }

            Volatile.Write(ref _now, Math.Max(end, _now));
        }
        finally
        {
            _running = false;
        }
    }

    private bool TryTake(long end, out ScheduledEvent next)
    {
        lock (_gate)
        {
            if (!_events.TryPeek(out next, out EventOrder order) || order.At > end)
            {
                return false;
            }

            _events.Dequeue();
            Volatile.Write(ref _now, Math.Max(order.At, _now));
            return true;
        }
    }
}
