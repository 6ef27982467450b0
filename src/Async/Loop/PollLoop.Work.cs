using PollHttp.Loop;

namespace PollHttp;

// Whose thread it is; the way in from other threads, and the way out to waiters.
public sealed partial class PollLoop
{
    private readonly CompletionQueue _completions = new();
    private readonly LoopInbox _inbox;
    private int _threadId;
    private int _leaderId;

    internal bool IsOnThread => Environment.CurrentManagedThreadId == _threadId;

    /// <summary>Gets a value indicating whether a connection may be polled by the current thread (under its lock).</summary>
    internal bool CanPollHere => IsBackground || IsOnThread;

    /// <summary>Gets a value indicating whether the current thread may run a pass: it is the loop's, one of the user's, and not in a pass
    /// already.</summary>
    internal bool CanBeDrivenHere => IsOnThread && !IsBackground && !_isInPass;

    /// <summary>Gets a value indicating whether the current thread polls the loop, or runs user code between two passes of its own.</summary>
    internal bool IsLedHere => Environment.CurrentManagedThreadId == _leaderId;

    /// <summary>Gets how many completions wait. Loop thread only.</summary>
    internal int DueCompletions => _completions.Count;

    internal void BindToCurrentThread() => _leaderId = _threadId = Environment.CurrentManagedThreadId;

    /// <summary>Leaves the loop without a thread, until one is bound.</summary>
    internal void LetGo() => _threadId = 0;

    /// <summary>Takes the completion that waits longest. Loop thread only.</summary>
    internal ICompletion TakeCompletion() => _completions.Take();

    /// <summary>Has the loop do something in its next I/O pass. From any thread; at most one wake-up.</summary>
    internal void Submit(ILoopWork work) => _inbox.Add(work);

    /// <summary>Has the loop run a callback with its user code. From any thread.</summary>
    internal void Post(SendOrPostCallback callback, object? state) => _inbox.Post(callback, state);

    /// <summary>Has the loop run the rest of an operation of the library's own; once it is disposed, the thread pool does.</summary>
    internal void Return(Action rest)
    {
        if (!_inbox.TryAddRest(rest))
        {
            ThreadPool.UnsafeQueueUserWorkItem(static rest => rest(), rest, preferLocal: false);
        }
    }

    /// <summary>Completes a waiter where the loop runs user code, or on the thread pool once it is disposed. From any thread, under any
    /// lock: nothing is completed before it returns.</summary>
    internal void Complete(ICompletion completion)
    {
        if (IsOnThread && !_inbox.IsClosed)
        {
            _completions.Add(completion);
        }
        else if (!_inbox.TryAdd(completion))
        {
            ThreadPool.UnsafeQueueUserWorkItem(static late => late.Complete(), completion, preferLocal: false);
        }
    }

    internal void Wake() => _poller.Wake();

    /// <summary>Runs continuations and posts that were there at the start; what they cause waits for the next pass.</summary>
    internal bool RunUserCode() => RunUserCode(Instant.Never);

    /// <summary>Runs continuations and posts until a time: what is not done by then stays for the next call.</summary>
    internal bool RunUserCode(Instant until) => _completions.RunUserCode(_inbox, _time, until);
}
