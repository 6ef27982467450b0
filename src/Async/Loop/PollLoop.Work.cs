using PollHttp.Loop;

namespace PollHttp;

// The way in from other threads, and the way out to waiters.
public sealed partial class PollLoop
{
    private readonly object _submitLock = new();
    private readonly Queue<ICompletion> _completions = new();
    private List<ILoopWork> _submitted = [];
    private List<ILoopWork> _executing = [];
    private List<ICompletion> _remoteCompletions = [];
    private List<(SendOrPostCallback Callback, object? State)> _posts = [];
    private List<(SendOrPostCallback Callback, object? State)> _postsNow = [];
    private static readonly SendOrPostCallback s_runRest = static rest => ((Action)rest!)();
    private bool _postsAreOver;
    private int _pendingWork;
    private int _pendingPosts;
    private int _sleeping;
    private int _threadId;
    private int _leaderId;
    private bool _inUserCode;

    internal bool IsOnThread => Environment.CurrentManagedThreadId == _threadId;

    /// <summary>Whether a connection may be polled by the current thread (under its lock).</summary>
    internal bool CanPollHere => IsBackground || IsOnThread;

    /// <summary>How many completions wait. Loop thread only.</summary>
    internal int DueCompletions => _completions.Count;

    /// <summary>Gets a value indicating whether the current thread polls the loop, or runs user code between two passes of its own.</summary>
    internal bool IsLedHere => Environment.CurrentManagedThreadId == _leaderId;

    internal void BindToCurrentThread() => _leaderId = _threadId = Environment.CurrentManagedThreadId;

    /// <summary>Leaves the loop without a thread, until one is bound.</summary>
    internal void LetGo() => _threadId = 0;

    /// <summary>Takes the completion that waits longest. Loop thread only.</summary>
    internal ICompletion TakeCompletion() => _completions.Dequeue();

    /// <summary>Whether the current thread may run a pass: it is the loop's, one of the user's, and not in a pass already.</summary>
    internal bool CanBeDrivenHere => IsOnThread && !IsBackground && !_isInPass;

    /// <summary>Has the loop do something in its next I/O pass. From any thread; at most one wake-up.</summary>
    internal void Submit(ILoopWork work)
    {
        lock (_submitLock)
        {
            _submitted.Add(work);
            _pendingWork++;
        }

        WakeIfSleeping();
    }

    /// <summary>Ends what was handed in and has not begun: no pass will look after it.</summary>
    private void AbortSubmitted()
    {
        ILoopWork[] left;
        lock (_submitLock)
        {
            left = [.. _submitted];
        }

        foreach (ILoopWork work in left)
        {
            work.OnLoopDisposed();
        }
    }

    internal void Post(SendOrPostCallback callback, object? state)
    {
        lock (_submitLock)
        {
            _posts.Add((callback, state));
            _pendingPosts++;
        }

        WakeIfSleeping();
    }

    /// <summary>Has the loop run the rest of an operation of the library's own; once it is disposed, the thread pool does.</summary>
    internal void Return(Action rest)
    {
        lock (_submitLock)
        {
            if (!_postsAreOver)
            {
                _posts.Add((s_runRest, rest));
                _pendingPosts++;
                rest = null!;
            }
        }

        if (rest is null)
        {
            WakeIfSleeping();
        }
        else
        {
            ThreadPool.UnsafeQueueUserWorkItem(static rest => rest(), rest, preferLocal: false);
        }
    }

    /// <summary>No pass comes after this: rests that were handed in go on elsewhere; what users posted does not run any more.</summary>
    private void EndPosts()
    {
        lock (_submitLock)
        {
            _postsAreOver = true;
            foreach ((SendOrPostCallback callback, object? state) in _posts)
            {
                if (ReferenceEquals(callback, s_runRest))
                {
                    ThreadPool.UnsafeQueueUserWorkItem(static rest => rest(), (Action)state!, preferLocal: false);
                }
            }

            foreach (ICompletion completion in _remoteCompletions)
            {
                ThreadPool.UnsafeQueueUserWorkItem(static late => late.Complete(), completion, preferLocal: false);
            }

            _pendingWork -= _remoteCompletions.Count;
            _remoteCompletions.Clear();
            _pendingPosts -= _posts.Count;
            _posts.Clear();
        }
    }

