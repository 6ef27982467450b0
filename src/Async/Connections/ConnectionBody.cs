using PollHttp.Bodies;
using PollHttp.Exchanges;
using PollHttp.Loop;

namespace PollHttp.Connections;

/// <summary>
/// A body that is still on its connection. The loop knows this object, never the response above it, so that a dropped
/// response can be collected.
/// </summary>
internal sealed class ConnectionBody : LiveBody, ILoopWork, IBlockedCaller
{
    private readonly PooledConnection _connection;
    private readonly ExchangeId _id;
    private readonly string _method;
    private readonly Uri _uri;
    private readonly Exchange? _exchange;
    private IReadOnlyList<HeaderField> _trailers = [];
    private LoopWait? _wait;
    private CancellationToken _token;
    private Exception? _error;
    private long _bytesReceived;
    private ExchangeTimes _times;
    private long _examined;
    private int _blocked;
    private bool _isPolled;
    private bool _isFinished;
    private bool _ended;

    public ConnectionBody(PooledConnection connection, ExchangeId id, Exchange exchange)
    {
        Loop = connection.Loop;
        _connection = connection;
        _id = id;
        _method = exchange.Method;
        _uri = exchange.Uri;
        _exchange = exchange.IsBuffered ? exchange : null;
    }

    public override PollLoop Loop { get; }

    public override IReadOnlyList<HeaderField> Trailers => _trailers;

    public override long BytesReceived
    {
        get
        {
            lock (_connection.Lock)
            {
                return _ended ? _bytesReceived : OnWire.BodyBytesReceived;
            }
        }
    }

    /// <summary>Gets what the connection says of its exchange. Under the lock.</summary>
    private HttpExchange OnWire => new(_connection.Http, _id);

    public override ExchangeTimes Times
    {
        get
        {
            lock (_connection.Lock)
            {
                return _ended ? _times : OnWire.Times;
            }
        }
    }

    /// <summary>What it failed with, if it did. Under the lock.</summary>
    public Exception? Error => _error;

    /// <summary>Whether the call itself reads it to its end.</summary>
    public bool IsReadWhole => _exchange is not null;

    /// <summary>Under the lock: the consumer may be looking at bytes in the receive buffer.</summary>
    public bool IsLent { get; private set; }

    public override bool TryRead(long examined, out ReadOnlySequence<byte> data, out bool completed)
    {
        lock (_connection.Lock)
        {
            data = default;
            completed = true;
            if (_ended || _isFinished)
            {
                return _error is null ? true : throw _error;
            }

            data = OnWire.Body;
            completed = OnWire.IsBodyReceived;
            if (completed || data.Length > examined)
            {
                IsLent = !data.IsEmpty;
                return true;
            }

            if (_error is null)
            {
                return false;
            }

            Abandon(); // what is left of it was looked at before, and is no longer of use
            throw _error;
        }
    }

    public override void Advance(long consumed, long examined = 0)
    {
        AdvanceLocked(consumed, examined);
        _connection.TellNotices();
    }

    private void AdvanceLocked(long consumed, long examined)
    {
        lock (_connection.Lock)
        {
            IsLent = false;
            if (_ended || _isFinished)
            {
                return;
            }

            if (consumed > 0)
            {
                _connection.Http.ConsumeBody(_id, consumed);
            }

            if (_error is null)
            {
                if (examined > 0)
                {
                    _connection.Http.ExamineBody(_id, examined);
                }

                _connection.AfterConsume();
            }
            else if (OnWire.Body.IsEmpty)
            {
                Abandon();
            }
        }
    }

    public override ValueTask WaitAsync(long examined, CancellationToken token)
    {
        if (token.IsCancellationRequested)
        {
            return ValueTask.FromCanceled(token);
        }

        lock (_connection.Lock)
        {
            if (IsReady(examined))
            {
                return default;
            }

            ThrowIfBeingRead();
            if (_connection.Callers is null || _connection.TryLeaveToLoop())
            {
                return (_wait ??= new(_connection)).Begin(examined, token);
            }
        }

        return WaitPolling(examined, token) ? default : ValueTask.FromCanceled(token);
    }

    public override void Wait(long examined)
    {
        if (_connection.Callers is not null)
        {
            ThrowIfBeingRead();
            WaitPolling(examined, default);
            return;
        }

        if (Loop.IsOnThread && !Loop.IsBackground)
        {
            while (!IsReady(examined))
            {
                Loop.WaitForInputOutput(Timeout.InfiniteTimeSpan);
            }

            return;
        }

        lock (_connection.Lock)
        {
            _blocked++;
            while (!IsReady(examined))
            {
                Monitor.Wait(_connection.Lock);
            }

            _blocked--;
        }
    }

