using PollHttp.Loop;

namespace PollHttp.Connections;

/// <summary>
/// What a loop knows of a connection: its registration with the poller, its timer, its place in the order of a budgeted poll. It is there
/// for the whole life of the connection, also while blocked threads poll that, since timers and the end are the loop's in any case.
/// </summary>
/// <remarks>
/// The interface of the host is under the lock of the connection; what the loop calls takes that lock. The timer belongs to the thread of
/// the loop: another thread that changed what is waited for submits the connection.
/// </remarks>
internal sealed class LoopHost(PooledConnection connection) : IConnectionHost, ILoopConnection
{
    /// <summary>So many bytes are looked at out of turn in a budgeted poll; the rest comes in its turn.</summary>
    private const int FirstLookBytes = 1024;

    private readonly PollLoop _loop = connection.Loop;
    private readonly PollerRegistration _registration = new(connection.Loop.Poller);
    private QueuedFor _queued;

    public long ScheduledAt { get; set; } = long.MaxValue;

    public bool HasPlace { get; set; }

    public ConnectPhase Phase => connection.Phase;

    public bool IsConnecting => connection.IsConnecting;

    public bool WaitsForWake => _registration.Interest == TransportInterest.None || connection.IsResolving;

    public ConnectionUse Use => connection.Use;

    public long BytesSent => connection.BytesSent;

    public long BytesReceived => connection.BytesReceived;

    public INetwork Network => _loop.Network;

    public IPoller Waker => _loop.Poller;

    /// <summary>In background drive, where a full receive buffer has room again: else the reactor would be woken for it. A consumer on a
    /// thread that polls others too leaves it to their order.</summary>
    public bool ConsumerReceives =>
        _loop.IsBackground && !_loop.IsLedHere && (connection.Interest & ~_registration.Interest & TransportInterest.Read) != 0;

    private bool IsHost => ReferenceEquals(connection.Host, this);

    public void Kick()
    {
        if (_loop.IsInBudget)
        {
            Again(); // a turn in order, and by the budget
        }
        else if (_loop.CanPollHere)
        {
            connection.ProcessWithoutContext();
        }
        else
        {
            Queue(QueuedFor.Polling);
        }
    }

    /// <summary>Has the loop poll the connection in its next pass.</summary>
    public void KickLater() => Queue(QueuedFor.Polling);

    public void Settle()
    {
        if (!_loop.IsOnThread)
        {
            SettleElsewhere();
            return;
        }

        if (connection.State >= LifeState.Closing)
        {
            connection.CloseIfDue();
            return;
        }

        TransportInterest interest = connection.Interest;
        if ((interest & TransportInterest.Immediate) != 0)
        {
            interest &= ~TransportInterest.Immediate;
            Again();
        }

        connection.Register(_registration, interest, this);
        Schedule(connection.NextDeadline);
    }

    public void OnBodyLeft() => connection.AfterConsume();

    /// <summary>Submitted work: the first poll of a new connection, or what another thread changed.</summary>
    public void Execute()
    {
        lock (connection.Lock)
        {
            bool isPolled = _queued == QueuedFor.Settling && _loop.IsBackground && connection.IsOpened;
            _queued = QueuedFor.Nothing;
            if (connection.State == LifeState.Closed)
            {
                _loop.Detach(this);
            }
            else if (!IsHost)
            {
                connection.Callers!.OnSubmitted();
            }
            else if (isPolled)
            {
                Settle();
            }
            else if (_loop.IsInBudget && connection.State != LifeState.Closing && !_loop.IsDisposed && connection.Phase != ConnectPhase.Http)
            {
                _loop.QueueTurn(this); // dialling, and what comes after it, are work like any other
            }
            else
            {
                OpenIfNew();
                Process(default);
            }
        }
    }

    public void OnReady(PollBudget budget)
    {
        lock (connection.Lock)
        {
            if (IsHost)
            {
                connection.Uncork(); // an end, or bytes nobody asked for: nothing to be gained from holding the head back
                Process(budget);
            }
        }
    }

    public void OnAgain(PollBudget budget)
    {
        lock (connection.Lock)
        {
            _queued = QueuedFor.Nothing;
            if (IsHost)
            {
                Process(budget);
            }
        }
    }

    public long OnTurn(PollBudget budget)
    {
        lock (connection.Lock)
        {
            HasPlace = false;
            _queued = QueuedFor.Nothing;
            if (!IsHost)
            {
                return 0;
            }

            OpenIfNew();
            connection.Uncork();
            return Process(budget);
        }
    }

    public void OnTimer(Instant now)
    {
        lock (connection.Lock)
        {
            if (connection.State == LifeState.Closed)
            {
                return;
            }

            if (!IsHost)
            {
                connection.Callers!.OnTimer(now);
                return;
            }

            connection.Uncork();
            connection.CheckTime(now);
            Process(default);
        }
    }

    public void Terminate(Exception error) => connection.Terminate(error);

    public void OnLoopDisposed() => connection.Origin.Pool.Close(abort: true); // who waits for a connection waits in vain

    /// <summary>Under the lock: sets the timer earlier, if it fires later. On another thread it has the loop do that.</summary>
    public void Schedule(Instant at)
    {
        if (at.Ticks >= ScheduledAt)
        {
            return;
        }

        if (_loop.IsOnThread)
        {
            _loop.Schedule(this, at);
        }
        else
        {
            Queue(QueuedFor.Settling);
        }
    }

    /// <summary>Under the lock: the loop's poller reports nothing of it any more.</summary>
    public void ClearRegistration() => _registration.Clear();

    /// <summary>Under the lock: the connection was opened.</summary>
    public void Attach() => _loop.Attach(this, isConnecting: IsHost);

    /// <summary>From any thread: the connection is there, open, as a place on another.</summary>
    public void AttachOpen() => _loop.Attach(this, isConnecting: false);

    /// <summary>Under the lock: the connection is closed. Its timer is the loop's to drop.</summary>
    public void Detach()
    {
        if (!_loop.Detach(this))
        {
            Queue(QueuedFor.Settling);
        }
    }

    /// <summary>Off the thread of the loop: the poller may be told here too; closing, timers and another poll are that thread's to do.</summary>
    private void SettleElsewhere()
    {
        if (connection.State >= LifeState.Closing)
        {
            if (connection.State == LifeState.Closing)
            {
                Queue(QueuedFor.Settling);
            }

            return;
        }

        TransportInterest interest = connection.Interest;
        if (_loop.IsBackground && connection.Phase == ConnectPhase.Http && (interest & TransportInterest.Immediate) == 0)
        {
            connection.Register(_registration, interest, this);
        }

        if (interest != _registration.Interest || connection.NextDeadline.Ticks < ScheduledAt)
        {
            Queue(QueuedFor.Settling);
        }
    }

    private void OpenIfNew()
    {
        if (!connection.IsOpened && connection.State < LifeState.Closing)
        {
            connection.Open();
        }
    }

    private long Process(PollBudget budget) =>
        connection.Process(_loop.IsInBudget && budget == PollBudget.Unlimited ? new(FirstLookBytes) : budget);

    private void Again()
    {
        if (_queued == QueuedFor.Nothing)
        {
            _loop.PollAgain(this);
        }

        _queued = QueuedFor.Polling;
    }

    private void Queue(QueuedFor what)
    {
        if (_queued == QueuedFor.Nothing)
        {
            _loop.Submit(this);
        }

        if (what > _queued)
        {
            _queued = what;
        }
    }
}
