using System.Threading.Tasks.Sources;

namespace PollHttp.Connections;

/// <summary>Represents a write of a content that waits for its connection. One object serves all such waits of one upload.</summary>
/// <remarks>
/// One wait at a time. Thread safety: the caller of <see cref="Begin"/> and <see cref="End"/> holds the lock of the connection. No lock is
/// held for the others.
/// </remarks>
internal sealed class UploadWait(UploadSink sink) : IValueTaskSource
{
    private ManualResetValueTaskSourceCore<bool> _core;

    /// <summary>Gets a value indicating whether a write waits.</summary>
    public bool IsUnderWay { get; private set; }

    public ValueTask Begin()
    {
        _core.Reset();
        IsUnderWay = true;
        return new(this, _core.Version);
    }

    /// <summary>Ends the wait. <see cref="Resume"/> follows.</summary>
    public void End() => IsUnderWay = false;

    /// <summary>
    /// Continues the content without a context. What lies between here and the content (the sink, a pipe, a compressor) does not ask for one.
    /// Under a context its continuations would leave the thread of the loop. A content that asks for a context gets it.
    /// </summary>
    public void Resume()
    {
        SynchronizationContext? context = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            _core.SetResult(true);
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(context);
        }
    }

    void IValueTaskSource.GetResult(short token)
    {
        _core.GetResult(token);
        sink.ThrowIfUnwritten();
    }

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);
}
