namespace PollHttp;

// Who polls the connection: its loop, or the threads that block on it, one at a time.
//
//   loop    registered with the loop's poller; noticed there are bytes, the end, and every deadline
//   caller  a blocked thread polls, and sleeps in a poller of the connection's own (CallerDrive); between calls, and while
//           nobody reads the body of a response, nobody polls
//
// It changes hands under the gate, when an exchange begins on it: whoever waits for that exchange polls. An idle connection that a
// caller has given back stays a caller's, so that the next call costs the loop nothing; one that nobody has taken for a second goes
// to the loop, which notices when the server closes it. Before a caller's connection is used again it is looked at.
internal sealed partial class PooledConnection
{
    /// <summary>So long an idle connection may be without anybody to notice its end.</summary>
    private static readonly TimeSpan s_unwatched = TimeSpan.FromSeconds(1);

    [ThreadStatic]
    private static int t_polled;

    private CallerDrive? _drive;
    private bool _isPolledByCaller;

    /// <summary>Whether this thread is polling a connection, or asks somebody for one: it runs a callback.</summary>
    public static bool IsPolledHere => t_polled > 0;

    /// <summary>Whether blocked threads poll it, and the loop does not. Exact under the gate.</summary>
    public bool IsPolledByCaller => Volatile.Read(ref _isPolledByCaller);

    /// <summary>Blocks the calling thread, which polls the connection, until it can go on, or the connection is another's or closed.</summary>
    public void PollFor(IBlockedCaller caller)
    {
        while (true)
        {
            CallerDrive drive;
            TimeSpan wait;
            lock (Gate)
            {
                if (!_isPolledByCaller || _closed || caller.IsOver)
                {
                    return;
                }

                if (_pump is null)
                {
                    OpenForCaller();
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
            }
        }
    }

    /// <summary>Has the blocked thread, if there is one, look around. From any thread, no gate needed.</summary>
    public void WakeCaller() => Volatile.Read(ref _drive)?.Wake();

    /// <summary>Under the gate: has a loop that is polled by itself take it over, so that a task may wait for it. False: there is none.</summary>
    public bool TryLeaveToLoop()
    {
        if (!_loop.IsBackground)
        {
            return false;
        }

        GiveToLoop();
        Settle();
        return true;
    }

    private void TakeFromLoop()
    {
        _isPolledByCaller = true;
        if (_drive is { IsAsleep: true })
        {
            GiveBackDrive(); // by whoever has not noticed yet that his body is over
        }

        if (_drive is null)
        {
            _registration.Clear();
            Volatile.Write(ref _drive, _origin.Pool.RentDrive());
        }
    }

    private void GiveToLoop()
    {
        _isPolledByCaller = false;
        GiveBackDrive();
    }

    private void GiveBackDrive()
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
            _origin.Pool.ReturnDrive(drive);
        }
    }

    /// <summary>The first poll of a connection made for a blocked thread.</summary>
    private void OpenForCaller()
    {
        try
        {
            TakeFromLoop();
            Open();
        }
        catch (Exception error)
        {
            Break(error);
        }

        Process(default);
    }

    /// <summary>Registers what is wanted, and says how long to sleep; zero: poll again at once.</summary>
    private TimeSpan PrepareSleep(CallerDrive drive)
    {
        TransportInterest interest = InterestNow;
        if ((interest & TransportInterest.Immediate) != 0)
        {
            return TimeSpan.Zero;
        }

        drive.Registration.Set(_pump!, interest, this);
        Instant next = NextDeadline();
        if (next == Instant.Never)
        {
            return Timeout.InfiniteTimeSpan;
        }

        TimeSpan wait = next - _pump!.Now;
        return wait > TimeSpan.Zero ? wait : TimeSpan.Zero;
    }

    private void OnAwake(CallerDrive drive)
    {
        lock (Gate)
        {
            drive.IsAsleep = false;
            if (drive.IsLeft)
            {
                drive.IsLeft = false;
                _origin.Pool.ReturnDrive(drive);
                return;
            }

            OnAwake();
        }
    }

    /// <summary>Applies the deadline if it has passed, and polls; needs the lock.</summary>
    private void OnAwake()
    {
        _corked = false; // as in OnReady
        if (_deadline != Instant.Never && _deadline <= _pump!.Now)
        {
            try
            {
                OnDeadline();
            }
            catch (Exception error)
            {
                Break(error);
            }
        }

        Process(default);
    }

    /// <summary>In place of the loop's part of settling: closes, passes on, or has whoever sleeps look at what has changed.</summary>
    private void SettleForOthers()
    {
        if (_closed)
        {
            return;
        }

        if (_isSkipping && _next is null && !_closing)
        {
            LeaveSkipping();
            return;
        }

        if (_closing)
        {
            CloseNow();
            return;
        }

        if (_isIdle)
        {
            WatchLater();
        }

        if (_drive is { IsAsleep: true } drive)
        {
            drive.Wake();
        }
    }

    /// <summary>What is left of a body that nobody wants, and nobody waits for: a loop that will be polled skips it; else there is none to do it.</summary>
    private void LeaveSkipping()
    {
        if (_loop.IsBackground || _loop.IsOnThread)
        {
            GiveToLoop();
        }
        else
        {
            _closing = true;
        }

        Settle();
    }

    /// <summary>Has the loop look after it if nobody takes it for a while. Costs nothing where the loop will look soon enough anyway.</summary>
    private void WatchLater()
    {
        Instant watched = _idleSince + s_unwatched;
        Instant next = IdleUntil < watched ? IdleUntil : watched;
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

    /// <summary>In the loop's pass, for a connection it does not poll.</summary>
    private void ExecuteForOthers()
    {
        if (_closed)
        {
            _loop.Detach(this);
        }
        else if (_isIdle)
        {
            WatchLater();
        }
        else
        {
            _drive?.Wake(); // it was submitted while it was the loop's
        }
    }

    private void OnTimerForOthers(Instant now)
    {
        if (!_isIdle)
        {
            return;
        }

        if (HasIdledOut(now))
        {
            _closing = true;
        }
        else if (now - _idleSince >= s_unwatched)
        {
            GiveToLoop();
        }

        Settle();
    }
}
