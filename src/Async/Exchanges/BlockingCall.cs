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
///                 in order             └──┴─ another hop, a content, an interim response
/// </code>
/// What others have for the call (a connection that became free, a cancellation, the end of the client) reaches it as news, which wakes
/// it wherever it sleeps. News are told on any thread, also under the lock of a connection; lock order: that one, then the one here.
/// </remarks>
internal sealed class BlockingCall : IExchangeWaiter, IBlockedCaller
{
    [ThreadStatic]
    private static BlockingCall? t_current;

    private readonly object _monitor = new();
    private readonly int _thread = Environment.CurrentManagedThreadId;
    private readonly BlockingCall? _outer = t_current;
    private readonly Exchange _exchange;
    private readonly PollLoop _loop;
    private PooledConnection? _connection;
    private Queue<UserCall>? _callbacks;
    private Upload? _upload;
    private bool _mustStart;
    private Upload? _writing;
    private bool _isFinished;
    private bool _isOver;
    private bool _isInLoop;
    private volatile bool _isGivenUp;
    private volatile bool _hasNews;

    private BlockingCall(Exchange exchange)
    {
        _exchange = exchange;
        _loop = exchange.Engine.Loop;
        IsNested = _outer is not null || PooledConnection.IsPolledHere || UserCode.IsRunningHere || (_loop.IsBackground && _loop.IsOnThread);
    }

    /// <summary>Made from within another request, by its content or by a callback: what it would wait for may be waiting for it.</summary>
    public bool IsNested { get; }

    bool IBlockedCaller.IsOver => _hasNews;

    /// <summary>Gets a value indicating whether the call has failed or was canceled: nothing more of its content is wanted.</summary>
    public bool IsGivenUp => _isGivenUp;

    /// <summary>Whether user code waits to be called: also for a content that is blocked in a write, which may wait for its answer.</summary>
    public bool HasCallbacks
    {
        get
        {
            lock (_monitor)
            {
                return _callbacks is { Count: > 0 };
            }
        }
    }

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
            call.End();
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

        Tell(static (call, _) => call._isFinished = true, null);
        if (isGivenUp)
        {
            Volatile.Read(ref _writing)?.CancelSource();
        }
    }

    /// <summary>The response is not waited for any more, and not returned if it is there. Any thread.</summary>
    public void GiveUp()
    {
        _isGivenUp = true;
        Tell(static (_, _) => { }, null);
        Volatile.Read(ref _writing)?.CancelSource();
    }

    /// <summary>A connection is there for the call: new, and to be opened by its thread, or one that has begun the exchange. False when the
    /// call is over.</summary>
    public bool Take(PooledConnection connection) => Tell(static (call, state) => call._connection = (PooledConnection)state!, connection);

    /// <summary>The exchange has another hop, or the same once more.</summary>
    public void StartAgain() => Tell(static (call, _) => call._mustStart = true, null);

    /// <summary>A content is to be written, by the thread of the call. False when the call is over: the content is not written.</summary>
    public bool Produce(Upload upload) => Tell(static (call, state) => call._upload = (Upload)state!, upload);

    /// <summary>A callback of the user's is to be called, by the thread of the call.</summary>
    public void Call(UserCall callback) =>
        Tell(static (call, state) => (call._callbacks ??= new()).Enqueue((UserCall)state!), callback);

    /// <summary>On the thread of the call, from within its content: makes the call that waits longest. False when there is none.</summary>
    public bool TryCallBack()
    {
        UserCall? callback = null;
        lock (_monitor)
        {
            _callbacks?.TryDequeue(out callback);
        }

        callback?.Complete();
        return callback is not null;
    }

    private bool Tell(Action<BlockingCall, object?> what, object? state)
    {
        PooledConnection? connection;
        bool isInLoop;
        lock (_monitor)
        {
            if (_isOver)
            {
                return false;
            }

            what(this, state);
            _hasNews = true;
            connection = _connection;
            isInLoop = _isInLoop;
            Monitor.Pulse(_monitor);
        }

        if (Environment.CurrentManagedThreadId != _thread || _writing is not null) // a content may have another thread wait in its place
        {
            connection?.WakeCaller();
            if (isInLoop)
            {
                _loop.Wake();
            }
        }

        return true;
    }

    /// <summary>Refuses news from now on. A content that was to be written is not.</summary>
    private void End()
    {
        Upload? left;
        lock (_monitor)
        {
            _isOver = true;
            left = _upload;
            _upload = null;
        }

        left?.Decline();
    }

    /// <remarks>An exchange knows its token until its response. A content may go on being written after that, which the token ends too.</remarks>
    private void Write(Upload upload)
    {
        Volatile.Write(ref _writing, upload);
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
            switch (TakeNews())
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
                    exchange.StartHop();
                    break;
                case PooledConnection connection:
                    connection.PollFor(this);
                    LetGoOf(connection);
                    break;
                default:
                    WaitForNews();
                    break;
            }
        }
    }

    /// <summary>The next thing to do: a callback, a content, the exchange itself (its end, or its start), the connection to poll, or
    /// nothing.</summary>
    private object? TakeNews()
    {
        lock (_monitor)
        {
            if (_callbacks is { Count: > 0 })
            {
                return _callbacks.Dequeue();
            }

            if (_upload is { } upload)
            {
                _upload = null;
                return upload;
            }

            if (_isFinished)
            {
                _isOver = true; // news told after this would not be read
                return _exchange;
            }

            if (_mustStart)
            {
                _mustStart = false;
                _connection = null; // by now it may be another call's, where nobody would wake this one
                return _exchange;
            }

            _hasNews = false;
            return _connection;
        }
    }

    /// <summary>The connection is somebody else's, or gone: nothing more comes from there.</summary>
    private void LetGoOf(PooledConnection connection)
    {
        lock (_monitor)
        {
            if (!_hasNews && ReferenceEquals(_connection, connection))
            {
                _connection = null;
            }
        }
    }

    /// <summary>Its turn for a connection has not come. On the thread of a loop, the loop goes on meanwhile, since it may be what has the
    /// connections.</summary>
    private void WaitForNews()
    {
        TimeSpan left = _exchange.Deadline == Instant.Never ? Timeout.InfiniteTimeSpan : _exchange.Deadline - _loop.Now;
        if (left <= TimeSpan.Zero && left != Timeout.InfiniteTimeSpan)
        {
            _exchange.Origin.Leave(_exchange);
            _exchange.FailTimedOut(ConnectPhase.None);
            return;
        }

        bool drives = _loop.CanBeDrivenHere;
        lock (_monitor)
        {
            if (_hasNews)
            {
                return;
            }

            if (!drives)
            {
                Monitor.Wait(_monitor, left.TotalMilliseconds > int.MaxValue ? Timeout.InfiniteTimeSpan : RoundUp(left));
                return;
            }

            _isInLoop = true;
        }

        _loop.WaitForInputOutput(left);
        lock (_monitor)
        {
            _isInLoop = false;
        }
    }

    private static TimeSpan RoundUp(TimeSpan wait) =>
        wait == Timeout.InfiniteTimeSpan ? wait : TimeSpan.FromMilliseconds(Math.Ceiling(wait.TotalMilliseconds));

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
