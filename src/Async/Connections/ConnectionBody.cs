using PollHttp.Bodies;
using PollHttp.Exchanges;
using PollHttp.Loop;

namespace PollHttp.Connections;

/// <summary>
/// Represents a body that is still on its connection. The loop knows this object and never the response above it, so a dropped response can
/// be collected.
/// </summary>
internal sealed class ConnectionBody : LiveBody, ILoopWork, IBlockedCaller
{
    /// <summary>Stands for the error of a body that is read after its end, which is made only if that happens.</summary>
    private static readonly Exception s_finished = Disposed();

    private readonly PooledConnection _connection;
    private readonly ExchangeId _id;
    private readonly string _method;
    private readonly Uri _uri;
    private readonly Exchange? _exchange;
    private IReadOnlyList<HeaderField> _trailers = [];
    private BodyWaits _waits;
    private BodyState _state;
    private Exception? _error;
    private ExchangeFigures _figures;

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

    /// <summary>Gets the exchange as the connection sees it.</summary>
    /// <remarks>Thread safety: caller holds the lock.</remarks>
    private HttpExchange OnWire => new(_connection.Http, _id);

    public override ExchangeFigures Figures
    {
        get
        {
            lock (_connection.Lock)
            {
                return _state == BodyState.Ended ? _figures : OnWire.Figures;
            }
        }
    }

    public override Exception? Failure
    {
        get
        {
            lock (_connection.Lock)
            {
                return MadeError;
            }
        }
    }

    /// <summary>Gets the error that the body failed with, or null.</summary>
    /// <remarks>Thread safety: caller holds the lock.</remarks>
    public Exception? Error => MadeError;

    private Exception? MadeError => ReferenceEquals(_error, s_finished) ? _error = Disposed() : _error;

    /// <summary>Gets a value indicating whether the call itself reads the body to its end.</summary>
    public bool IsReadWhole => _exchange is not null;

    /// <summary>Gets a value indicating whether the consumer may be reading bytes in the receive buffer.</summary>
    /// <remarks>Thread safety: caller holds the lock.</remarks>
    public bool IsLent { get; private set; }

    public override bool TryRead(long examined, out ReadOnlySequence<byte> data, out bool completed)
    {
        lock (_connection.Lock)
        {
            data = default;
            completed = true;
            if (_state != BodyState.Live)
            {
                return _error is null ? true : throw MadeError!;
            }

            data = OnWire.GetBody(out completed);
            if (completed || data.Length > examined)
            {
                IsLent = !data.IsEmpty;
                return true;
            }

            if (_error is null)
            {
                return false;
            }

            Abandon(); // the rest was examined before, and is of no further use
            throw MadeError!;
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
            if (_state != BodyState.Live)
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

            _waits.ThrowIfBeingRead();
            if (_connection.Callers is null || _connection.TryLeaveToLoop())
            {
                return _waits.BeginAsync(_connection, examined, token);
            }
        }

        return _waits.Poll(this, _connection, examined, token) ? default : ValueTask.FromCanceled(token);
    }

    public override void Wait(long examined)
    {
        if (_connection.Callers is not null)
        {
            _waits.ThrowIfBeingRead();
            _waits.Poll(this, _connection, examined, default);
        }
        else if (Loop.IsOnThread && !Loop.IsBackground)
        {
            while (!IsReady(examined))
            {
                Loop.WaitForInputOutput(Timeout.InfiniteTimeSpan);
            }
        }
        else
        {
            _waits.Block(this, _connection, examined);
        }
    }

    bool IBlockedCaller.IsOver => _waits.IsPollingOver(this);

    /// <summary>Ends the waits whose data has arrived. Called after each pass of the connection.</summary>
    /// <remarks>Thread safety: caller holds the lock.</remarks>
    public void OnProgress() => _waits.OnProgress(this, _connection);

    /// <summary>Ends the body: the response has ended and all of it was consumed.</summary>
    /// <remarks>Thread safety: caller holds the lock.</remarks>
    public void OnEnd(HeaderField[] trailers)
    {
        _trailers = trailers;
        End();
    }

    /// <summary>Records that the response broke off.</summary>
    /// <returns>True while received bytes are left to read.</returns>
    /// <remarks>Thread safety: caller holds the lock.</remarks>
    public bool OnFault(in Fault fault)
    {
        if (_state == BodyState.Ended)
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

    /// <summary>Ends the body with an error. Nothing more can be read.</summary>
    /// <remarks>Thread safety: caller holds the lock.</remarks>
    public void FailNow(Exception error)
    {
        if (_state != BodyState.Ended)
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
            _error ??= s_finished;
            if (_state != BodyState.Live)
            {
                return;
            }

            _state = BodyState.Left;
            long left = OnWire.GetBody(out bool isWhole).Length;
            if (broken || IsLent)
            {
                Abandon();
            }
            else if (isWhole && left <= ConnectionExchange.DetachLimit)
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
            if (_state != BodyState.Ended)
            {
                Abandon();
            }
        }
    }

    public override void ResetTunnel(Exception error)
    {
        lock (_connection.Lock)
        {
            _connection.ResetTunnel(_id, error);
        }
    }

    /// <summary>Ends the body of a dropped response, in a pass of the loop. A slice may have outlived the response.</summary>
    public void Execute()
    {
        lock (_connection.Lock)
        {
            IsLent = true;
            Abort(Disposed());
            _connection.ResetTunnel(_id, Disposed());
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
            Execute(); // no other thread can use it, and the loop may never be polled
        }
        else
        {
            Loop.Submit(this);
        }
    }

    /// <summary>Determines whether a reader that has examined this many bytes can go on.</summary>
    internal bool IsReady(long examined) =>
        IsCancelAsked || _state == BodyState.Ended || _error is not null
        || OnWire.IsBodyReceived || OnWire.Body.Length > examined;

    private void Abandon()
    {
        PooledConnection connection = _connection;
        End();
        connection.AbandonBody(this);
    }

    private void End()
    {
        _figures = OnWire.Figures;
        _state = BodyState.Ended;
        OnProgress();
    }
}
