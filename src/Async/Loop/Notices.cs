namespace PollHttp.Loop;

/// <summary>
/// Queues notices for user code (loggers, listeners of meters, observers of the wire). They are recorded where they arise, under any lock.
/// They are told in order with no lock held, where the loop runs user code. So that code may wait for another request of the same client.
/// </summary>
/// <remarks>
/// A caller that is told of an event is told its notices first (<see cref="Tell"/>), so that a caller with a response finds it in its logs.
/// The order may differ only while a notice is being told on another thread, as that thread may be waiting for this very caller. Thread
/// safety: any thread.
/// </remarks>
internal sealed class Notices(PollLoop loop, ContinuationPolicy policy) : ICompletion
{
    private readonly Queue<Action> _queue = new();
    private Exception? _failure;
    private volatile bool _hasSome;
    private bool _isScheduled;
    private bool _isTelling;

    /// <summary>Gets a value indicating whether there is nothing to tell.</summary>
    public bool IsEmpty => !_hasSome;

    /// <summary>Adds a notice that is told soon.</summary>
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

    /// <summary>Tells all notices. Does nothing on the reactor, which must not wait.</summary>
    /// <remarks>Thread safety: no lock may be held.</remarks>
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

    /// <summary>Takes the first exception thrown since the last call. It is the outcome of the request of the notice.</summary>
    /// <returns>The exception, or null.</returns>
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
