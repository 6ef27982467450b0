namespace PollHttp.Exchanges;

/// <summary>
/// Waits as <see cref="TaskWaiter"/> does, and completes without a synchronization context. The continuations of framework code, which want
/// none, then run in place instead of on the thread pool.
/// </summary>
internal sealed class ContextlessWaiter() : TaskWaiter(TaskCreationOptions.None)
{
    /// <inheritdoc/>
    public override void Complete(object? outcome, CancellationToken token)
    {
        SynchronizationContext? context = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            base.Complete(outcome, token);
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(context);
        }
    }
}
