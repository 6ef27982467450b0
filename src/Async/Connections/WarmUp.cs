using PollHttp.Loop;

namespace PollHttp.Connections;

/// <summary>Connections made before they are needed: completes when each is there or could not be made.</summary>
internal sealed class WarmUp(PollLoop loop, ContinuationPolicy policy, int count)
    : TaskCompletionSource(policy.TaskOptions), ICompletion
{
    private int _left = count;
    private Exception? _error;

    public ContinuationPolicy Policy => policy;

    /// <summary>One connection is there, or failed. Under its lock.</summary>
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
