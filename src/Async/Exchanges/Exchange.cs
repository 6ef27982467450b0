using System.Diagnostics;
using PollHttp.Connections;
using PollHttp.Loop;
using PollHttp.Telemetry;

namespace PollHttp.Exchanges;

/// <summary>
/// One request on its way, from the call to the response head that is delivered. Makes one attempt or several: each is sent, has
/// its head evaluated by the policies, and either ends the exchange or is followed by another.
/// </summary>
/// <remarks>
/// The one loop: <see cref="Start"/> → amend → send → <see cref="OnHead"/> → deliver, or change the attempt and amend again. How the
/// outcome reaches the caller is the waiter's affair. Members are called by the caller until it is started, afterwards
/// under the lock of the connection it is on, or by the thread that took it from the wait queue; the ending ones by any thread.
/// </remarks>
[DebuggerDisplay("{DebuggerDisplay,nq}")]
internal sealed partial class Exchange(ExchangeEngine engine, CancellationToken token) : ILoopWork, ICompletion, ITraceCarrier
{
    private readonly ExchangeCancellation? _cancellation = token.CanBeCanceled ? new(token) : null;
    private IExchangeWaiter? _waiter;
    private object? _outcome;
    private volatile bool _cancelAsked;
    private int _finished;

    public ExchangeEngine Engine => engine;

    public ContinuationPolicy Policy => engine.Continuations;

    public CancellationToken Token => _cancellation?.Token ?? default;

    /// <summary>The message it was made from, or null: its framing, its fields and what it lets through are the platform's then, and
    /// a response that is a tunnel can be delivered.</summary>
    public HttpRequestMessage? Message { get; init; }

    /// <summary>Gets which version it asks for.</summary>
    public VersionDemand Demand { get; init; }

    /// <summary>Whether it is sent as HTTP/1.0.</summary>
    public bool IsHttp10 => Demand == VersionDemand.Http10;

    public Instant StartedAt { get; } = engine.Loop.Now;

    /// <summary>The limit of the whole, or infinite.</summary>
    public TimeSpan Timeout
    {
        get => Deadline == Instant.Never ? System.Threading.Timeout.InfiniteTimeSpan : Deadline - StartedAt;
        init => Deadline = value == System.Threading.Timeout.InfiniteTimeSpan ? Instant.Never : StartedAt + value;
    }

    public Instant Deadline { get; private init; } = Instant.Never;

    /// <summary>What the caller wants differently for this one; null for nothing.</summary>
    public RequestOptions? Options
    {
        get => _state?.Options;
        init
        {
            if (value is not null)
            {
                State.Options = value;
            }
        }
    }

    /// <summary>The deadline also covers the body: it will be read whole at once.</summary>
    public bool IsBuffered { get; init; }

    /// <summary>Gets or sets the connection it is on, or that is being made for it; a hint for cancelling.</summary>
    public PooledConnection? Connection { get; set; }

    /// <summary>Its place among the waiting ones. Under their lock.</summary>
    public LinkedListNode<Exchange>? Place { get; set; }

    /// <summary>Gets a value indicating whether it has ended with a response; known to the waiter until it takes the outcome.</summary>
    public bool HasResponse => _outcome is Response;

    /// <summary>Who watches it, or null.</summary>
    public RequestTrace? Trace => _state?.Trace;

    /// <summary>Gets the record of the current attempt; null where the wire is not observed.</summary>
    public WireExchange? Wire => _state?.Wire;

    /// <summary>The thread that waits for it, which polls its connection; null where the loop does.</summary>
    public BlockingCall? Caller => _waiter as BlockingCall;

    public bool IsFinished => Volatile.Read(ref _finished) != 0;

    /// <summary>Begins. Throws what is wrong with the call itself; everything later reaches the waiter.</summary>
    public void Start(IExchangeWaiter waiter)
    {
        ObjectDisposedException.ThrowIf(engine.Loop.IsDisposed, engine.Loop);
        _waiter = waiter;
        if (engine.Settings.Telemetry.Begin(this) is { } trace)
        {
            State.Trace = trace;
        }

        try
        {
            ReadContent();
            Prepare();
        }
        catch (Exception error)
        {
            Trace?.End(null, error);
            throw;
        }

        BeginRecord();
        Dispatch();
        if (!IsFinished)
        {
            _cancellation?.Register(this);
        }
    }

    /// <summary>Begins an attempt that was handed in, or carries out a cancellation, in a pass of the loop.</summary>
    public void Execute()
    {
        if (!_cancelAsked)
        {
            StartAttempt();
            return;
        }

        // Finish first, then look for the connection; the thread that begins it on a connection publishes that first, then looks at
        // IsFinished. One of the two sees the other.
        EndCanceled();
        Interlocked.MemoryBarrier();
        Withdraw();
    }

