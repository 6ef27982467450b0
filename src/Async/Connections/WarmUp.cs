using PollHttp.Loop;

namespace PollHttp.Connections;

/// <summary>Represents connections made before they are needed. Completes when each is made or has failed.</summary>
internal sealed class WarmUp(PollLoop loop, ContinuationPolicy policy, int count)
    : TaskCompletionSource(policy.TaskOptions), ICompletion
{
    private int _left = count;
    private Exception? _error;

    public ContinuationPolicy Policy => policy;

    /// <summary>Records that one connection was made or failed.</summary>
    /// <remarks>Thread safety: the caller holds the lock of that connection.</remarks>
    public void OnMade(Exception? error)
    {
        if (error is not null)
        {
            Interlocked.CompareExchange(ref _error, error, null);
        }

        if (Interlocked.Decrement(ref _left) == 0)
        {
            loop.Complete(this);
        }
    }

    public void Complete()
    {
        if (_error is null)
        {
            TrySetResult();
        }
        else
        {
            TrySetException(_error);
        }
    }
}
