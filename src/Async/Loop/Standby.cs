namespace PollHttp.Loop;

/// <summary>
/// Watches the leader of a <see cref="Crew"/>, and takes the lead if user code runs longer than <see cref="Patience"/>. It checks at
/// intervals that grow while all goes well, and sleeps once no user code was entered between two checks.
/// </summary>
/// <remarks>Thread safety: <see cref="EnsureWatched"/> is for the leader. The others are for the one thread that stands by.</remarks>
internal sealed class Standby(CrewTurn turn, ICrewClock clock, Action startThread)
{
    /// <summary>How long the same user code may run after a check that found it running.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(1);

    /// <summary>The longest time between two checks. Each costs some microseconds.</summary>
    public static readonly TimeSpan LongestInterval = TimeSpan.FromMilliseconds(8);

    private int _state;

    /// <summary>Gets the state of the watch over the leader.</summary>
    public WatchState State => (WatchState)Volatile.Read(ref _state);

    /// <summary>Ensures that a thread watches from now on, as user code was entered.</summary>
    public void EnsureWatched()
    {
        switch (State)
        {
            case WatchState.Asleep when TryMove(WatchState.Asleep, WatchState.Watching):
                clock.Wake();
                break;
            case WatchState.None when TryMove(WatchState.None, WatchState.Watching):
                startThread();
                break;
            default:
                break;
        }
    }

    /// <summary>Makes the calling thread the one that watches.</summary>
    /// <returns>False if there already is one.</returns>
    public bool TryBegin() => TryMove(WatchState.None, WatchState.Watching);

    /// <summary>Watches until user code takes too long, and takes the lead then. Nothing watches afterwards.</summary>
    public void WatchUntilLead()
    {
        TimeSpan interval = Patience;
        while (true)
        {
            long seen = turn.Step;
            bool wasUserCode = CrewTurn.IsUserCode(seen);
            clock.Wait(wasUserCode ? Patience : interval);
            if (turn.Step != seen)
            {
                interval = interval * 2 < LongestInterval ? interval * 2 : LongestInterval;
            }
            else if (!wasUserCode)
            {
                Sleep(seen);
                interval = Patience;
            }
            else if (turn.TryEnd(seen))
            {
                Volatile.Write(ref _state, (int)WatchState.None);
                return;
            }
        }
    }

    /// <summary>
    /// Sleeps until user code is entered. The two halves of Dekker's handshake: the leader counts its step, then reads the state here.
    /// </summary>
    private void Sleep(long seen)
    {
        Interlocked.Exchange(ref _state, (int)WatchState.Asleep);
        if (turn.Step != seen && TryMove(WatchState.Asleep, WatchState.Watching))
        {
            return;
        }

        clock.Wait(Timeout.InfiniteTimeSpan);
    }

    private bool TryMove(WatchState from, WatchState to) => Interlocked.CompareExchange(ref _state, (int)to, (int)from) == (int)from;
}
