namespace PollHttp.Loop;

/// <summary>
/// Sees whether the thread pool makes progress. Where all its threads are blocked it adds new ones a few a second: what waits in its queue
/// then, and what waits for that, had better run elsewhere.
/// </summary>
/// <param name="pending">Gets how many work items wait.</param>
/// <param name="completed">Gets how many have been completed.</param>
internal sealed class PoolProgress(Func<long> pending, Func<long> completed)
{
    /// <summary>How long the pool may complete nothing while something waits.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(10);

    private long _completed = -1;
    private Instant _since;

    /// <summary>Initializes one for the pool of the process.</summary>
    public PoolProgress()
        : this(static () => ThreadPool.PendingWorkItemCount, static () => ThreadPool.CompletedWorkItemCount)
    {
    }

    /// <summary>Gets a value indicating whether there is a processor for one more work item, about.</summary>
    public bool HasRoom => pending() < Environment.ProcessorCount;

    /// <summary>Looks, and gets a value indicating whether nothing was completed for a while although something waits.</summary>
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
