namespace PollHttp.Testing;

/// <summary>
/// Defines an object that the clock calls at a scheduled time. An interface and a number are used so that no closure is allocated.
/// </summary>
internal interface IScheduled
{
    /// <summary>Runs the event.</summary>
    void Run(int what);

    /// <summary>Determines whether the event was canceled; then time does not advance for it.</summary>
    bool IsCalledOff(int what);
}
