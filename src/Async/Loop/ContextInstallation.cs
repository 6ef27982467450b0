namespace PollHttp.Loop;

/// <summary>Restores the context that was current before another was installed.</summary>
internal sealed class ContextInstallation(SynchronizationContext? previous) : IDisposable
{
    private readonly int _thread = Environment.CurrentManagedThreadId;
    private bool _isDisposed;

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_isDisposed)
        {
            return;
        }

        if (Environment.CurrentManagedThreadId != _thread)
        {
            throw new InvalidOperationException("The context must be restored on the thread that installed the other one.");
        }

        _isDisposed = true;
        SynchronizationContext.SetSynchronizationContext(previous);
    }
}
