namespace PollHttp.Loop;

/// <summary>The completions that wait for the user code of their loop's thread to run, in order.</summary>
/// <remarks>Thread safety: for the thread of the loop.</remarks>
internal sealed class CompletionQueue
{
    private readonly Queue<ICompletion> _queue = new();
    private bool _isRunning;

    public int Count => _queue.Count;

    public void Add(ICompletion completion) => _queue.Enqueue(completion);

    /// <summary>Takes the completion that waits longest.</summary>
    public ICompletion Take() => _queue.Dequeue();

    /// <summary>
    /// Runs user code until a time: the completions that were there at the start, then the posts. What they cause waits for the next
    /// call, as does what is not run by then. Does nothing inside user code: where a continuation polls the loop, that is for I/O alone.
    /// </summary>
    /// <returns>True when anything ran.</returns>
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

    /// <summary>Completes out of turn what connections stand still for.</summary>
    /// <returns>True when there was any.</returns>
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
    /// Completes everything that is left, at the end of the loop: also from within a continuation, whose own run of completions ends
    /// with those that were there when it began.
    /// </summary>
    public void RunRemaining()
    {
        while (_queue.TryDequeue(out ICompletion? completion))
        {
            completion.Complete();
        }
    }
}
