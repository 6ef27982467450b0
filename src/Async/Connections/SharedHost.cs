using PollHttp.Core.Http2;
using PollHttp.Loop;
using PollHttp.Pool;
using PollHttp.Settings;

namespace PollHttp.Connections;

/// <summary>
/// Represents a shared HTTP/2 connection of a pool: its pump, its registration with the poller, its timer and its age. Many
/// <see cref="PooledConnection"/>s are places on it. The loop polls it, and continues the places that have data or events.
/// </summary>
/// <remarks>
/// Thread safety: <see cref="SharedHttp2.Gate"/> guards the connection. It is taken last, after the lock of a place and of the pool. No other
/// lock is taken under it. Any thread may flush, and only the loop receives.
/// </remarks>
internal sealed class SharedHost : ILoopConnection, ISharedConnection
{
    /// <summary>The most bytes that are processed out of turn in a budgeted poll. The rest waits for its turn.</summary>
    private const int FirstLookBytes = 1024;

    private readonly OriginPool _origin;
    private readonly PollLoop _loop;
    private readonly ExchangeSettings _settings;
    private readonly SharedHttp2 _shared;
    private readonly PollerRegistration _registration;
    private readonly ConnectionMetrics _metrics;
    private readonly List<Http2Place> _woken = [];
    private List<Http2Place>? _spare = [];
    private int _isQueued;
    private bool _isClosed;
    private bool _isRetired;

    /// <summary>Initializes a shared connection.</summary>
    /// <param name="origin">The origin of the connection.</param>
    /// <param name="connection">The open connection.</param>
    /// <param name="born">The time at which the making of the connection began.</param>
    public SharedHost(OriginPool origin, PollConnection connection, Instant born)
    {
        _origin = origin;
        _loop = origin.Pool.Loop;
        _settings = origin.Pool.Settings;
        _registration = new(_loop.Poller);
        Notices = new(_loop, origin.Pool.Continuations);
        _metrics = new(origin.Key, _settings, Notices);
        Connection = connection;
        Born = born;
        _shared = new((Http2Connection)connection.Http) { Changed = OnChanged };
        _ = _shared.NoteCapacity();
        _metrics.OnActive(connection); // made for a request
        _loop.Attach(this, isConnecting: false);
    }

    public PollConnection Connection { get; }

    /// <summary>Gets the time at which the making of the connection began.</summary>
    public Instant Born { get; }

    /// <summary>Gets a value indicating whether the connection takes no more exchanges.</summary>
    public bool IsRetired => Volatile.Read(ref _isRetired);

    /// <summary>Gets a value indicating whether another place could begin an exchange.</summary>
    public bool HasRoom => !Volatile.Read(ref _isRetired) && _shared.HasRoom;

    public ConnectPhase Phase => Connection.Phase;

    /// <summary>Gets the notices of the connection for user code.</summary>
    /// <remarks>Thread safety: any thread. No lock is needed.</remarks>
    public Notices Notices { get; }

    public bool IsConnecting => false;

    public bool WaitsForWake => false;

    public ConnectionUse Use => Volatile.Read(ref _isClosed) ? ConnectionUse.Closing
        : _shared.Http.OpenExchanges > 0 ? ConnectionUse.Active
        : ConnectionUse.Idle;

    public long BytesSent => Connection.BytesSent;

    public long BytesReceived => Connection.BytesReceived;

    public bool HasPlace { get; set; }

    public long ScheduledAt { get; set; } = long.MaxValue;

    /// <summary>Creates a place on the connection.</summary>
    public PollConnection NewPlace(PooledConnection owner) => new(this, _shared.NewPlace(owner));

    /// <summary>Takes no more exchanges, and closes after those under way have ended. The pool is closed, or the connection is old.</summary>
    public void Retire()
    {
        lock (_shared.Gate)
        {
            RetireLocked();
        }

        Queue();
    }

    /// <summary>Retires the connection if its time is over, although its timer has not fired. Otherwise a request could be offered places on it
    /// again and again, each of which is too old.</summary>
    /// <remarks>Thread safety: any thread. Takes the lock.</remarks>
    public void RetireIfOver()
    {
        lock (_shared.Gate)
        {
            if (_isRetired || Connection.Now < TimeOf(isUsed: _shared.Http.OpenExchanges > 0))
            {
                return;
            }

            RetireLocked();
        }

        Queue();
    }

    /// <inheritdoc/>
    public void Flush(Http2Place place)
    {
        lock (_shared.Gate)
        {
            if (_isClosed)
            {
                ReleaseIfLeft();
                return;
            }

            Connection.Flush();
            _shared.TakeWoken(_woken);
            _ = _woken.Remove(place);
            if (_woken.Count > 0 || _shared.Http.IsEndDue)
            {
                Queue(); // what was sent or failed also concerns other places, or the last place has left a connection of no more use
            }

            Settle();
        }
    }

    public void Execute() => Process(default);

    public void OnReady(PollBudget budget) => Process(_loop.IsInBudget && budget == PollBudget.Unlimited ? new(FirstLookBytes) : budget);

    public void OnAgain(PollBudget budget) => Process(budget);

    public long OnTurn(PollBudget budget)
    {
        HasPlace = false;
        return Process(budget);
    }

    public void OnTimer(Instant now) => Process(default);

    public void OnLoopDisposed() => _origin.Pool.Close(abort: true);

    public void Terminate(Exception error)
    {
        lock (_shared.Gate)
        {
            Volatile.Write(ref _isRetired, true);
            if (!_isClosed)
            {
                _shared.Http.BeginGoingAway();
                _shared.Http.Maintain(Connection.Now);
                Connection.Flush(); // the GOAWAY, if it can leave at once
                Close();
            }
        }
    }

