namespace PollHttp.Loop;

/// <summary>Something the loop does in its I/O pass; never user code.</summary>
internal interface ILoopWork
{
    void Execute();

    /// <summary>Tells what waits for the work that it will not be done, as the loop is disposed.</summary>
    void OnLoopDisposed()
    {
    }
}

/// <summary>The owner of a transport that the poller reports.</summary>
internal interface ILoopReady
{
    void OnReady(PollBudget budget);
}

/// <summary>Something whose waiter is told after the I/O pass; may run user code.</summary>
internal interface ICompletion
{
    /// <summary>Gets a value indicating whether a connection stands still until it is completed.</summary>
    bool HoldsConnection => false;

    /// <summary>Gets a value indicating whether completing it calls user code, besides completing a task that user code awaits.</summary>
    bool RunsUserCode => false;

    /// <summary>Gets what decides where it is completed in background drive.</summary>
    ContinuationPolicy Policy { get; }

    void Complete();
}

/// <summary>Something with one coarse entry in the loop's timer heap.</summary>
internal interface ILoopTimer
{
    /// <summary>When the entry that counts fires; entries with another time are stale. Loop thread only.</summary>
    long ScheduledAt { get; set; }

    void OnTimer(Instant now);
}
