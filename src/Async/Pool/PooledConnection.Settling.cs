namespace PollHttp;

// What comes after each step: the poller, the timers, another poll, or the end, in line with what the connection now wants. Under the gate.
internal sealed partial class PooledConnection
{
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
            _pump?.Close(whileRead: true);
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
}
