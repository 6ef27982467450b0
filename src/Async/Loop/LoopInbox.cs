namespace PollHttp.Loop;

/// <summary>
/// Receives what other threads hand to a loop: work for its next I/O pass, and completions and posts for the user code after it. Wakes the
/// thread of the loop if it sleeps.
/// </summary>
/// <remarks>
/// Adding and sleeping are the two halves of Dekker's handshake: publish, full fence, then read what the other side published. Thread safety:
/// members that add are for any thread, under any lock. The others are for the thread of the loop.
/// </remarks>
internal sealed class LoopInbox(IPoller poller)
{
    private static readonly SendOrPostCallback s_runRest = static rest => ((Action)rest!)();

    private readonly object _lock = new();
    private List<ILoopWork> _work = [];
    private List<ILoopWork> _executing = [];
    private readonly List<ICompletion> _completions = [];
    private List<(SendOrPostCallback Callback, object? State)> _posts = [];
    private List<(SendOrPostCallback Callback, object? State)> _running = [];
    private int _pendingWork;
    private int _pendingPosts;
    private int _sleeping;
    private volatile bool _isClosed;

    /// <summary>Gets a value indicating whether no further pass comes.</summary>
    public bool IsClosed => _isClosed;

    /// <summary>Adds work for the next I/O pass. Causes at most one wake-up.</summary>
    public void Add(ILoopWork work)
    {
        lock (_lock)
        {
            _work.Add(work);
            _pendingWork++;
        }

        WakeIfSleeping();
    }

    /// <summary>Adds a completion.</summary>
    /// <returns>False once the inbox is closed.</returns>
    public bool TryAdd(ICompletion completion)
    {
        lock (_lock)
        {
            if (_isClosed)
            {
                return false;
            }

            _completions.Add(completion);
            _pendingWork++;
        }

        WakeIfSleeping();
        return true;
    }

    /// <summary>Adds a callback of the user that runs with the user code of the loop. It does not run once the loop is disposed.</summary>
    public void Post(SendOrPostCallback callback, object? state)
    {
        lock (_lock)
        {
            _posts.Add((callback, state));
            _pendingPosts++;
        }

        WakeIfSleeping();
    }

    /// <summary>Adds the rest of an operation of the library.</summary>
    /// <returns>False once the inbox is closed.</returns>
    public bool TryAddRest(Action rest)
    {
        lock (_lock)
        {
            if (_isClosed)
            {
                return false;
            }

            _posts.Add((s_runRest, rest));
            _pendingPosts++;
        }

        WakeIfSleeping();
        return true;
    }

    /// <summary>Announces that the thread is about to sleep.</summary>
    /// <param name="runsUserCode">Whether posts are to run next.</param>
    /// <returns>False if there is something to do, so that the thread must not sleep.</returns>
    public bool BeginSleep(bool runsUserCode)
    {
        Volatile.Write(ref _sleeping, 1);
        Interlocked.MemoryBarrier();
        return Volatile.Read(ref _pendingWork) == 0 && !(runsUserCode && Volatile.Read(ref _pendingPosts) != 0);
    }

    public void EndSleep() => Volatile.Write(ref _sleeping, 0);

    /// <summary>Executes the work that was handed in, and moves the completions to those of the loop.</summary>
    /// <returns>True if there was work.</returns>
    public bool RunWork(CompletionQueue completions)
    {
        if (Volatile.Read(ref _pendingWork) == 0)
        {
            return false;
        }

        lock (_lock)
        {
            (_work, _executing) = (_executing, _work);
            _pendingWork -= _executing.Count + _completions.Count;
            foreach (ICompletion completion in _completions)
            {
                completions.Add(completion);
            }

            _completions.Clear();
        }

        bool any = _executing.Count > 0;
        try
        {
            foreach (ILoopWork work in _executing)
            {
                work.Execute();
            }
        }
        finally
        {
            _executing.Clear();
        }

        return any;
    }

    /// <summary>Runs the posts present at the start, until a given time. What has not run by then stays in front.</summary>
    /// <returns>True if there was a post.</returns>
    public bool RunPosts(TimeProvider time, Instant until)
    {
        if (Volatile.Read(ref _pendingPosts) == 0)
        {
            return false;
        }

        lock (_lock)
        {
            (_posts, _running) = (_running, _posts);
            _pendingPosts -= _running.Count;
        }

        bool any = _running.Count > 0;
        int done = 0;
        try
        {
            while (done < _running.Count)
            {
                (SendOrPostCallback callback, object? state) = _running[done++];
                callback(state);
                if (until != Instant.Never && Instant.Now(time) >= until)
                {
                    break; // the rest is put back
                }
            }
        }
        finally
        {
            if (done < _running.Count)
            {
                lock (_lock)
                {
                    _posts.InsertRange(0, _running.Skip(done));
                    _pendingPosts += _running.Count - done;
                }
            }

            _running.Clear();
        }

        return any;
    }

    /// <summary>
    /// Tells the work that was handed in and has not begun that the loop is disposed. The work stays, and one more pass executes it.
    /// </summary>
    public void AbortWork()
    {
        ILoopWork[] left;
        lock (_lock)
        {
            left = [.. _work];
        }

        foreach (ILoopWork work in left)
        {
            work.OnLoopDisposed();
        }
    }

    /// <summary>
    /// Closes the inbox. Rests of operations and completions that were handed in go to the thread pool. Posts of users do not run.
    /// </summary>
    public void Close()
    {
        lock (_lock)
        {
            _isClosed = true;
            foreach ((SendOrPostCallback callback, object? state) in _posts)
            {
                if (ReferenceEquals(callback, s_runRest))
                {
                    ThreadPool.UnsafeQueueUserWorkItem(static rest => rest(), (Action)state!, preferLocal: false);
                }
            }

            foreach (ICompletion completion in _completions)
            {
                ThreadPool.UnsafeQueueUserWorkItem(static late => late.Complete(), completion, preferLocal: false);
            }

            _pendingWork -= _completions.Count;
            _completions.Clear();
            _pendingPosts -= _posts.Count;
            _posts.Clear();
        }
    }

    /// <summary>Ends the sleep of the loop for something that its own thread has found meanwhile: a poller in virtual time runs timers, and with them
    /// user code, while it waits.</summary>
    /// <remarks>Thread safety: thread of the loop only.</remarks>
    public void WakeFromWithin()
    {
        if (_sleeping != 0)
        {
            WakeIfSleeping();
        }
    }

    private void WakeIfSleeping()
    {
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref _sleeping) != 0 && Interlocked.CompareExchange(ref _sleeping, 0, 1) == 1)
        {
            poller.Wake();
        }
    }
}