    /// <summary>On a response that a thread blocked for, whoever waits blocks, and polls. False when the token ended it.</summary>
    private bool WaitPolling(long examined, CancellationToken token)
    {
        lock (_connection.Lock)
        {
            _isPolled = true;
            _examined = examined;
            _token = token;
        }

        try
        {
            using (token.UnsafeRegister(static state => ((ConnectionBody)state!)._connection.WakeCaller(), this))
            {
                _connection.PollFor(this);
            }
        }
        finally
        {
            _isPolled = false;
        }

        return !token.IsCancellationRequested;
    }

    bool IBlockedCaller.IsOver => IsReady(_examined) || _token.IsCancellationRequested;

    private void ThrowIfBeingRead()
    {
        if (_wait is { IsUnderWay: true } || _isPolled)
        {
            throw new InvalidOperationException("The body is being read already.");
        }
    }

    /// <summary>Under the lock, after each pass of the connection.</summary>
    public void OnProgress()
    {
        if (_wait is { IsUnderWay: true } wait && IsReady(wait.Examined))
        {
            wait.End();
        }

        if (_blocked > 0)
        {
            Monitor.PulseAll(_connection.Lock);
        }
    }

    /// <summary>Under the lock: the response ended in order and all of it was consumed.</summary>
    public void OnEnd(HeaderField[] trailers)
    {
        _trailers = trailers;
        End();
    }

    /// <summary>Under the lock: the response broke off. True while received bytes are left to read.</summary>
    public bool OnFault(in Fault fault)
    {
        if (_ended)
        {
            return false;
        }

        _error ??= FaultMapping.ToBodyException(_method, _uri, fault);
        if (OnWire.Body.IsEmpty)
        {
            End();
            return false;
        }

        OnProgress();
        return true;
    }

    /// <summary>Under the lock: nothing more can be read.</summary>
    public void FailNow(Exception error)
    {
        if (!_ended)
        {
            _error = error;
            End();
        }
    }

    public void FailTimedOut()
    {
        if (_exchange is not null)
        {
            FailNow(FaultMapping.TotalTimeout(_exchange, ConnectPhase.Http, inBody: true));
        }
    }

    public override void Finish(bool byReader)
    {
        FinishLocked(byReader);
        _connection.TellNotices();
    }

    private void FinishLocked(bool byReader)
    {
        lock (_connection.Lock)
        {
            IsLent &= !byReader;
            bool broken = _error is not null;
            _error ??= Disposed();
            if (_ended || _isFinished)
            {
                return;
            }

            _isFinished = true;
            long left = OnWire.Body.Length;
            if (broken || IsLent)
            {
                Abandon();
            }
            else if (OnWire.IsBodyReceived && left <= ConnectionExchange.DetachLimit)
            {
                _connection.Http.ConsumeBody(_id, left);
                _connection.AfterConsume(); // to the end of the response
            }
            else
            {
                End();
                _connection.LeaveBody(this);
            }
        }
    }

    public override void Abort(Exception error)
    {
        lock (_connection.Lock)
        {
            _error ??= error;
            if (!_ended)
            {
                Abandon();
            }
        }
    }

    /// <summary>From the sentinel of a dropped response, in the loop's pass. A slice may have outlived the response.</summary>
    public void Execute()
    {
        lock (_connection.Lock)
        {
            IsLent = true;
            Abort(Disposed());
        }
    }

    protected override void Interrupt()
    {
        lock (_connection.Lock)
        {
            OnProgress();
        }

        _connection.WakeCaller();
    }

    public override void Drop()
    {
        if (_connection.Callers is not null && !Loop.IsBackground)
        {
            Execute(); // nobody else can be at it, and nobody may ever poll the loop
        }
        else
        {
            Loop.Submit(this);
        }
    }

    private bool IsReady(long examined) =>
        IsCancelAsked || _ended || _error is not null
        || OnWire.IsBodyReceived || OnWire.Body.Length > examined;

    private void Abandon()
    {
        PooledConnection connection = _connection;
        End();
        connection.AbandonBody(this);
    }

    private void End()
    {
        _bytesReceived = OnWire.BodyBytesReceived;
        _times = OnWire.Times;
        _ended = true;
        OnProgress();
    }
}
