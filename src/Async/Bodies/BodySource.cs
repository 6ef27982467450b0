using System.Threading.Tasks.Sources;

namespace PollHttp;

/// <summary>
/// A body, between the connection and its one consumer. The loop knows this object, never the response above it, so that a
/// dropped response can be collected.
/// </summary>
internal sealed class BodySource : IValueTaskSource<bool>, ICompletion, ILoopWork
{
    private readonly PooledConnection? _connection;
    private readonly ExchangeId _id;
    private readonly object _gate;
    private readonly string _method = "";
    private readonly Exchange? _exchange;
    private ReadOnlyMemory<byte> _detached;
    private ManualResetValueTaskSourceCore<bool> _core;
    private CancellationTokenRegistration _registration;
    private CancellationToken _token;
    private Exception? _error;
    private long _examined;
    private int _blocked;
    private bool _waiting;
    private bool _canceled;
    private bool _ended;

    /// <summary>A body that was taken out of its connection.</summary>
    public BodySource(ReadOnlyMemory<byte> detached, PollLoop loop)
    {
        Loop = loop;
        _gate = this;
        _detached = detached;
    }

    /// <summary>A body that is still on its connection.</summary>
    public BodySource(PooledConnection connection, ExchangeId id, Exchange exchange)
    {
        Loop = connection.Loop;
        _connection = connection;
        _id = id;
        _gate = connection.Gate;
        _method = exchange.Method;
        _exchange = exchange.IsBuffered ? exchange : null;
        _core.RunContinuationsAsynchronously = Loop.IsBackground;
    }

    public PollLoop Loop { get; }

    public IReadOnlyList<HeaderField> Trailers { get; private set; } = [];

    /// <summary>What is there beyond <paramref name="examined"/> bytes, or the end; false: wait.</summary>
    public bool TryRead(long examined, out ReadOnlySequence<byte> data, out bool completed)
    {
        lock (_gate)
        {
            completed = true;
            if (_connection is null)
            {
                data = new(_detached);
                return true;
            }

            data = default;
            if (_ended)
            {
                return _error is null ? true : throw _error;
            }

            data = _connection.Http.Body;
            completed = _connection.Http.IsBodyReceived;
            if (completed || data.Length > examined)
            {
                return true;
            }

            return _error is null ? false : throw _error;
        }
    }

    /// <summary>Ends the life of bytes; after the last one the connection is free.</summary>
    public void Advance(long count)
    {
        lock (_gate)
        {
            if (_connection is null)
            {
                _detached = _detached[(int)count..];
            }
            else if (!_ended)
            {
                if (count > 0)
                {
                    _connection.Http.ConsumeBody(_id, count);
                }

                if (_error is null)
                {
                    _connection.AfterConsume();
                }
                else if (_connection.Http.Body.IsEmpty)
                {
                    Abandon();
                }
            }
        }
    }

    /// <summary>Waits until <see cref="TryRead"/> has something to say; false when the wait was canceled by <see cref="CancelWait"/>.</summary>
    /// <remarks>Await it without the context: it then goes on in place, on the thread that completes it. With one it would
    /// always be posted, even to the context that is current.</remarks>
    public ValueTask<bool> WaitAsync(long examined, CancellationToken token)
    {
        lock (_gate)
        {
            if (_canceled)
            {
                _canceled = false;
                return new(false);
            }

            if (token.IsCancellationRequested)
            {
                return ValueTask.FromCanceled<bool>(token);
            }

            if (IsReady(examined))
            {
                return new(true);
            }

            if (_waiting)
            {
                throw new InvalidOperationException("The body is being read already.");
            }

            _core.Reset();
            _waiting = true;
            _examined = examined;
            _token = token;
            if (token.CanBeCanceled)
            {
                _registration = token.UnsafeRegister(static state => ((BodySource)state!).OnCanceled(), this);
            }

            return new(this, _core.Version);
        }
    }

