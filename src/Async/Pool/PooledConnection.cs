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
    private readonly RequestComposer _composer = new();
    private PollConnection? _pump;
    private Exchange? _initiator;
    private WarmUp? _warmUp;
    private Exchange? _exchange;
    private ExchangeId _id;
    private ConnectionBody? _body;
    private Upload? _upload;
    private ConnectionInfo? _info;
    private bool _isReused;
    private bool _mayBeStale;
    private readonly PollerRegistration _registration;
    private Instant _deadline = Instant.Never;
    private Instant _born;
    private Instant _idleSince;
    private TimeSpan _serverIdleLimit = TimeSpan.MaxValue;
    private long _idlePass;
    private bool _isDialing;
    private bool _isIdle;
    private bool _staysIdle;
    private bool _headReady;
    private bool _responseDone;
    private bool _needsFlush;
    private bool _corked;
    private bool _acceptedEarly;
    private bool _closing;
    private bool _closed;
    private bool _queued;
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

    /// <summary>One that is made before it is needed; null: nobody waits to hear of it.</summary>
    public PooledConnection(OriginPool origin, WarmUp? warmUp)
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

    /// <summary>Gets what the connection says of its exchange. Under the gate.</summary>
    private HttpExchange Current => new(Http, _id);

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

            if (_loop.IsInBudget && !_closing && !_loop.IsDisposed && _pump is not { Phase: ConnectPhase.Http })
            {
                _loop.QueueTurn(this); // dialling, and what comes after it, are work like any other
                return;
            }

            OpenIfNew();
            Process(default);
        }
    }

    private void OpenIfNew()
    {
        if (_pump is null && !_closing)
        {
            Open();
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

            OpenIfNew();
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
                else if (_isIdle && HasIdledOut(now))
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
        if (_loop.IsInBudget && budget == PollBudget.Unlimited && !_isPolledByCaller)
        {
            budget = new(1024); // a first look at something new; the rest in its turn
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
}
