namespace PollHttp.Connections;

/// <summary>
/// Hosts a connection that blocking callers poll, one thread at a time. Each thread sleeps in the poller of the connection
/// (<see cref="CallerDrive"/>). The connection is not polled between calls, nor while the body of a response is not being read.
/// </summary>
/// <remarks>
/// An idle connection stays here, so that the next call costs the loop nothing. If it is not taken for a second, it moves to the loop, which
/// notices when the server closes it. It is checked before it is used again. Thread safety: the caller holds the lock of the connection,
/// except for <see cref="PollFor"/> and <see cref="Wake"/>.
/// </remarks>
internal sealed class CallerHost(PooledConnection connection) : IConnectionHost
{
    /// <summary>How long an idle connection may go unwatched.</summary>
    private static readonly TimeSpan s_unwatched = TimeSpan.FromSeconds(1);

    private readonly PollLoop _loop = connection.Loop;
    private CallerDrive? _drive;

    public INetwork Network => _loop.CallerNetwork;

    public IPoller Waker => _drive?.Waker ?? _loop.Poller;

    public bool ConsumerReceives => false;

    /// <summary>
    /// Blocks the calling thread, which polls the connection. Returns when the caller can go on, the connection has left this host, or it is
    /// closed.
    /// </summary>
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

    /// <summary>Wakes the blocked thread, if there is one, so that it checks its state.</summary>
    /// <remarks>Thread safety: any thread. No lock is needed.</remarks>
    public void Wake() => Volatile.Read(ref _drive)?.Wake();

    /// <summary>
    /// Enters this host when the connection moves here, or when a call begins on it. The call may be on another thread than the one before.
    /// </summary>
    public void Enter()
    {
        if (_drive is { IsAsleep: true })
        {
            Leave(); // by a caller that has not yet seen the end of its body
        }

        if (_drive is null)
        {
            connection.LoopHost.ClearRegistration();
            Volatile.Write(ref _drive, connection.Origin.Pool.RentDrive());
        }
    }

    /// <summary>
    /// Leaves this host when the connection moves to its loop or closes. A thread that is asleep here returns the drive itself.
    /// </summary>
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

    /// <summary>Polls the connection once more, unless the loop takes over the rest of the body.</summary>
    public void OnBodyLeft() => connection.Process(default);

    /// <summary>Handles the submitted connection in a pass of the loop. It may have been submitted while the loop was its host.</summary>
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

    /// <summary>
    /// Handles the timer in a pass of the loop. The idle time of the connection may be over, or the time that it may go unwatched.
    /// </summary>
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

    /// <summary>Ends what has passed its deadline. Used by a thread that polls without sleeping.</summary>
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

    /// <summary>Registers what is wanted and computes the length of the sleep.</summary>
    /// <returns>The length of the sleep. Zero means to poll again at once.</returns>
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

    /// <summary>
    /// Hands the rest of an unwanted body to the loop if the loop is certain to be polled. Otherwise closes the connection. No exchange waits
    /// for it.
    /// </summary>
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

    /// <summary>
    /// Schedules the loop to take over the connection if it stays idle for a while. Costs nothing if the timer already fires soon enough.
    /// </summary>
    private void WatchLater()
    {
        Instant watched = connection.IdleSince + s_unwatched;
        Instant until = connection.IdleUntil;
        connection.LoopHost.Schedule(until < watched ? until : watched);
    }
}
