namespace PollHttp.Loop;

/// <summary>Holds, in order, the completions that are to run with the user code of a loop's thread.</summary>
/// <remarks>Thread safety: thread of the loop only.</remarks>
internal sealed class CompletionQueue
{
    private readonly Queue<ICompletion> _queue = new();
    private bool _isRunning;

    public int Count => _queue.Count;

    public void Add(ICompletion completion) => _queue.Enqueue(completion);

    /// <summary>Takes the completion that waits longest.</summary>
    public ICompletion Take() => _queue.Dequeue();

    /// <summary>
    /// Runs user code until a given time: the completions present at the start, then the posts. What they cause waits for the next call, as
    /// does what has not run by then. Does nothing inside user code. A continuation that polls the loop gets only I/O.
    /// </summary>
    /// <returns>True if anything ran.</returns>
    public bool RunUserCode(LoopInbox inbox, TimeProvider time, Instant until)
    {
        if (_isRunning)
        {
            return false;
        }

        _isRunning = true;
        try
        {
            int count = _queue.Count;
            for (int i = 0; i < count && _queue.TryDequeue(out ICompletion? completion); i++)
            {
                completion.Complete();
                if (until != Instant.Never && Instant.Now(time) >= until)
                {
                    return true;
                }
            }

            return inbox.RunPosts(time, until) | count > 0;
        }
        finally
        {
            _isRunning = false;
        }
    }

    /// <summary>Completes, out of turn, the completions that hold up their connections.</summary>
    /// <returns>True if there was any.</returns>
    public bool RunHolding()
    {
        if (!_queue.Any(static completion => completion.HoldsConnection))
        {
            return false;
        }

        ICompletion[] all = [.. _queue];
        _queue.Clear();
        foreach (ICompletion other in all.Where(static completion => !completion.HoldsConnection))
        {
            _queue.Enqueue(other);
        }

        foreach (ICompletion call in all.Where(static completion => completion.HoldsConnection))
        {
            call.Complete();
        }

        return true;
    }

    /// <summary>
    /// Completes everything that is left at the end of the loop. That includes a call from within a continuation, whose own run of
    /// completions ends with those present when it began.
    /// </summary>
    public void RunRemaining()
    {
        while (_queue.TryDequeue(out ICompletion? completion))
        {
            completion.Complete();
        }
    }
}
