using System.Runtime.ExceptionServices;
using PollHttp.Connections;
using PollHttp.Loop;

namespace PollHttp.Exchanges;

/// <summary>
/// Waits for an exchange on the calling thread. The thread polls the connection of the exchange, and writes the request content unless it
/// is plain memory. No task is created, and neither the loop nor the thread pool is needed.
/// </summary>
/// <remarks>
/// <code>
///            ┌─ idle connection ─┐
/// Start ─────┼─ new connection ──┼─► poll it ─► head ─► return (the reader of the body polls on)
///            └─ none: wait ──────┘     ▲  │
///                 in order             └──┴─ another attempt, a content, an interim response
/// </code>
/// On a connection that other exchanges share (HTTP/2), the loop polls and the thread waits for it; see <see cref="MayShare"/>.
/// Other threads pass news to the call through its <see cref="CallInbox"/>: a connection that became free, a cancellation, the end of the
/// client. The inbox wakes the call wherever it sleeps.
/// </remarks>
internal sealed class BlockingCall : IExchangeWaiter, IBlockedCaller
{
    [ThreadStatic]
    private static BlockingCall? t_current;

    private readonly BlockingCall? _outer = t_current;
    private readonly Exchange _exchange;
    private readonly PollLoop _loop;
    private readonly CallInbox _inbox;
    private Upload? _writing;
    private volatile bool _isGivenUp;

    private BlockingCall(Exchange exchange)
    {
        _exchange = exchange;
        _loop = exchange.Engine.Loop;
        _inbox = new(exchange, _loop);
        IsNested = _outer is not null || PooledConnection.IsPolledHere || UserCode.IsRunningHere || (_loop.IsBackground && _loop.IsOnThread);
        MayShare = !IsNested && (_loop.IsBackground || _loop.CanBeDrivenHere);
    }

    /// <summary>Gets a value indicating whether the call was made from within another request, by its content or by a callback. What this call
    /// would wait for may then be waiting for it.</summary>
    public bool IsNested { get; }

    /// <summary>Gets a value indicating whether the call may be on a connection that it shares and the loop polls. A loop in background drive always
    /// polls. Any other does if the call drives it, and may not otherwise. A call within another request might wait for its place. This is so for the
    /// whole call: the next attempt is prepared within a pass of the loop, which the call itself drives.</summary>
    public bool MayShare { get; }

    bool IBlockedCaller.IsOver => _inbox.HasNews;

    /// <summary>Gets a value indicating whether the call has failed or was canceled, so that no more of its content is wanted.</summary>
    public bool IsGivenUp => _isGivenUp;

    /// <summary>Gets a value indicating whether user code waits to be called. A content that is blocked in a write asks this too, because the
    /// write may depend on that call.</summary>
    public bool HasCallbacks => _inbox.HasCallbacks;

    /// <summary>Sends the request and blocks until the response head. Throws the exception that the exchange failed with.</summary>
    /// <remarks>User code (a content, a callback) runs without the thread's synchronization context and task scheduler. Otherwise its
    /// continuations would wait there for the thread that waits for them.</remarks>
    public static Response Send(Exchange exchange)
    {
        if (TaskScheduler.Current != TaskScheduler.Default)
        {
            Task<Response> sending = new(static state => SendHere((Exchange)state!), exchange);
            sending.RunSynchronously(TaskScheduler.Default);
            return sending.GetAwaiter().GetResult();
        }

        return SendHere(exchange);
    }

    private static Response SendHere(Exchange exchange)
    {
        SynchronizationContext? context = SynchronizationContext.Current;
        if (context is not null)
        {
            SynchronizationContext.SetSynchronizationContext(null);
        }

        BlockingCall call = new(exchange);
        t_current = call;
        try
        {
            exchange.Start(call);
            return call.RunToEnd();
        }
        finally
        {
            t_current = call._outer;
            call._inbox.Close()?.Decline(); // a content that was still to be written is not written
            if (context is not null)
            {
                SynchronizationContext.SetSynchronizationContext(context);
            }
        }
    }

