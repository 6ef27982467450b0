using System.Threading.Tasks.Sources;
using PollHttp.Loop;

namespace PollHttp.Connections;

/// <summary>
/// Represents a wait for more of a body. A pass of the loop or a token ends it. One object serves all such waits of one body.
/// </summary>
/// <remarks>
/// One wait at a time. Thread safety: the caller holds the lock of the connection, except for <see cref="Complete"/> and what the awaiter
/// calls.
/// </remarks>
internal sealed class LoopWait : IValueTaskSource, ICompletion
{
    private readonly PollLoop _loop;
    private readonly PooledConnection _connection;
    private ManualResetValueTaskSourceCore<bool> _core;
    private CancellationTokenRegistration _registration;
    private CancellationToken _token;
    private bool _isCanceled;

    public LoopWait(PooledConnection connection)
    {
        _loop = connection.Loop;
        _connection = connection;
    }

    /// <summary>Gets a value indicating whether a wait is under way.</summary>
    public bool IsUnderWay { get; private set; }

    /// <summary>Gets the number of bytes that are not enough. The wait is for more.</summary>
    public long Examined { get; private set; }

    public bool RunsUserCode => _connection.HasNotices;

    public ContinuationPolicy Policy => _connection.Continuations;

    public ValueTask Begin(long examined, CancellationToken token)
    {
        _core.Reset();
        IsUnderWay = true;
        _isCanceled = false;
        Examined = examined;
        _token = token;
        ValueTask wait = new(this, _core.Version);
        if (token.CanBeCanceled)
        {
            CancellationTokenRegistration registration = token.UnsafeRegister(static state => ((LoopWait)state!).OnCanceled(), this);
            if (IsUnderWay)
            {
                _registration = registration;
            }
        }

        return wait;
    }

    /// <summary>Ends the wait: its data has arrived, or it was canceled.</summary>
    public void End()
    {
        IsUnderWay = false;
        _loop.Complete(this);
    }

    public void Complete()
    {
        _connection.TellNotices();
        _registration.Unregister();
        _registration = default;
        _core.RunContinuationsAsynchronously = PoolContext.IsCurrent;
        if (_isCanceled)
        {
            _core.SetException(new TaskCanceledException(null, null, _token));
        }
        else
        {
            _core.SetResult(true);
        }
    }

    void IValueTaskSource.GetResult(short token)
    {
        try
        {
            _core.GetResult(token);
        }
        finally
        {
            _core.Reset(); // otherwise it would hold the awaiter, and so a response that is dropped later
        }
    }

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);

    private void OnCanceled()
    {
        lock (_connection.Lock)
        {
            // The callback of an earlier wait may come late. The token of this wait is not canceled then.
            if (IsUnderWay && _token.IsCancellationRequested)
            {
                _isCanceled = true;
                End();
            }
        }
    }
}
