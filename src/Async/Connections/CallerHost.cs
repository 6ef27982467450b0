namespace PollHttp.Connections;

/// <summary>
/// The threads that block on a connection, and poll it, one at a time. Each sleeps in a poller of the connection's own
/// (<see cref="CallerDrive"/>); between calls, and while nobody reads the body of a response, nobody polls.
/// </summary>
/// <remarks>
/// An idle connection stays with them, so that the next call costs the loop nothing. One that nobody has taken for a second goes to the
/// loop, which notices when the server closes it. Before it is used again it is looked at. Members are under the lock of the
/// connection, except for <see cref="PollFor"/> and <see cref="Wake"/>.
/// </remarks>
internal sealed class CallerHost(PooledConnection connection) : IConnectionHost
{
    /// <summary>So long an idle connection may be without anybody to notice its end.</summary>
    private static readonly TimeSpan s_unwatched = TimeSpan.FromSeconds(1);

    private readonly PollLoop _loop = connection.Loop;
    private CallerDrive? _drive;

    public INetwork Network => _loop.CallerNetwork;

    public IPoller Waker => _drive?.Waker ?? _loop.Poller;

    public bool ConsumerReceives => false;

    /// <summary>Blocks the calling thread, which polls the connection, until it can go on, or the connection is another's or closed.</summary>
    public void PollFor(IBlockedCaller caller)
    {
        while (true)
        {
            CallerDrive drive;
            TimeSpan wait;
            lock (connection.Lock)
            {
                if (!ReferenceEquals(connection.Host, this) || connection.State == LifeState.Closed || caller.IsOver)
                {
                    return;
                }

                if (!connection.IsOpened)
                {
                    OpenNew();
                    continue;
                }

                drive = _drive!;
                wait = PrepareSleep(drive);
                drive.IsAsleep = wait != TimeSpan.Zero;
            }

            try
            {
                if (wait != TimeSpan.Zero)
                {
                    drive.Sleep(wait);
                }
            }
            finally
            {
                OnAwake(drive);
                connection.TellNotices();
            }
        }
    }

    /// <summary>Has the blocked thread, if there is one, look around. From any thread, no lock needed.</summary>
    public void Wake() => Volatile.Read(ref _drive)?.Wake();

    /// <summary>The connection comes here, or a call begins on it that may be another thread's than the one before.</summary>
    public void Enter()
    {
        if (_drive is { IsAsleep: true })
        {
            Leave(); // by whoever has not noticed yet that his body is over
        }

        if (_drive is null)
        {
            connection.LoopHost.ClearRegistration();
            Volatile.Write(ref _drive, connection.Origin.Pool.RentDrive());
        }
    }

    /// <summary>The connection goes to its loop, or is closed. Whoever is asleep here gives the drive back himself.</summary>
    public void Leave()
    {
        if (_drive is not { } drive)
        {
            return;
        }

        _drive = null;
        drive.Registration.Clear();
        if (drive.IsAsleep)
        {
            drive.IsLeft = true;
            drive.Wake();
        }
        else
        {
            connection.Origin.Pool.ReturnDrive(drive);
        }
    }

    public void Kick() => connection.ProcessWithoutContext();

    public void Settle()
    {
        switch (connection.State)
        {
            case LifeState.Closed:
                return;
            case LifeState.Closing:
                connection.CloseIfDue();
                return;
            case LifeState.Draining when !connection.IsAwaitedByNext:
                LeaveDraining();
                return;
            case LifeState.Idle:
                WatchLater();
                break;
            default:
                break;
        }

        if (_drive is { IsAsleep: true } drive)
        {
            drive.Wake();
        }
    }

    /// <summary>One last poll, unless the rest becomes the loop's.</summary>
    public void OnBodyLeft() => connection.Process(default);

    /// <summary>In the loop's pass: it was submitted, perhaps while it was still the loop's.</summary>
    public void OnSubmitted()
    {
        if (connection.State == LifeState.Idle)
        {
            WatchLater();
        }
        else
        {
            _drive?.Wake();
        }
    }

    /// <summary>In the loop's pass: the time of an idle connection, or that of doing without a watch over it, may be over.</summary>
    public void OnTimer(Instant now)
    {
        if (connection.State != LifeState.Idle)
        {
            return;
        }

        connection.CheckTime(now);
        if (connection.State == LifeState.Idle && now - connection.IdleSince >= s_unwatched)
        {
            connection.MoveToLoop();
        }

        connection.Host.Settle();
    }

    /// <summary>Ends what has passed its deadline, for a thread that polls without sleeping.</summary>
    public void CheckDeadline(Instant now)
    {
        if (connection.State != LifeState.Closed && connection.Deadline <= now)
        {
            OnAwake();
        }
    }

    private void OpenNew()
    {
        try
        {
            Enter();
            connection.Open();
        }
        catch (Exception error)
        {
            connection.Break(error);
        }

        connection.Process(default);
    }

    /// <summary>Registers what is wanted, and says how long to sleep; zero: poll again at once.</summary>
    private TimeSpan PrepareSleep(CallerDrive drive)
    {
        TransportInterest interest = connection.Interest;
        if ((interest & TransportInterest.Immediate) != 0)
        {
            return TimeSpan.Zero;
        }

        connection.Register(drive.Registration, interest, connection.LoopHost);
        Instant next = connection.NextDeadline;
        if (next == Instant.Never)
        {
            return Timeout.InfiniteTimeSpan;
        }

        TimeSpan wait = next - connection.Now;
        return wait > TimeSpan.Zero ? wait : TimeSpan.Zero;
    }

    private void OnAwake(CallerDrive drive)
    {
        lock (connection.Lock)
        {
            drive.IsAsleep = false;
            if (drive.IsLeft)
            {
                drive.IsLeft = false;
                connection.Origin.Pool.ReturnDrive(drive);
                return;
            }

            OnAwake();
        }
    }

    private void OnAwake()
    {
        connection.Uncork(); // as in LoopHost.OnReady
        connection.CheckTime(connection.Now);
        connection.Process(default);
    }

    /// <summary>What is left of a body that nobody wants, and nobody waits for: a loop that will be polled drains it; else there is none
    /// to do it.</summary>
    private void LeaveDraining()
    {
        if (_loop.IsBackground || _loop.IsOnThread)
        {
            connection.MoveToLoop();
        }
        else
        {
            connection.BeginClosing();
        }

        connection.Host.Settle();
    }

    /// <summary>Has the loop look after it if nobody takes it for a while. Costs nothing where the loop will look soon enough anyway.</summary>
    private void WatchLater()
    {
        Instant watched = connection.IdleSince + s_unwatched;
        Instant until = connection.IdleUntil;
        connection.LoopHost.Schedule(until < watched ? until : watched);
    }
}
