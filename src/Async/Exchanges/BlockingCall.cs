using System.Runtime.ExceptionServices;
using PollHttp.Connections;
using PollHttp.Loop;

namespace PollHttp.Exchanges;

/// <summary>
/// The sync drive: a call that waits for an exchange with its own thread, which polls the connection it is on, and writes the content of
/// the request where that is not simply memory. No task is made, and neither the loop nor the thread pool is needed.
/// </summary>
/// <remarks>
/// <code>
///            ┌─ idle connection ─┐
/// Start ─────┼─ new connection ──┼─► poll it ─► head ─► return (whoever reads the body polls on)
///            └─ none: wait ──────┘     ▲  │
///                 in order             └──┴─ another attempt, a content, an interim response
/// </code>
/// What others have for the call (a connection that became free, a cancellation, the end of the client) reaches it through its
/// <see cref="CallInbox"/>, which wakes it wherever it sleeps.
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
    }

    /// <summary>Made from within another request, by its content or by a callback: what it would wait for may be waiting for it.</summary>
    public bool IsNested { get; }

    bool IBlockedCaller.IsOver => _inbox.HasNews;

    /// <summary>Gets a value indicating whether the call has failed or was canceled: nothing more of its content is wanted.</summary>
    public bool IsGivenUp => _isGivenUp;

    /// <summary>Gets a value indicating whether user code waits to be called: also for a content that is blocked in a write, which may wait for
    /// its answer.</summary>
    public bool HasCallbacks => _inbox.HasCallbacks;

    /// <summary>Sends, and blocks until the response head. Throws what the exchange failed with.</summary>
    /// <remarks>User code (a content, a callback) runs without the thread's context and task scheduler: what it awaits would wait there for
    /// the very thread that waits for it.</remarks>
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
            call._inbox.Close()?.Decline(); // a content that was to be written is not
            if (context is not null)
            {
                SynchronizationContext.SetSynchronizationContext(context);
            }
        }
    }

    public void OnFinished(Exchange exchange)
    {
        bool isGivenUp = !exchange.HasResponse; // before it is told, as the outcome is taken then
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

    /// <summary>The response is not waited for any more, and not returned if it is there. Any thread.</summary>
    public void GiveUp()
    {
        _isGivenUp = true;
        _inbox.Wake();
        Volatile.Read(ref _writing)?.CancelSource();
    }

    /// <summary>A connection is there for the call: new, and to be opened by its thread, or one that has begun the exchange. False when the
    /// call is over.</summary>
    public bool Take(PooledConnection connection) => _inbox.Put(connection);

    /// <summary>Has the thread begin the next attempt of the exchange.</summary>
    public void StartAgain() => _inbox.StartAgain();

    /// <summary>A content is to be written, by the thread of the call. False when the call is over: the content is not written.</summary>
    public bool Produce(Upload upload) => _inbox.Put(upload);

    /// <summary>A callback of the user's is to be called, by the thread of the call.</summary>
    public void Call(UserCall callback) => _inbox.Put(callback);

    /// <summary>On the thread of the call, from within its content: makes the call that waits longest. False when there is none.</summary>
    public bool TryCallBack()
    {
        if (_inbox.TakeCallback() is not { } callback)
        {
            return false;
        }

        callback.Complete();
        return true;
    }

    /// <remarks>An exchange knows its token until its response. A content may go on being written after that, which the token ends too.</remarks>
    private void Write(Upload upload)
    {
        Volatile.Write(ref _writing, upload);
        _inbox.IsShared = true; // a content may have another thread wait in its place
        Interlocked.MemoryBarrier(); // who gives the call up marks it first, then looks for what is being written
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
            _exchange.Fail(error); // unless it is what it failed with
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

    /// <summary>Its turn for a connection has not come.</summary>
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
