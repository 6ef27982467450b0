namespace PollHttp;

/// <summary>
/// A connection in a pool: the pump, the exchange on it, and what the loop has registered for it.
/// </summary>
/// <remarks>
/// <see cref="Gate"/> guards the pump. The loop holds it while polling; a consumer while looking at the body; in background
/// drive a caller while it begins a request on an idle connection. The poller and the timers belong to the loop's thread:
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
    private ITransport? _registered;
    private List<ITransport>? _contenders;
    private TransportInterest _interest;
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
        initiator.Connection = this;
        if (isBound)
        {
            _exchange = initiator;
            _deadline = initiator.Deadline;
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
    public bool WaitsForWake => _interest == TransportInterest.None || _pump is { IsResolving: true };

    /// <summary>Submitted work: first poll of a new connection, or what another thread changed.</summary>
    public void Execute()
    {
        lock (Gate)
        {
            _queued = false;
            if (_pump is null && !_closed)
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
            _pump = NewPump(_initiator);
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
            _corked = false; // an end, or bytes nobody asked for: nothing to be gained from holding the head back
            Process(budget);
        }
    }

    public void OnAgain(PollBudget budget)
    {
        lock (Gate)
        {
            _queued = false;
            Process(budget);
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
        if (_loop.IsInBudget && budget == default)
        {
            budget = new(1024, TimeSpan.Zero); // a first look at something new; the rest in its turn
        }

        long moved = 0;
        try
        {
            if (_pump is not null && !_closing && !_closed && !_corked)
            {
                do
                {
                    _needsFlush = false;
                    _pump.Poll(budget);
                    moved += _pump.BytesMoved;
                    NotePhase();
                    Drain();
                }
                while (_needsFlush && !_closing && !_corked);
            }

            Settle();
        }
        catch (Exception error)
        {
            Break(error);
        }

        return moved;
    }

    /// <summary>Has the connection polled after a command: here where that is allowed, else by the loop.</summary>
    public void Kick()
    {
        if (_loop.IsInBudget)
        {
            Again(); // a turn in order, and by the budget
        }
        else if (_loop.CanPollHere)
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
        if (!_loop.IsOnThread)
        {
            if (_closing || (!_closed && (InterestNow != _interest || NextDeadline().Ticks < ScheduledAt)))
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

        ITransport? transport = _pump!.Transport;
        TransportInterest interest = InterestNow;
        if ((interest & TransportInterest.Immediate) != 0)
        {
            interest &= ~TransportInterest.Immediate;
            Again();
        }

        if (!ReferenceEquals(transport, _registered))
        {
            Unregister();
        }

        if (transport is not null && interest != _interest)
        {
            transport.Owner = this;
            _loop.Poller.Set(transport, interest);
            _registered = transport;
            _interest = interest;
        }

        if (_contenders is not null || _pump.Phase == ConnectPhase.Tcp)
        {
            SettleContenders(_pump.Contenders);
        }

        Instant next = NextDeadline();
        if (next.Ticks < ScheduledAt)
        {
            _loop.Schedule(this, next);
        }
    }

    /// <summary>Registers the transports of a race besides the first, and takes those out that have left it.</summary>
    private void SettleContenders(IReadOnlyList<ITransport> current)
    {
        foreach (ITransport old in _contenders ?? [])
        {
            if (!ReferenceEquals(old, _registered) && !current.Contains(old))
            {
                _loop.Poller.Set(old, TransportInterest.None);
            }
        }

        foreach (ITransport contender in current)
        {
            contender.Owner = this;
            _loop.Poller.Set(contender, contender.GetInterest(TransportInterest.None));
        }

        _contenders = current.Count == 0 ? null : [.. current];
    }

    /// <summary>While the head waits for the first bytes of its content, being writable is of no interest.</summary>
    private TransportInterest InterestNow => !_corked ? _pump!.Interest
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
        Instant next = _pump!.Wants.Deadline;
        Instant own = _isIdle ? IdleUntil : _deadline;
        return own < next ? own : next;
    }

    private void Unregister()
    {
        if (_registered is not null)
        {
            _loop.Poller.Set(_registered, TransportInterest.None);
            _registered = null;
        }

        _interest = TransportInterest.None;
    }

    private void CloseNow()
    {
        _closed = true;
        _isIdle = false;
        Unregister();
        SettleContenders([]);
        _upload?.Stop();
        _upload = null;
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

        _loop.Detach(this);
        _origin.Remove(this, wasDialing: _isDialing);
        _isDialing = false;
        EndWarmUp(_origin.Pool.Disposed());
        ContinueAfterSkipping();
    }

    /// <summary>Ends everything on this connection with an exception. Loop thread.</summary>
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
            body.FailNow(error);
        }
    }
}
