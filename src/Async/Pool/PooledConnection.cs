namespace PollHttp;

/// <summary>
/// A connection in a pool: the pump, the exchange on it, and what the loop has registered for it.
/// </summary>
/// <remarks>
/// It is polled by its loop, or by the threads that block on it, one at a time (see PooledConnection.Drive.cs).
/// <see cref="Gate"/> guards it all. Whoever polls holds it meanwhile; a consumer while looking at the body; in background
/// drive a caller while it begins a request on an idle connection. The timers belong to the loop's thread:
/// another thread that changed what is waited for submits the connection.
/// </remarks>
internal sealed partial class PooledConnection : ILoopWork, ILoopTimer, ILoopReady
{
    private readonly OriginPool _origin;
    private readonly PollLoop _loop;
    private readonly RequestHead _head = new();
    private PollConnection? _pump;
    private Exchange? _initiator;
    private WarmUp? _warmUp;
    private Exchange? _exchange;
    private ExchangeId _id;
    private ConnectionBody? _body;
    private Upload? _upload;
    private ConnectionInfo? _info;
    private bool _isReused;
    private readonly PollerRegistration _registration;
    private Instant _deadline = Instant.Never;
    private Instant _born;
    private Instant _idleSince;
    private TimeSpan _serverIdleLimit = TimeSpan.MaxValue;
    private long _idlePass;
    private bool _isDialing;
    private bool _isIdle;
    private bool _headReady;
    private bool _responseDone;
    private bool _needsFlush;
    private bool _corked;
    private bool _acceptedEarly;
    private bool _closing;
    private bool _closed;
    private bool _queued;
    private bool _plainHead;
    private string? _plainAcceptEncoding;
    private bool _isLent;

    /// <param name="origin">Where it belongs.</param>
    /// <param name="initiator">For whom it is made.</param>
    /// <param name="isBound">Whether that exchange, and no other, is sent on it first; otherwise it is one of the waiting ones.</param>
    public PooledConnection(OriginPool origin, Exchange initiator, bool isBound)
    {
        _origin = origin;
        _loop = origin.Pool.Loop;
        _registration = new(_loop.Poller);
        initiator.Connection = this;
        if (isBound)
        {
            _exchange = initiator;
            _deadline = initiator.Deadline;
            _isPolledByCaller = initiator.Caller is not null;
        }
        else
        {
            _initiator = initiator;
            _isDialing = true;
        }
    }

    /// <summary>One that is made before it is needed.</summary>
    public PooledConnection(OriginPool origin, WarmUp warmUp)
    {
        _origin = origin;
        _loop = origin.Pool.Loop;
        _registration = new(_loop.Poller);
        _warmUp = warmUp;
        _isDialing = true;
    }

    public object Gate { get; } = new();

    public long ScheduledAt { get; set; } = long.MaxValue;

    public PollLoop Loop => _loop;

    public HttpConnection Http => _pump!.Http;

    public OriginPool Origin => _origin;

    /// <summary>How far it is; None before the first poll.</summary>
    public ConnectPhase Phase => _pump?.Phase ?? ConnectPhase.None;

    public bool IsConnecting => !_closed && _pump is { Phase: not ConnectPhase.Http };

    public TransportContext? TransportContext => _pump?.Tls?.Context;

    /// <summary>Whether it is being made for whoever waits longest.</summary>
    public bool IsDialing => _isDialing;

    /// <summary>What responses tell of it: one object for the first, one for all others.</summary>
    private ConnectionInfo Info
    {
        get
        {
            if (_info is null || _info.IsReused != _isReused)
            {
                _info = new(_loop, new(_resolvedAt, _connectedAt, _securedAt))
                {
                    RemoteEndPoint = _pump!.RemoteEndPoint,
                    Tls = _pump.Tls,
                    IsReused = _isReused,
                };
            }

            return _info;
        }
    }

    private ExchangeSettings Settings => _origin.Pool.Settings;

    /// <summary>Nothing is registered for it: a lookup or a handshake elsewhere will wake the loop.</summary>
    public bool WaitsForWake => _registration.Interest == TransportInterest.None || _pump is { IsResolving: true };

