namespace PollHttp;

/// <summary>
/// The timers of a sync drive while no thread is in a call: the reactor, which keeps time anyway, looks at them. So an idle connection
/// is closed in time though nobody calls.
/// </summary>
internal sealed class SyncTimers(PollLoop reactor) : ILoopTimer, ILoopWork
{
    private long _askedFor = long.MaxValue;

    public SyncDrive Drive { get; set; } = null!;

    public long ScheduledAt { get; set; } = long.MaxValue;

    /// <summary>From any thread. Costs nothing where an earlier time was asked for.</summary>
    public void Ask(TimeSpan wait)
    {
        long at = (reactor.Now + wait).Ticks;
        if (at < Volatile.Read(ref _askedFor))
        {
            Volatile.Write(ref _askedFor, at);
            reactor.Submit(this);
        }
    }

    public void Execute() => reactor.Schedule(this, new Instant(Volatile.Read(ref _askedFor)));

    public void OnTimer(Instant now)
    {
        Volatile.Write(ref _askedFor, long.MaxValue);
        Drive.Look();
    }
}
