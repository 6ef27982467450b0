namespace PollHttp;

/// <summary>
/// The sync drive: a loop without a thread of its own. Of the threads that are blocked in a call, one polls, for all of them; when
/// its own call can go on, it hands the loop to the next. A thread that is alone polls its own connection and nothing else.
/// </summary>
/// <remarks>
/// No task is made and no thread pool is needed. What is handed in while nobody polls (a response disposed, a client closed) is
/// done at once by whoever hands it in. Lock order: a connection's gate, then the lock here, then that of a <see cref="SyncWait"/>.
/// </remarks>
internal sealed class SyncDrive(PollLoop loop)
{
    private readonly object _lock = new();
    private readonly LinkedList<SyncWait> _followers = new();
    private SyncWait? _leading;
    private bool _isLed;
    private bool _isClosed;

    /// <summary>Whether the thread that polls has no reason to sleep: what it waits for has happened in this pass. Its own.</summary>
    public bool IsLeaderDone => _leading is { IsOver: true };

    /// <summary>Has somebody look when the next timer is due and no thread is in a call; null: they are looked at in the next call.</summary>
    public SyncTimers? Timers { get; init; }

    /// <summary>Blocks the calling thread until the wait is over; polls meanwhile, if nobody else does.</summary>
    public void Run(SyncWait wait)
    {
        if (wait.IsOver || !Join(wait))
        {
            return;
        }

        _leading = wait;
        try
        {
            while (!wait.IsOver)
            {
                loop.RunInputOutput(Timeout.InfiniteTimeSpan);
            }
        }
        finally
        {
            _leading = null;
            HandOver();
            Nudge();
        }
    }

    /// <summary>Does what was handed in, unless somebody polls and will do it.</summary>
    public void Nudge()
    {
        while (loop.HasSubmittedWork && TryLead())
        {
            PassOnce();
        }
    }

    /// <summary>Does what is due, unless somebody polls and will do it.</summary>
    public void Look()
    {
        if (TryLead())
        {
            PassOnce();
            Nudge();
        }
    }

    /// <summary>Takes the loop away from its drive, for good: waits until no call is under way, all of which must have been ended.</summary>
    public void Close()
    {
        if (!loop.IsOnThread && Join(new SyncWait()))
        {
            lock (_lock)
            {
                _isClosed = true;
                foreach (SyncWait late in _followers)
                {
                    late.Lead(); // to find that it is closed
                }

                _followers.Clear();
            }
        }
    }

    private void PassOnce()
    {
        try
        {
            loop.RunInputOutput(TimeSpan.Zero);
        }
        finally
        {
            HandOver();
        }
    }

    /// <summary>True when the calling thread is to poll; false when the wait is over.</summary>
    private bool Join(SyncWait wait)
    {
        LinkedListNode<SyncWait>? place = null;
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isClosed, loop);
            if (_isLed)
            {
                place = _followers.AddLast(wait);
            }
            else
            {
                _isLed = true;
            }
        }

        if (place is null || wait.BlockUntilOverOrLeading())
        {
            Bind();
            return true;
        }

        lock (_lock)
        {
            if (place.List is not null)
            {
                _followers.Remove(place);
                return false;
            }
        }

        // Made the leader in the same moment: the loop is handed on by the way out of Run.
        wait.TakeLead();
        Bind();
        return true;
    }

    private bool TryLead()
    {
        lock (_lock)
        {
            if (_isLed)
            {
                return false;
            }

            _isLed = true;
        }

        loop.BindToCurrentThread();
        return true;
    }

    private void Bind()
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isClosed, loop);
            loop.BindToCurrentThread();
        }
    }

    private void HandOver()
    {
        TimeSpan next = Timers is null ? Timeout.InfiniteTimeSpan : loop.UntilNextTimer;
        lock (_lock)
        {
            loop.Unbind();
            if (_followers.First is { } follower)
            {
                _followers.RemoveFirst();
                follower.Value.Lead();
                return;
            }

            _isLed = false;
        }

        if (next != Timeout.InfiniteTimeSpan)
        {
            Timers!.Ask(next);
        }
    }
}
