using System.Threading.Tasks.Sources;
using PollHttp.Loop;

namespace PollHttp.Connections;

/// <summary>
/// A wait for more of a body that the pass of its loop ends, or a token: one object, used again for every such wait of one body.
/// </summary>
/// <remarks>One wait at a time. Under the lock of the connection, except for <see cref="Complete"/> and what the awaiter calls.</remarks>
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

    /// <summary>Whether somebody waits.</summary>
    public bool IsUnderWay { get; private set; }

    /// <summary>How many bytes are not enough: it waits for more.</summary>
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

    /// <summary>What it waits for is there.</summary>
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
            _core.Reset(); // else it would hold the awaiter, and so a response that is dropped later
        }
    }

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);

    private void OnCanceled()
    {
        lock (_connection.Lock)
        {
            // A callback of an earlier wait may come late: then this one's token is not canceled.
            if (IsUnderWay && _token.IsCancellationRequested)
            {
                _isCanceled = true;
                End();
            }
        }
    }
}
