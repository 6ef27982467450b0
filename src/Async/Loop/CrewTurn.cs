namespace PollHttp.Loop;

/// <summary>
/// Who may poll a loop: a count of steps. It is even while the leader polls, and odd while the leader runs user code; then, and only then,
/// another thread may take the lead. The leader and a thread that takes over race for the same step, so one of them has the loop.
/// </summary>
/// <remarks>Thread safety: <see cref="Enter"/> is for the leader; the others are for any thread.</remarks>
internal sealed class CrewTurn
{
    private long _step;

    /// <summary>Gets the number of the current step.</summary>
    public long Step => Volatile.Read(ref _step);

    /// <summary>Gets a value indicating whether the leader runs user code in this step.</summary>
    public static bool IsUserCode(long step) => (step & 1) != 0;

    /// <summary>Begins to run user code. What the leader did before is visible to a thread that takes over.</summary>
    /// <returns>The step in which it runs.</returns>
    public long Enter() => Interlocked.Increment(ref _step);

    /// <summary>Ends a step in which user code runs: by the leader, which polls on, or by a thread that takes the lead.</summary>
    /// <returns>False when the step has ended: the other one has the lead.</returns>
    public bool TryEnd(long step) => Interlocked.CompareExchange(ref _step, step + 1, step) == step;
}
