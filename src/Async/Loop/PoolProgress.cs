namespace PollHttp.Loop;

/// <summary>
/// Determines whether the thread pool makes progress. When all its threads are blocked, it adds only a few new ones a second. What waits in
/// its queue then should run elsewhere, as should what waits for that.
/// </summary>
/// <param name="pending">Gets the number of work items that wait.</param>
/// <param name="completed">Gets the number of work items that have been completed.</param>
internal sealed class PoolProgress(Func<long> pending, Func<long> completed)
{
    /// <summary>How long the pool may complete nothing while something waits.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(10);

    private long _completed = -1;
    private Instant _since;

    /// <summary>Initializes an instance for the pool of the process.</summary>
    public PoolProgress()
        : this(static () => ThreadPool.PendingWorkItemCount, static () => ThreadPool.CompletedWorkItemCount)
    {
    }

    /// <summary>Determines whether nothing was completed for a while although something waits. Each call takes a sample.</summary>
    public bool IsStuck(Instant now)
    {
        long count = completed();
        if (count != _completed || pending() == 0)
        {
            _completed = count;
            _since = now;
            return false;
        }

        return now - _since > Patience;
    }
}