    /// <summary>Completes a waiter where the loop runs user code. From any thread, under any lock: nothing is completed before it returns.</summary>
    internal void Complete(ICompletion completion)
    {
        if (Volatile.Read(ref _postsAreOver))
        {
            ThreadPool.UnsafeQueueUserWorkItem(static late => late.Complete(), completion, preferLocal: false); // no pass comes any more
        }
        else if (IsOnThread)
        {
            _completions.Enqueue(completion);
        }
        else
        {
            bool isOver;
            lock (_submitLock)
            {
                isOver = _postsAreOver;
                if (!isOver)
                {
                    _remoteCompletions.Add(completion);
                    _pendingWork++;
                }
            }

            if (isOver)
            {
                Complete(completion);
            }
            else
            {
                WakeIfSleeping();
            }
        }
    }

    /// <summary>
    /// At the end of the loop: completes everything that is left, also from within a continuation, whose own run of completions ends
    /// with those that were there when it began.
    /// </summary>
    private void RunRemainingCompletions()
    {
        while (_completions.TryDequeue(out ICompletion? completion))
        {
            completion.Complete();
        }
    }

    internal void Wake() => _poller.Wake();

    // The two halves of Dekker's handshake: publish, full fence, look at the other side's flag.
    private void WakeIfSleeping()
    {
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref _sleeping) != 0 && Interlocked.CompareExchange(ref _sleeping, 0, 1) == 1)
        {
            _poller.Wake();
        }
    }

    private bool BeginSleep(bool runsUserCode)
    {
        Volatile.Write(ref _sleeping, 1);
        Interlocked.MemoryBarrier();
        return Volatile.Read(ref _pendingWork) == 0 && !(runsUserCode && Volatile.Read(ref _pendingPosts) != 0);
    }

    private void EndSleep() => Volatile.Write(ref _sleeping, 0);

    private bool RunSubmitted()
    {
        if (Volatile.Read(ref _pendingWork) == 0)
        {
            return false;
        }

        lock (_submitLock)
        {
            (_submitted, _executing) = (_executing, _submitted);
            _pendingWork -= _executing.Count + _remoteCompletions.Count;
            foreach (ICompletion completion in _remoteCompletions)
            {
                _completions.Enqueue(completion);
            }

            _remoteCompletions.Clear();
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

    /// <summary>Runs continuations and posts that were there at the start; what they cause waits for the next pass.</summary>
    internal bool RunUserCode() => RunUserCode(Instant.Never);

    /// <summary>The same until a time: what is not done by then stays for the next call.</summary>
    private bool RunUserCode(Instant until)
    {
        if (_inUserCode)
        {
            return false; // a continuation polls the loop itself: only I/O then
        }

        _inUserCode = true;
        try
        {
            int count = _completions.Count;
            for (int i = 0; i < count && _completions.TryDequeue(out ICompletion? completion); i++)
            {
                completion.Complete();
                if (IsPast(until))
                {
                    return true;
                }
            }

            return RunPosts(until) | count > 0;
        }
        finally
        {
            _inUserCode = false;
        }
    }

    /// <summary>Completes out of turn what connections stand still for.</summary>
    private bool RunHolding()
    {
        if (!_completions.Any(static completion => completion.HoldsConnection))
        {
            return false;
        }

        ICompletion[] all = [.. _completions];
        _completions.Clear();
        foreach (ICompletion other in all.Where(static completion => !completion.HoldsConnection))
        {
            _completions.Enqueue(other);
        }

        foreach (ICompletion call in all.Where(static completion => completion.HoldsConnection))
        {
            call.Complete();
        }

        return true;
    }

    private bool RunPosts(Instant until)
    {
        if (Volatile.Read(ref _pendingPosts) == 0)
        {
            return false;
        }

        lock (_submitLock)
        {
            (_posts, _postsNow) = (_postsNow, _posts);
            _pendingPosts -= _postsNow.Count;
        }

        bool any = _postsNow.Count > 0;
        int done = 0;
        try
        {
            while (done < _postsNow.Count)
            {
                (SendOrPostCallback callback, object? state) = _postsNow[done++];
                callback(state);
                if (IsPast(until))
                {
                    break; // the rest is put back
                }
            }
        }
        finally
        {
            if (done < _postsNow.Count)
            {
                lock (_submitLock)
                {
                    _posts.InsertRange(0, _postsNow.Skip(done));
                    _pendingPosts += _postsNow.Count - done;
                }
            }

            _postsNow.Clear();
        }

        return any;
    }
}