    /// <summary>The same for a blocking caller. A loop of this thread is driven meanwhile, I/O only.</summary>
    public void Wait(long examined)
    {
        if (Loop.IsOnThread && !Loop.IsBackground)
        {
            while (!IsReady(examined))
            {
                Loop.RunInputOutput(Timeout.InfiniteTimeSpan);
            }

            return;
        }

        lock (_gate)
        {
            _blocked++;
            while (!IsReady(examined))
            {
                Monitor.Wait(_gate);
            }

            _blocked--;
        }
    }

    public void CancelWait()
    {
        lock (_gate)
        {
            _canceled = true;
            if (_waiting)
            {
                _waiting = false;
                Loop.Complete(this);
            }
        }
    }

    /// <summary>Under the gate, after each pass of the connection.</summary>
    public void OnProgress()
    {
        if (_waiting && IsReady(_examined))
        {
            _waiting = false;
            Loop.Complete(this);
        }

        if (_blocked > 0)
        {
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Under the gate: the response ended in order and all of it was consumed.</summary>
    public void OnEnd(HeaderField[] trailers)
    {
        Trailers = trailers;
        _ended = true;
        OnProgress();
    }

    /// <summary>Under the gate: the response broke off. True while received bytes are left to read.</summary>
    public bool OnFault(in Fault fault)
    {
        if (_ended)
        {
            return false;
        }

        _error ??= FaultMapping.ToBodyException(_method, _connection!.Origin.Key, fault);
        _ended = _connection!.Http.Body.IsEmpty;
        OnProgress();
        return !_ended;
    }

    /// <summary>Under the gate: nothing more can be read.</summary>
    public void FailNow(Exception error)
    {
        if (!_ended)
        {
            _error = error;
            _ended = true;
            OnProgress();
        }
    }

    public void FailTimedOut()
    {
        if (_exchange is not null)
        {
            FailNow(FaultMapping.TotalTimeout(_exchange, ConnectPhase.Http));
        }
    }

    /// <summary>The consumer is done, at the end or not: the rest is skipped if it is little and comes soon, else the connection is
    /// closed .</summary>
    public void Finish()
    {
        lock (_gate)
        {
            if (_connection is null)
            {
                _detached = default;
                return;
            }

            if (_ended)
            {
                return;
            }

            long left = _connection.Http.Body.Length;
            if (_error is null && _connection.Http.IsBodyReceived && left <= PooledConnection.DetachLimit)
            {
                Advance(left);
                return;
            }

            bool broken = _error is not null;
            _error ??= new ObjectDisposedException(nameof(Response));
            if (broken)
            {
                Abandon();
                return;
            }

            _ended = true;
            _connection.LeaveBody(this);
            OnProgress();
        }
    }

    /// <summary>From the sentinel of a dropped response, in the loop's pass.</summary>
    public void Execute()
    {
        lock (_gate)
        {
            if (!_ended)
            {
                _error ??= new ObjectDisposedException(nameof(Response));
                Abandon();
            }
        }
    }

    public void Complete()
    {
        _registration.Unregister();
        _registration = default;
        _core.SetResult(true);
    }

    bool IValueTaskSource<bool>.GetResult(short token)
    {
        _core.GetResult(token);
        lock (_gate)
        {
            if (_canceled)
            {
                _canceled = false;
                return false;
            }
        }

        return true;
    }

    ValueTaskSourceStatus IValueTaskSource<bool>.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource<bool>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);

    private bool IsReady(long examined) =>
        _connection is null || _ended || _error is not null
        || _connection.Http.IsBodyReceived || _connection.Http.Body.Length > examined;

    private void Abandon()
    {
        _ended = true;
        _connection!.AbandonBody(this);
        OnProgress();
    }

    private void OnCanceled()
    {
        lock (_gate)
        {
            if (_waiting && _token.IsCancellationRequested)
            {
                _error ??= new TaskCanceledException(null, null, _token);
                Abandon();
            }
        }
    }
}
