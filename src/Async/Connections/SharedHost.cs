using PollHttp.Core.Http2;
using PollHttp.Loop;
using PollHttp.Pool;
using PollHttp.Settings;

namespace PollHttp.Connections;

/// <summary>
/// An HTTP/2 connection of a pool, which many <see cref="PooledConnection"/>s are places on: its pump, its registration with the poller, its
/// timer and its age. The loop polls it, and has the places go on for which something has come.
/// </summary>
/// <remarks>
/// Thread safety: <see cref="SharedHttp2.Gate"/> guards the connection. It is taken last: after the lock of a place and of the pool, and no
/// other lock is taken under it. Any thread may flush; only the loop receives.
/// </remarks>
internal sealed class SharedHost : ILoopConnection, ISharedConnection
{
    /// <summary>The bytes that are looked at out of turn in a budgeted poll; the rest comes in its turn.</summary>
    private const int FirstLookBytes = 1024;

    private readonly OriginPool _origin;
    private readonly PollLoop _loop;
    private readonly ExchangeSettings _settings;
    private readonly SharedHttp2 _shared;
    private readonly PollerRegistration _registration;
    private readonly ConnectionMetrics _metrics;
    private readonly List<Http2Place> _woken = [];
    private int _isQueued;
    private bool _isClosed;
    private bool _isRetired;

    /// <param name="origin">Where it belongs.</param>
    /// <param name="connection">The connection, open.</param>
    /// <param name="born">When it began to be made.</param>
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

    /// <summary>Gets when it began to be made.</summary>
    public Instant Born { get; }

    /// <summary>Gets a value indicating whether it takes no more exchanges, for good.</summary>
    public bool IsRetired => Volatile.Read(ref _isRetired);

    /// <summary>Gets a value indicating whether another place would find an exchange available.</summary>
    public bool HasRoom => !Volatile.Read(ref _isRetired) && _shared.HasRoom;

    public ConnectPhase Phase => Connection.Phase;

    /// <summary>Gets what user code is to be told of it. No lock needed.</summary>
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

    /// <summary>Makes a place on it.</summary>
    public PollConnection NewPlace(PooledConnection owner) => new(this, _shared.NewPlace(owner));

    /// <summary>Takes no more exchanges, and ends after those under way: its pool is closed, or it is old.</summary>
    public void Retire()
    {
        lock (_shared.Gate)
        {
            Volatile.Write(ref _isRetired, true);
            _shared.Http.BeginGoingAway();
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
            if (_woken.Count > 0)
            {
                Queue(); // what was sent, or failed, was of others too
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

    /// <summary>A command on a place left output, or the last place was left.</summary>
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

    /// <summary>On the loop: moves bytes, and has the places go on for which something has come.</summary>
    private long Process(PollBudget budget)
    {
        Volatile.Write(ref _isQueued, 0);
        long moved = 0;
        bool hasMore;
        bool isOver;
        Http2Place[] woken;
        lock (_shared.Gate)
        {
            if (!_isClosed)
            {
                Connection.Poll(budget);
                moved = Connection.BytesMoved;
                CheckAge();
                _shared.Http.Maintain(Connection.Now);
                Connection.Flush(); // what the end asks for
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
            woken = _woken.Count == 0 ? [] : [.. _woken];
            _woken.Clear();
        }

        foreach (Http2Place place in woken)
        {
            ((PooledConnection)place.Owner).OnShared();
        }

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

    /// <summary>Under the lock: gives an old connection no more requests, and ends one that has been idle for its time.</summary>
    private void CheckAge()
    {
        if (!_isRetired && Connection.Now >= Until)
        {
            Volatile.Write(ref _isRetired, true);
            _shared.Http.BeginGoingAway();
        }
    }

    /// <summary>Under the lock: when the connection is too old, or has been idle for too long.</summary>
    private Instant Until
    {
        get
        {
            Instant aged = _settings.Lifetime == Timeout.InfiniteTimeSpan ? Instant.Never : Born + _settings.Lifetime;
            Instant idle = _shared.Places > 0 || _settings.IdleTimeout == Timeout.InfiniteTimeSpan ? Instant.Never
                : (_shared.LastUse > Born ? _shared.LastUse : Born) + _settings.IdleTimeout;
            return idle < aged ? idle : aged;
        }
    }

    /// <summary>Under the lock: registers what the connection wants, and sets its timer.</summary>
    private void Settle()
    {
        TransportInterest interest = Connection.Interest;
        if ((interest & TransportInterest.Immediate) != 0)
        {
            interest &= ~TransportInterest.Immediate;
            Queue();
        }

        _registration.Set(Connection, interest, this);
        NoteUse();
        Instant own = _isRetired ? Instant.Never : Until;
        Instant next = Connection.Wants.Deadline;
        next = own < next ? own : next;
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

    /// <summary>Under the lock: after the end, and when no place has anything to read any more, gives back what is left.</summary>
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