    /// <summary>Handles a change by a place: a command left output, or the last place has left.</summary>
    private void OnChanged(Http2Place place)
    {
        if (_loop.CanPollHere && !_loop.IsInBudget)
        {
            Flush(place);
        }
        else
        {
            Queue();
        }
    }

    /// <summary>Moves bytes, and continues the places that have data or events.</summary>
    /// <remarks>Thread safety: thread of the loop only.</remarks>
    private long Process(PollBudget budget)
    {
        Volatile.Write(ref _isQueued, 0);
        long moved = 0;
        bool hasMore;
        bool isOver;
        List<Http2Place> woken = _spare ?? [];
        _spare = null; // a nested call makes its own
        lock (_shared.Gate)
        {
            if (!_isClosed)
            {
                Connection.Poll(budget);
                moved = Connection.BytesMoved;
                CheckAge();
                _shared.Http.Maintain(Connection.Now);
                Connection.Flush(); // sends what the end requires
                _shared.TakeWoken(_woken);
                hasMore = _shared.NoteCapacity();
                if (_shared.Http.Stage >= Http2Stage.Ended)
                {
                    Close();
                }
                else
                {
                    Settle();
                }
            }
            else
            {
                _shared.TakeWoken(_woken);
                hasMore = false;
                _ = _loop.Detach(this);
                ReleaseIfLeft();
            }

            isOver = _isClosed;
            woken.AddRange(_woken);
            _woken.Clear();
        }

        foreach (Http2Place place in woken)
        {
            ((PooledConnection)place.Owner).OnShared();
        }

        woken.Clear();
        _spare = woken;
        if (isOver)
        {
            _origin.RemoveShared(this);
        }
        else if (hasMore || _origin.HasWaiting)
        {
            _origin.ServeWaiting();
        }

        return moved;
    }

    /// <summary>Retires a connection that is too old, or has been idle for too long.</summary>
    /// <remarks>Thread safety: caller holds the lock.</remarks>
    private void CheckAge()
    {
        if (!_isRetired && Connection.Now >= Until)
        {
            RetireLocked();
        }
    }

    private void RetireLocked()
    {
        Volatile.Write(ref _isRetired, true);
        _shared.Http.BeginGoingAway();
    }

    /// <summary>Gets the time at which the connection is too old, has been idle for too long, or is of no more use.</summary>
    /// <remarks>Thread safety: caller holds the lock.</remarks>
    private Instant Until => _origin.Pool.IsClosed && _shared.Places == 0
        ? default // it was being made when the pool closed, and no request will come
        : _shared.Promised > 0 ? Instant.Never // an exchange is about to begin, or waits for the settings of the server
        : TimeOf(isUsed: _shared.Places > 0);

    /// <summary>Gets the time at which the connection is too old or, unless it is in use, has been idle for too long.</summary>
    /// <remarks>Thread safety: caller holds the lock.</remarks>
    private Instant TimeOf(bool isUsed)
    {
        Instant aged = _settings.Lifetime == Timeout.InfiniteTimeSpan ? Instant.Never : Born + _settings.Lifetime;
        Instant idle = isUsed || _settings.IdleTimeout == Timeout.InfiniteTimeSpan ? Instant.Never
            : (_shared.LastUse > Born ? _shared.LastUse : Born) + _settings.IdleTimeout;
        return idle < aged ? idle : aged;
    }

    /// <summary>Registers what the connection wants, and sets its timer.</summary>
    /// <remarks>Thread safety: caller holds the lock.</remarks>
    private void Settle()
    {
        if (_shared.Http.CloseReasons != CloseReasons.None)
        {
            Volatile.Write(ref _isRetired, true); // so the next connection is made while the exchanges under way end
        }

        TransportInterest interest = Connection.Interest;
        if ((interest & TransportInterest.Immediate) != 0)
        {
            interest &= ~TransportInterest.Immediate;
            Queue();
        }

        _registration.Set(Connection, interest, this);
        NoteUse();
        _shared.Http.SetClocks(Connection.Now);
        Instant own = _isRetired ? Instant.Never : Until;
        Instant next = Connection.Wants.Deadline;
        next = own < next ? own : next;
        _shared.UnwatchedUntil = next.Ticks < ScheduledAt ? next : new(ScheduledAt);
        if (next.Ticks >= ScheduledAt)
        {
            return;
        }

        if (_loop.IsOnThread)
        {
            _loop.Schedule(this, next);
        }
        else
        {
            Queue();
        }
    }

    private void NoteUse()
    {
        if (_shared.Http.OpenExchanges > 0)
        {
            _metrics.OnActive(Connection);
        }
        else
        {
            _metrics.OnIdle(Connection);
        }
    }

    private void Close()
    {
        _isClosed = true;
        _metrics.OnClosed(Connection, "Abandoned");
        Volatile.Write(ref _isRetired, true);
        _registration.Clear();
        _ = _shared.NoteCapacity();
        Connection.CloseTransport();
        ReleaseIfLeft();
        if (!_loop.Detach(this))
        {
            Queue();
        }
    }

    /// <summary>Releases what is left after the close, once no place is left that may have something to read.</summary>
    /// <remarks>Thread safety: caller holds the lock.</remarks>
    private void ReleaseIfLeft()
    {
        if (_shared.Places == 0)
        {
            _shared.Http.Close();
        }
    }

    private void Queue()
    {
        if (Interlocked.Exchange(ref _isQueued, 1) == 0)
        {
            _loop.Submit(this);
        }
    }
}
