namespace PollHttp.Loop;

/// <summary>
/// What other threads hand to a loop: work for its next I/O pass, completions and posts for the user code after it. Wakes the thread of
/// the loop where it sleeps.
/// </summary>
/// <remarks>
/// Thread safety: members that add are for any thread, under any lock; the others are for the thread of the loop.
/// Adding and sleeping are the two halves of Dekker's handshake: publish, full fence, look at what the other side published.
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

    /// <summary>Gets a value indicating whether no pass comes any more.</summary>
    public bool IsClosed => _isClosed;

    /// <summary>Has the loop do something in its next I/O pass; at most one wake-up.</summary>
    public void Add(ILoopWork work)
    {
        lock (_lock)
        {
            _work.Add(work);
            _pendingWork++;
        }

        WakeIfSleeping();
    }

    /// <summary>Hands a completion in. False once it is closed.</summary>
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

    /// <summary>Has the loop run a callback of the user's with its user code; not at all once the loop is disposed.</summary>
    public void Post(SendOrPostCallback callback, object? state)
    {
        lock (_lock)
        {
            _posts.Add((callback, state));
            _pendingPosts++;
        }

        WakeIfSleeping();
    }

    /// <summary>Has the loop run the rest of an operation of the library's own. False once it is closed.</summary>
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

    /// <summary>Announces that the thread is about to sleep. False when something is there to do, so that it must not.</summary>
    /// <param name="runsUserCode">Whether posts are among what is to be done next.</param>
    public bool BeginSleep(bool runsUserCode)
    {
        Volatile.Write(ref _sleeping, 1);
        Interlocked.MemoryBarrier();
        return Volatile.Read(ref _pendingWork) == 0 && !(runsUserCode && Volatile.Read(ref _pendingPosts) != 0);
    }

    public void EndSleep() => Volatile.Write(ref _sleeping, 0);

    /// <summary>Executes the work that was handed in, and moves the completions to those of the loop.</summary>
    /// <returns>True when there was work.</returns>
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

    /// <summary>Runs the posts that were there at the start, until a time; what is not run by then stays in front.</summary>
    /// <returns>True when there was one.</returns>
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

    /// <summary>Tells work that was handed in and has not begun that the loop is disposed. It stays: one more pass executes it.</summary>
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

    /// <summary>Closes it: rests and completions that were handed in go to the thread pool; what users posted does not run any more.</summary>
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

    private void WakeIfSleeping()
    {
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref _sleeping) != 0 && Interlocked.CompareExchange(ref _sleeping, 0, 1) == 1)
        {
            poller.Wake();
        }
    }
}
