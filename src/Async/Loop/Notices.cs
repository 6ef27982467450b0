namespace PollHttp.Loop;

/// <summary>
/// What user code is to be told (loggers, listeners of meters, observers of the wire): noted where it happens, under whatever locks, and
/// told with none held, in order, where the loop runs user code. So that code may wait for another request of the same client.
/// </summary>
/// <remarks>
/// What tells a caller something that a notice is about tells the notices first (<see cref="Tell"/>), so that a caller that has a
/// response finds it in its logs. Only where a notice is just being told on another thread may the two overtake each other: that one may
/// be waiting for this very caller. Thread safety: for any thread.
/// </remarks>
internal sealed class Notices(PollLoop loop, ContinuationPolicy policy) : ICompletion
{
    private readonly Queue<Action> _queue = new();
    private Exception? _failure;
    private volatile bool _hasSome;
    private bool _isScheduled;
    private bool _isTelling;

    /// <summary>Whether there is something to tell.</summary>
    public bool IsEmpty => !_hasSome;

    /// <summary>Has something told soon.</summary>
    public void Add(Action notice)
    {
        lock (_queue)
        {
            _queue.Enqueue(notice);
            _hasSome = true;
            if (_isScheduled)
            {
                return;
            }

            _isScheduled = true;
        }

        loop.Complete(this);
    }

    /// <summary>Tells what there is; no lock may be held. Not on the reactor, which must not wait for anybody: there it does nothing.</summary>
    public void Tell()
    {
        while (_hasSome && !(loop.IsBackground && loop.IsOnThread))
        {
            Action? notice;
            lock (_queue)
            {
                if (_isTelling || !_queue.TryDequeue(out notice))
                {
                    return;
                }

                _isTelling = true;
            }

            UserCode.Enter();
            try
            {
                notice();
            }
            catch (Exception error) when (error is not OutOfMemoryException)
            {
                Interlocked.CompareExchange(ref _failure, error, null);
            }
            finally
            {
                UserCode.Leave();
                lock (_queue)
                {
                    _isTelling = false;
                    _hasSome = _queue.Count > 0;
                }
            }
        }
    }

    /// <summary>Gets the first that was thrown since this was last asked: the outcome of the request that it was told about.</summary>
    public Exception? TakeFailure() => Volatile.Read(ref _failure) is { } failure && Interlocked.CompareExchange(ref _failure, null, failure) == failure ? failure : null;

    bool ICompletion.RunsUserCode => true;

    ContinuationPolicy ICompletion.Policy => policy;

    void ICompletion.Complete()
    {
        lock (_queue)
        {
            _isScheduled = false;
        }

        Tell();
    }
}
