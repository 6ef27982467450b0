namespace PollHttp.Loop;

/// <summary>
/// Determines which thread may poll a loop, by a count of steps. The count is even while the leader polls, and odd while the leader runs user
/// code. Another thread may take the lead only while it is odd. The leader and a thread that takes over compete for the same step, so exactly
/// one of them has the loop.
/// </summary>
/// <remarks>Thread safety: <see cref="Enter"/> is for the leader. The others are for any thread.</remarks>
internal sealed class CrewTurn
{
    private long _step;

    /// <summary>Gets the number of the current step.</summary>
    public long Step => Volatile.Read(ref _step);

    /// <summary>Determines whether the leader runs user code in this step.</summary>
    public static bool IsUserCode(long step) => (step & 1) != 0;

    /// <summary>Begins to run user code. What the leader did before is visible to a thread that takes over.</summary>
    /// <returns>The step in which the code runs.</returns>
    public long Enter() => Interlocked.Increment(ref _step);

    /// <summary>Ends a step in which user code runs. Called by the leader, which polls on, or by a thread that takes the lead.</summary>
    /// <returns>False if the step has already ended. The other thread has the lead.</returns>
    public bool TryEnd(long step) => Interlocked.CompareExchange(ref _step, step + 1, step) == step;
}
