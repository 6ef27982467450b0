using System.Threading.Tasks.Sources;

namespace PollHttp.Connections;

/// <summary>A write of a content that has to wait for its connection: one object, used again for every such wait of one upload.</summary>
/// <remarks>One wait at a time. <see cref="Begin"/> and <see cref="End"/> are under the lock of the connection, the others with no lock held.</remarks>
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

    /// <summary>Ends the wait; <see cref="Resume"/> follows.</summary>
    public void End() => IsUnderWay = false;

    /// <summary>
    /// Lets the content go on, without a context, as what is between here and the content (the sink, a pipe, a compressor) does not ask for
    /// one: under a context its continuations would leave the loop's thread. A content that does ask for one gets it.
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
        sink.ThrowIfClosed();
    }

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);
}