    public void OnLoopDisposed() => engine.Pool.Close(abort: true);

    /// <summary>Begins the current attempt: asks its origin for a connection.</summary>
    public void StartAttempt()
    {
        try
        {
            Origin.Start(this);
        }
        catch (Exception error)
        {
            Fail(error); // the loop has others to look after
        }
    }

    /// <summary>Has the next attempt sent from where no lock is held.</summary>
    public void Continue()
    {
        if (Caller is { } caller)
        {
            caller.StartAgain();
        }
        else
        {
            engine.Loop.Submit(this);
        }
    }

    /// <summary>Gives the exchange up, as its token would. From any thread.</summary>
    public void Cancel()
    {
        _cancelAsked = true;
        if (Caller is null)
        {
            engine.Loop.Submit(this);
        }
        else
        {
            EndCanceled(); // its thread does the rest
        }
    }

    /// <summary>Takes it, once it is finished, from wherever it still is.</summary>
    public void Withdraw()
    {
        Origin.Leave(this);
        Connection?.AbortExchange(this);
    }

    private void EndCanceled()
    {
        if (TryFinish())
        {
            Wire?.End(new TaskCanceledException(null, null, Token));
            _waiter!.OnFinished(this);
        }
    }

    /// <summary>Ends it with a response, or with the error that a policy wants to carry it. False when it has ended already, so that the
    /// response is not delivered.</summary>
    public bool Succeed(Response response)
    {
        if (_cancellation is { Token.IsCancellationRequested: true })
        {
            EndCanceled(); // by now the cancellation is on its way here: a response must not overtake it
            return false;
        }

        if (!TryFinish())
        {
            return false;
        }

        _outcome = Refusal is { } refuse ? refuse(response) : response;
        _waiter!.OnFinished(this);
        return true;
    }

    public bool Fail(Exception error)
    {
        if (!TryFinish())
        {
            return false;
        }

        Wire?.End(error);
        _outcome = error;
        _waiter!.OnFinished(this);
        return true;
    }

    /// <summary>Where the loop runs user code: completes the task that waits.</summary>
    /// <remarks>The exchange keeps neither task nor response: its content may still be on a connection, which must not hold a response that
    /// the caller has dropped.</remarks>
    public void Complete()
    {
        TaskWaiter waiter = (TaskWaiter)_waiter!;
        _waiter = null;
        waiter.Complete(TakeOutcome(), Token);
    }

    /// <summary>Gets the outcome and lets go of it: a response, an error, or null when the caller canceled.</summary>
    /// <remarks>Called where user code runs, with no lock held: what measures and traces the exchange is told of its end here.</remarks>
    public object? TakeOutcome()
    {
        object? outcome = Interlocked.Exchange(ref _outcome, null);
        if (Connection?.TellOwnNotices() is { } thrown)
        {
            outcome = Replace(outcome, thrown);
        }

        Wire?.Notices.Tell();
        return Trace is { } trace ? EndTrace(trace, outcome) : outcome;
    }

    /// <summary>Gets a value indicating whether user code is to be told something before the caller.</summary>
    public bool RunsUserCode => Trace is { IsObserved: true } || Connection is { HasOwnNotices: true } || Wire is { Notices.IsEmpty: false };

    public bool FailTimedOut(ConnectPhase phase) => Fail(FaultMapping.TotalTimeout(this, phase));

    private void Dispatch()
    {
        if (Caller is not null || engine.Loop.CanPollHere)
        {
            Origin.Start(this);
        }
        else
        {
            engine.Loop.Submit(this);
        }
    }

    /// <summary>Ends the trace. What a listener throws is the outcome then: the waiter must be told in any case.</summary>
    private static object? EndTrace(RequestTrace trace, object? outcome)
    {
        try
        {
            trace.End(ResponseOf(outcome), outcome as Exception);
            return outcome;
        }
        catch (Exception thrown)
        {
            return Replace(outcome, thrown);
        }
    }

    private static Exception Replace(object? outcome, Exception thrown)
    {
        ResponseOf(outcome)?.Dispose();
        return thrown;
    }

    private static Response? ResponseOf(object? outcome) => outcome as Response ?? (outcome as RedirectException)?.Response;

    private bool TryFinish()
    {
        if (Interlocked.Exchange(ref _finished, 1) != 0)
        {
            return false;
        }

        _cancellation?.Unregister();
        Trace?.Stop();
        return true;
    }

    private string DebuggerDisplay => $"{Method} {Uri}{(IsFinished ? ", finished" : "")}";
}
