namespace PollHttp.Testing;

/// <summary>Something the clock calls when its time has come. An interface and a number, so that no closure is made.</summary>
internal interface IScheduled
{
    /// <summary>Runs the event.</summary>
    void Run(int what);

    /// <summary>Determines whether the event was called off; then time does not move for it.</summary>
    bool IsCalledOff(int what);
}
