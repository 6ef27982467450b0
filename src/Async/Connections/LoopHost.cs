using PollHttp.Loop;

namespace PollHttp.Connections;

/// <summary>
/// Represents a connection to its loop: its registration with the poller, its timer, and its place in the order of a budgeted poll. It exists
/// for the whole life of the connection. That includes times when blocking callers poll, since the loop always handles timers and the close.
/// </summary>
/// <remarks>
/// Thread safety: the caller of a host member holds the lock of the connection. Members that the loop calls take that lock. The timer belongs
/// to the thread of the loop. Another thread that changed what is waited for submits the connection.
/// </remarks>
internal sealed class LoopHost(PooledConnection connection) : IConnectionHost, ILoopConnection
{
    /// <summary>The most bytes that are processed out of turn in a budgeted poll. The rest waits for its turn.</summary>
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

    /// <summary>
    /// Gets a value indicating whether the consumer receives more itself. True in background drive when a full receive buffer has room again,
    /// which saves waking the reactor. A consumer on a thread that also polls other connections leaves it to their order.
    /// </summary>
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

    /// <summary>Polls the connection in the next pass of the loop.</summary>
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

    /// <summary>Executes submitted work: the first poll of a new connection, or what another thread changed.</summary>
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
                _loop.QueueTurn(this); // dialing and what follows are ordinary work
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
                connection.Uncork(); // a close, or unrequested bytes: holding the head back gains nothing
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

    public void OnLoopDisposed() => connection.Origin.Pool.Close(abort: true); // requests that wait for a connection cannot be served

    /// <summary>Moves the timer to an earlier time, if it fires later. On another thread it leaves that to the loop.</summary>
    /// <remarks>Thread safety: caller holds the lock.</remarks>
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

    /// <summary>Removes the registration with the poller of the loop.</summary>
    /// <remarks>Thread safety: caller holds the lock.</remarks>
    public void ClearRegistration() => _registration.Clear();

    /// <summary>Adds the opened connection to the loop.</summary>
    /// <remarks>Thread safety: caller holds the lock.</remarks>
    public void Attach() => _loop.Attach(this, isConnecting: IsHost);

    /// <summary>Adds the connection to the loop as an open one: a place on a shared connection.</summary>
    /// <remarks>Thread safety: any thread.</remarks>
    public void AttachOpen() => _loop.Attach(this, isConnecting: false);

    /// <summary>Removes the closed connection from the loop. The loop drops its timer.</summary>
    /// <remarks>Thread safety: caller holds the lock.</remarks>
    public void Detach()
    {
        if (!_loop.Detach(this))
        {
            Queue(QueuedFor.Settling);
        }
    }

    /// <summary>
    /// Settles off the thread of the loop. The poller may be updated here too. Closing, timers and another poll belong to the thread of the
    /// loop.
    /// </summary>
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