    public void OnFinished(Exchange exchange)
    {
        bool isGivenUp = !exchange.HasResponse; // read before Finish, after which the outcome may be taken
        if (isGivenUp)
        {
            _isGivenUp = true;
        }

        _inbox.Finish();
        if (isGivenUp)
        {
            Volatile.Read(ref _writing)?.CancelSource();
        }
    }

    /// <summary>Gives the call up: it no longer waits for the response, and does not return one that has come. Can be called from any
    /// thread.</summary>
    public void GiveUp()
    {
        _isGivenUp = true;
        _inbox.Wake();
        Volatile.Read(ref _writing)?.CancelSource();
    }

    /// <summary>Gives the call a connection: a new one that its thread is to open, or one that has begun the exchange. Returns false when the
    /// call is over.</summary>
    public bool Take(PooledConnection connection) => _inbox.Put(connection);

    /// <summary>Tells the thread of the call to begin the next attempt of the exchange.</summary>
    public void StartAgain() => _inbox.StartAgain();

    /// <summary>Gives the call a content that its thread is to write. Returns false when the call is over and the content is not
    /// written.</summary>
    public bool Produce(Upload upload) => _inbox.Put(upload);

    /// <summary>Gives the call a callback of the user that its thread is to run.</summary>
    public void Call(UserCall callback) => _inbox.Put(callback);

    /// <summary>Runs the callback that has waited longest. Called on the thread of the call, from within its content. Returns false when there
    /// is none.</summary>
    public bool TryCallBack()
    {
        if (_inbox.TakeCallback() is not { } callback)
        {
            return false;
        }

        callback.Complete();
        return true;
    }

    /// <remarks>An exchange observes its token only until its response. A content may be written beyond that, and the token ends it too.</remarks>
    private void Write(Upload upload)
    {
        Volatile.Write(ref _writing, upload);
        _inbox.IsShared = true; // a content may let another thread wait in place of this one
        Interlocked.MemoryBarrier(); // giving up sets the mark first, then looks for the content being written
        try
        {
            if (_isGivenUp)
            {
                upload.CancelSource();
            }

            using (_exchange.Token.UnsafeRegister(static state => ((BlockingCall)state!).OnTokenCanceled(), this))
            {
                upload.RunBlocking();
            }
        }
        finally
        {
            _inbox.IsShared = false;
            Volatile.Write(ref _writing, null);
        }
    }

    private void OnTokenCanceled()
    {
        _exchange.Cancel();
        GiveUp();
    }

    private Response RunToEnd()
    {
        try
        {
            return Run();
        }
        catch (Exception error)
        {
            _exchange.Fail(error); // does nothing if the exchange has failed with this error already
            _exchange.Withdraw();
            (_exchange.TakeOutcome() as Response)?.Dispose();
            throw;
        }
    }

    private Response Run()
    {
        while (true)
        {
            switch (_inbox.Take())
            {
                case UserCall callback:
                    callback.Complete();
                    break;
                case Upload upload:
                    Write(upload);
                    break;
                case Exchange { IsFinished: true }:
                    return Outcome();
                case Exchange exchange:
                    exchange.StartAttempt();
                    break;
                case PooledConnection connection:
                    connection.PollFor(this);
                    _inbox.LetGoOf(connection);
                    break;
                default:
                    Wait();
                    break;
            }
        }
    }

    /// <summary>Sleeps until there is news, or fails the exchange if its time is over. The exchange has no connection yet.</summary>
    private void Wait()
    {
        TimeSpan left = _exchange.Deadline == Instant.Never ? Timeout.InfiniteTimeSpan : _exchange.Deadline - _loop.Now;
        if (left <= TimeSpan.Zero && left != Timeout.InfiniteTimeSpan)
        {
            _exchange.Origin.Leave(_exchange);
            _exchange.FailTimedOut(ConnectPhase.None);
            return;
        }

        _inbox.Wait(left);
    }

    private Response Outcome()
    {
        object? outcome = _exchange.TakeOutcome();
        if (outcome is Exception error)
        {
            ExceptionDispatchInfo.Throw(error);
        }

        if (_isGivenUp && outcome is Response late)
        {
            late.Abort();
            throw new TaskCanceledException(null, null, _exchange.Token);
        }

        return outcome as Response ?? throw new TaskCanceledException(null, null, _exchange.Token);
    }
}
