namespace PollHttp.Core;

/// <summary>How much one poll may do. The default value means: until it would block.</summary>
/// <param name="Bytes">Most bytes to move in each direction; 0 for no limit.</param>
/// <param name="Time">Longest time to work; zero for no limit.</param>
public readonly record struct PollBudget(long Bytes, TimeSpan Time)
{
    /// <summary>A budget of time only.</summary>
    public PollBudget(TimeSpan time)
        : this(0, time)
    {
    }
}