    /// <summary>Submitted work: first poll of a new connection, or what another thread changed.</summary>
    public void Execute()
    {
        lock (Gate)
        {
            _queued = false;
            if (_closed || _isPolledByCaller)
            {
                ExecuteForOthers();
                return;
            }

            if (_pump is null)
            {
                Open();
            }

            Process(default);
        }
    }

    private void Open()
    {
        if (_exchange is { IsFinished: true } || _origin.Pool.IsAborted)
        {
            _exchange?.Fail(_origin.Pool.Disposed());
            _closing = true;
            return;
        }

        try
        {
            _born = _loop.Now;
            _pump = NewPump(_initiator ?? _exchange);
            _loop.Attach(this);
        }
        catch (Exception error)
        {
            Break(error);
        }
    }

    public void OnReady(PollBudget budget)
    {
        lock (Gate)
        {
            if (_isPolledByCaller)
            {
                return; // taken from the loop a moment ago
            }

            _corked = false; // an end, or bytes nobody asked for: nothing to be gained from holding the head back
            Process(budget);
        }
    }

    public void OnAgain(PollBudget budget)
    {
        lock (Gate)
        {
            _queued = false;
            if (!_isPolledByCaller)
            {
                Process(budget);
            }
        }
    }

    /// <summary>Whether it has a place in the order of a budgeted poll. Loop thread.</summary>
    public bool HasPlace { get; set; }

    /// <summary>Its turn in a budgeted poll.</summary>
    /// <returns>Bytes sent and received.</returns>
    public long OnTurn(PollBudget budget)
    {
        lock (Gate)
        {
            HasPlace = false;
            _queued = false;
            if (_isPolledByCaller)
            {
                return 0;
            }

            _corked = false;
            return Process(budget);
        }
    }

    public void OnTimer(Instant now)
    {
        lock (Gate)
        {
            if (_closed)
            {
                return;
            }

            if (_isPolledByCaller)
            {
                OnTimerForOthers(now);
                return;
            }

            _corked = false;
            try
            {
                if (_deadline <= now)
                {
                    OnDeadline();
                }
                else if (_isIdle && now >= IdleUntil && _origin.TryTakeIdle(this))
                {
                    _closing = true;
                }
            }
            catch (Exception error)
            {
                Break(error);
            }

            Process(default);
        }
    }

    /// <summary>Polls, dispatches, and settles what to wait for. Under the gate, where polling is allowed. Throws nothing: what is thrown
    /// meanwhile ends this connection.</summary>
    /// <returns>Bytes sent and received.</returns>
    public long Process(PollBudget budget)
    {
        if (_loop.IsInBudget && budget == default && !_isPolledByCaller)
        {
            budget = new(1024, TimeSpan.Zero); // a first look at something new; the rest in its turn
        }

        long moved = 0;
        t_polled++;
        try
        {
            if (_pump is not null && !_closing && !_closed && !_corked && !_isJudging)
            {
                do
                {
                    _needsFlush = false;
                    _pump.Poll(budget);
                    moved += _pump.BytesMoved;
                    NotePhase();
                    Drain();
                }
                while (_needsFlush && !_closing && !_corked && !_isJudging);
            }

            Settle();
        }
        catch (Exception error)
        {
            Break(error);
        }
        finally
        {
            t_polled--;
        }

        return moved;
    }

    /// <summary>Has the connection polled after a command: here where that is allowed, else by the loop.</summary>
    public void Kick()
    {
        if (_loop.IsInBudget && !_isPolledByCaller)
        {
            Again(); // a turn in order, and by the budget
        }
        else if (_isPolledByCaller || _loop.CanPollHere)
        {
            SynchronizationContext? context = SynchronizationContext.Current;
            if (context is null)
            {
                Process(default);
                return;
            }

            SynchronizationContext.SetSynchronizationContext(null);
            try
            {
                Process(default);
            }
            finally
            {
                SynchronizationContext.SetSynchronizationContext(context);
            }
        }
        else
        {
            Queue();
        }
    }

