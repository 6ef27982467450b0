using System.Threading.Tasks.Sources;

namespace PollHttp.Sockets;

/// <summary>
/// Represents an inner operation that would block: a reusable source of value tasks that the next poll completes. Continuations run inside
/// that poll, on its thread, unless they are sent to the thread pool.
/// </summary>
internal sealed class PendingIo : IValueTaskSource<int>, IValueTaskSource
{
    private ManualResetValueTaskSourceCore<int> _core;
    private volatile bool _isPending;
    private volatile bool _isUntried;

    /// <summary>
    /// Gets a value indicating whether the operation has started and not completed. The memory below belongs to it until then.
    /// </summary>
    internal bool IsPending => _isPending;

    /// <summary>
    /// Gets a value indicating whether the operation was started off the polling thread, where the transport may not be used.
    /// </summary>
    internal bool IsUntried
    {
        get => _isUntried;
        set => _isUntried = value;
    }

    /// <summary>
    /// Gets or sets a value indicating whether the continuation runs on the thread pool instead of inside the poll. Set while nothing is
    /// pending.
    /// </summary>
    internal bool ContinuesOnPool
    {
        set => _core.RunContinuationsAsynchronously = value;
    }

    internal Memory<byte> ReadMemory { get; set; }

    internal ReadOnlyMemory<byte> WriteMemory { get; set; }

    internal short Start(bool untried)
    {
        _core.Reset();
        _isUntried = untried;
        _isPending = true; // last: publishes the rest to the polling thread
        return _core.Version;
    }

    internal void Complete(int count)
    {
        Clear();
        _core.SetResult(count);
    }

    internal void Fail(Exception exception)
    {
        Clear();
        _core.SetException(exception);
    }

    public int GetResult(short token) => _core.GetResult(token);

    void IValueTaskSource.GetResult(short token) => _core.GetResult(token);

    public ValueTaskSourceStatus GetStatus(short token) => _core.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);

    private void Clear()
    {
        ReadMemory = default;
        WriteMemory = default;
        _isUntried = false;
        _isPending = false;
    }
}
