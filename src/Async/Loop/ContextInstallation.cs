namespace PollHttp.Loop;

/// <summary>Puts back the context that was current before another was installed.</summary>
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
            throw new InvalidOperationException("A context is put back on the thread on which the other was installed.");
        }

        _isDisposed = true;
        SynchronizationContext.SetSynchronizationContext(previous);
    }
}
