namespace PollHttp.Testing;

/// <summary>
/// Implements a timer in virtual time. Each change creates a new version, so that pending firings of older versions are canceled.
/// </summary>
internal sealed class VirtualTimer(VirtualClock clock, TimerCallback callback, object? state) : ITimer, IScheduled
{
    private int _version;
    private TimeSpan _period;
    private bool _disposed;

    public bool Change(TimeSpan dueTime, TimeSpan period)
    {
        if (_disposed)
        {
            return false;
        }

        _period = period;
        int version = Interlocked.Increment(ref _version);
        if (dueTime != Timeout.InfiniteTimeSpan)
        {
            clock.Schedule(clock.Now + dueTime.Ticks, this, version);
        }

        return true;
    }

    public void Run(int what)
    {
        if (IsCalledOff(what))
        {
            return;
        }

        if (_period > TimeSpan.Zero)
        {
            clock.Schedule(clock.Now + _period.Ticks, this, what);
        }

        callback(state);
    }

    public bool IsCalledOff(int what) => Volatile.Read(ref _disposed) || what != Volatile.Read(ref _version);

    public void Dispose() => Volatile.Write(ref _disposed, true);

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }
}
