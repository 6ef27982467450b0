namespace PollHttp.Loop;

/// <summary>Represents work that the loop does in its I/O pass. It is never user code.</summary>
internal interface ILoopWork
{
    void Execute();

    /// <summary>Handles the disposal of the loop. Waits for the work are told that it will not be done.</summary>
    void OnLoopDisposed()
    {
    }
}

/// <summary>Represents the owner of a transport that the poller reports.</summary>
internal interface ILoopReady
{
    void OnReady(PollBudget budget);
}

/// <summary>Represents a waiter that is completed after the I/O pass. Completing it may run user code.</summary>
internal interface ICompletion
{
    /// <summary>Gets a value indicating whether a connection stands still until this is completed.</summary>
    bool HoldsConnection => false;

    /// <summary>
    /// Gets a value indicating whether completing this calls user code, other than by completing a task that user code awaits.
    /// </summary>
    bool RunsUserCode => false;

    /// <summary>Gets the policy that decides where this is completed in background drive.</summary>
    ContinuationPolicy Policy { get; }

    void Complete();
}

/// <summary>Represents a timer with one coarse entry in the timer heap of the loop.</summary>
internal interface ILoopTimer
{
    /// <summary>Gets or sets the time at which the valid entry fires. Entries with another time are stale.</summary>
    /// <remarks>Thread safety: thread of the loop only.</remarks>
    long ScheduledAt { get; set; }

    void OnTimer(Instant now);
}