    /// <summary>Brings the poller, the timers and the end of life in line with what the connection now wants.</summary>
    private void Settle()
    {
        if (_isPolledByCaller)
        {
            SettleForOthers();
            return;
        }

        if (!_loop.IsOnThread)
        {
            if (_closing || (!_closed && (InterestNow != _registration.Interest || NextDeadline().Ticks < ScheduledAt)))
            {
                Queue();
            }

            return;
        }

        if (_closed)
        {
            return;
        }

        if (_closing)
        {
            CloseNow();
            return;
        }

        TransportInterest interest = InterestNow;
        if ((interest & TransportInterest.Immediate) != 0)
        {
            interest &= ~TransportInterest.Immediate;
            Again();
        }

        _registration.Set(_pump!, interest, this);
        Instant next = NextDeadline();
        if (next.Ticks < ScheduledAt)
        {
            _loop.Schedule(this, next);
        }
    }

    /// <summary>While the head waits for the first bytes of its content, being writable is of no interest.</summary>
    private TransportInterest InterestNow => _isJudging ? TransportInterest.None
        : !_corked ? _pump!.Interest
        : Settings.Connector is not null ? TransportInterest.None // streams call back by themselves
        : TransportInterest.Read;

    private void Again()
    {
        if (!_queued)
        {
            _queued = true;
            _loop.PollAgain(this);
        }
    }

    private void Queue()
    {
        if (!_queued)
        {
            _queued = true;
            _loop.Submit(this);
        }
    }

    private Instant NextDeadline()
    {
        Instant next = _isJudging ? Instant.Never : _pump!.Wants.Deadline; // it is not the peer who takes his time
        Instant own = _isIdle ? IdleUntil : _deadline;
        return own < next ? own : next;
    }

    private void CloseNow()
    {
        _closed = true;
        _isIdle = false;
        _registration.Clear();
        GiveBackDrive();
        _upload?.Stop();
        _upload = null;
        EndRecord(null, isWhole: _responseDone);
        CountAsClosed();
        HandOverTunnel();
        if (_isLent)
        {
            _pump?.CloseWhileRead();
        }
        else
        {
            _pump?.Close();
        }

        if (!_loop.Detach(this))
        {
            Queue();
        }

        _origin.Remove(this, wasDialing: _isDialing);
        _isDialing = false;
        EndWarmUp(_origin.Pool.Disposed());
        ContinueAfterSkipping();
    }

    /// <summary>Ends everything on this connection with an exception. Any thread; what the loop polls is closed by the loop.</summary>
    public void Terminate(Exception error)
    {
        lock (Gate)
        {
            if (_closed)
            {
                return;
            }

            EndAll(error);
        }
    }

    /// <summary>
    /// What is thrown while the connection is processed (by a logger, a credential, a filter, a content) is the outcome of what is on
    /// this connection, as it was thrown, and of nothing else: the loop and its other connections go on. Under the gate.
    /// </summary>
    private void Break(Exception error)
    {
        _switched?.Fail(error);
        _switched = null;
        EndWarmUp(error);
        EndAll(error);
    }

    private void EndAll(Exception error)
    {
        FailExchange(error);
        _next?.Fail(error);
        FailBody(error);
        _closing = true;
        Settle();
    }

    /// <summary>Gives up an exchange that was canceled before its head; any other is left alone.</summary>
    public void AbortExchange(Exchange exchange)
    {
        lock (Gate)
        {
            if (ReferenceEquals(_exchange, exchange))
            {
                _exchange = null;
                _closing = true;
                Settle();
            }
            else if (ReferenceEquals(_next, exchange))
            {
                _next = null; // the rest of the response before it is skipped all the same
            }
        }
    }

    /// <summary>Gives up a body that nobody reads to its end. Any thread, under the gate.</summary>
    public void AbandonBody(ConnectionBody body)
    {
        if (ReferenceEquals(_body, body))
        {
            _isLent |= body.IsLent;
            _body = null;
            _closing = true;
            Settle();
        }
    }

    private void FailBody(Exception error)
    {
        if (_body is { } body)
        {
            _body = null;
            _isLent |= body.IsLent;
            EndRecord(error);
            body.FailNow(error);
        }
    }
}
