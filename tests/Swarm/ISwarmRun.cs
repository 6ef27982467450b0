namespace PollHttp.Swarm;

/// <summary>What calls need of the run they are in, simulated or not.</summary>
internal interface ISwarmRun
{
    Scenario Scenario { get; }

    Ledger Ledger { get; }

    TimeSpan Now { get; }

    /// <summary>Gets how much later than its limits say a call may end.</summary>
    TimeSpan Margin { get; }

    /// <summary>Gets a value indicating whether the client was disposed with calls under way.</summary>
    bool IsClientGone { get; }

    /// <summary>Gets what contents wait for that stall, whatever their token says: the end of all calls.</summary>
    Task Released { get; }

    /// <summary>Notes that something moved, for the watch on runs that do not.</summary>
    void Progressed();

    /// <summary>Waits; goes on where calls go on.</summary>
    Task Delay(TimeSpan time);

    /// <summary>Does something after a time: between two steps of the drive, or on another thread.</summary>
    void After(TimeSpan time, bool elsewhere, Action act);

    /// <summary>Does something that blocks the calling thread.</summary>
    void Blocking(Action act);

    /// <summary>Gets a task that completes on another thread, with its continuations.</summary>
    Task GoElsewhere(TimeSpan after);
}
