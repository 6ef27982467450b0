using PollHttp.Loop;

namespace PollHttp;

// The thread of the loop, the way in from other threads, and the way out to waiters.
public sealed partial class PollLoop
{
    private readonly CompletionQueue _completions = new();
    private readonly LoopInbox _inbox;
    private int _threadId;
    private int _leaderId;

    internal bool IsOnThread => Environment.CurrentManagedThreadId == _threadId;

    /// <summary>Gets a value indicating whether the current thread may poll a connection.</summary>
    /// <remarks>Thread safety: the poll itself needs the lock of the connection.</remarks>
    internal bool CanPollHere => IsBackground || IsOnThread;

    /// <summary>
    /// Gets a value indicating whether the current thread may run a pass. It must be the thread of a loop that is not in background drive,
    /// and not be in a pass already.
    /// </summary>
    internal bool CanBeDrivenHere => IsOnThread && !IsBackground && !_isInPass;

    /// <summary>Gets a value indicating whether the current thread polls the loop, or runs user code between two passes of its own.</summary>
    internal bool IsLedHere => Environment.CurrentManagedThreadId == _leaderId;

    /// <summary>Gets the number of completions that are due.</summary>
    /// <remarks>Thread safety: thread of the loop only.</remarks>
    internal int DueCompletions => _completions.Count;

    internal void BindToCurrentThread() => _leaderId = _threadId = Environment.CurrentManagedThreadId;

    /// <summary>Leaves the loop without a thread until one is bound.</summary>
    internal void LetGo() => _threadId = 0;

    /// <summary>Takes the completion that waits longest.</summary>
    /// <remarks>Thread safety: thread of the loop only.</remarks>
    internal ICompletion TakeCompletion() => _completions.Take();

    /// <summary>Submits work for the next I/O pass. Causes at most one wake-up.</summary>
    /// <remarks>Thread safety: any thread.</remarks>
    internal void Submit(ILoopWork work) => _inbox.Add(work);

    /// <summary>Posts a callback that runs with the user code of the loop.</summary>
    /// <remarks>Thread safety: any thread.</remarks>
    internal void Post(SendOrPostCallback callback, object? state) => _inbox.Post(callback, state);

    /// <summary>Runs the rest of an operation of the library on the loop, or on the thread pool once the loop is disposed.</summary>
    internal void Return(Action rest)
    {
        if (!_inbox.TryAddRest(rest))
        {
            ThreadPool.UnsafeQueueUserWorkItem(static rest => rest(), rest, preferLocal: false);
        }
    }

    /// <summary>
    /// Completes a waiter where the loop runs user code, or on the thread pool once the loop is disposed. Nothing is completed before this
    /// method returns.
    /// </summary>
    /// <remarks>Thread safety: any thread, under any lock.</remarks>
    internal void Complete(ICompletion completion)
    {
        if (IsOnThread && !_inbox.IsClosed)
        {
            _completions.Add(completion);
            _inbox.WakeFromWithin();
        }
        else if (!_inbox.TryAdd(completion))
        {
            ThreadPool.UnsafeQueueUserWorkItem(static late => late.Complete(), completion, preferLocal: false);
        }
    }

    internal void Wake() => _poller.Wake();

    /// <summary>Runs the continuations and posts present at the start. What they cause waits for the next pass.</summary>
    internal bool RunUserCode() => RunUserCode(Instant.Never);

    /// <summary>Runs continuations and posts until a given time. What has not run by then waits for the next call.</summary>
    internal bool RunUserCode(Instant until) => _completions.RunUserCode(_inbox, _time, until);
}
