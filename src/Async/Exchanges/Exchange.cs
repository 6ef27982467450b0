using System.Diagnostics;
using PollHttp.Connections;
using PollHttp.Loop;
using PollHttp.Telemetry;

namespace PollHttp.Exchanges;

/// <summary>
/// Carries out one call, from the request to the delivery of the response head. It makes one or more attempts. Each attempt is sent, and
/// the policies evaluate its head, which ends the exchange or leads to another attempt.
/// </summary>
/// <remarks>
/// The cycle: <see cref="Start"/> → amend → send → <see cref="OnHead"/> → deliver, or change the attempt and amend again. The waiter passes
/// the outcome to the caller.
/// Thread safety: until the exchange is started, its caller uses it. Afterwards members are called under the lock of its connection, or by
/// the thread that took it from the wait queue. Members that end it can be called from any thread.
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

    /// <summary>Gets the message that the exchange was made from, or null. With a message, framing, fields and leniency follow the platform's
    /// handler, and a response that is a tunnel can be delivered.</summary>
    public HttpRequestMessage? Message { get; init; }

    /// <summary>Gets the HTTP version that the request asks for.</summary>
    public VersionDemand Demand { get; init; }

    /// <summary>Gets a value indicating whether the request is sent in HTTP/2 or fails.</summary>
    public bool RequiresHttp2 => Demand == VersionDemand.Http2 || Protocol is not null;

    /// <summary>Gets a value indicating whether the request is sent as HTTP/1.0.</summary>
    public bool IsHttp10 => Demand == VersionDemand.Http10;

    public Instant StartedAt { get; } = engine.Loop.Now;

    /// <summary>Gets the time limit of the whole exchange, or infinite.</summary>
    public TimeSpan Timeout
    {
        get => Deadline == Instant.Never ? System.Threading.Timeout.InfiniteTimeSpan : Deadline - StartedAt;
        init => Deadline = value == System.Threading.Timeout.InfiniteTimeSpan ? Instant.Never : StartedAt + value;
    }

    public Instant Deadline { get; private init; } = Instant.Never;

    /// <summary>Gets the caller's options for this exchange, or null.</summary>
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

    /// <summary>Gets the protocol that an extended CONNECT asks for (RFC 8441), or null.</summary>
    public string? Protocol
    {
        get => _state?.Protocol;
        init
        {
            if (value is not null)
            {
                State.Protocol = value;
            }
        }
    }

    /// <summary>Gets a value indicating whether the body is read whole at once, so that the deadline covers it too.</summary>
    public bool IsBuffered { get; init; }

    /// <summary>Gets or sets the connection that the exchange is on, or that is being made for it. Only a hint, used for cancellation.</summary>
    public PooledConnection? Connection { get; set; }

    /// <summary>Gets or sets the node of the exchange in the wait queue. Guarded by the lock of the pool.</summary>
    public LinkedListNode<Exchange>? Place { get; set; }

    /// <summary>Gets a value indicating whether the exchange has ended with a response that the waiter has not yet taken.</summary>
    public bool HasResponse => _outcome is Response;

    /// <summary>Gets the trace of the exchange, or null if it is not traced.</summary>
    public RequestTrace? Trace => _state?.Trace;

    /// <summary>Gets the record of the current attempt; null if the wire is not observed.</summary>
    public WireExchange? Wire => _state?.Wire;

    /// <summary>Gets the blocking caller, whose thread polls the connection; null if the loop polls it.</summary>
    public BlockingCall? Caller => _waiter as BlockingCall;

    public bool IsFinished => Volatile.Read(ref _finished) != 0;

    /// <summary>Starts the exchange. Throws if the call itself is invalid; later failures reach the waiter.</summary>
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

    /// <summary>Begins an attempt that was submitted, or carries out a cancellation. Called in a pass of the loop.</summary>
    public void Execute()
    {
        if (!_cancelAsked)
        {
            StartAttempt();
            return;
        }

        // This finishes first and looks for the connection second. The thread that begins the exchange on a connection publishes the
        // connection first and looks at IsFinished second. One of the two always sees the other.
        EndCanceled();
        Interlocked.MemoryBarrier();
        Withdraw();
    }

    public void OnLoopDisposed() => engine.Pool.Close(abort: true);

    /// <summary>Begins the current attempt by asking its origin for a connection.</summary>
    public void StartAttempt()
    {
        try
        {
            Origin.Start(this);
        }
        catch (Exception error)
        {
            Fail(error); // the exception must not end the loop
        }
    }

    /// <summary>Arranges for the next attempt to be sent where no lock is held.</summary>
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

    /// <summary>Cancels the exchange, as its token would. Can be called from any thread.</summary>
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

    /// <summary>Removes a finished exchange from the wait queue or the connection it is still on.</summary>
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

    /// <summary>Ends the exchange with a response, or with the error in which a policy wraps it. Returns false if the exchange has ended
    /// already, so that the response is not delivered.</summary>
    public bool Succeed(Response response)
    {
        if (_cancellation is { Token.IsCancellationRequested: true })
        {
            EndCanceled(); // the cancellation is on its way here already: a response must not overtake it
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

    /// <summary>Completes the task that waits. Called where the loop runs user code.</summary>
    /// <remarks>The exchange keeps neither the task nor the response. Its content may still be on a connection, which must not keep alive a
    /// response that the caller has dropped.</remarks>
    public void Complete()
    {
        TaskWaiter waiter = (TaskWaiter)_waiter!;
        _waiter = null;
        waiter.Complete(TakeOutcome(), Token);
    }

    /// <summary>Takes the outcome: a response, an error, or null when the caller canceled.</summary>
    /// <remarks>Called where user code runs, with no lock held. Observers of the exchange are told of its end here.</remarks>
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

    /// <summary>Gets a value indicating whether observers must be told something before the caller.</summary>
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

    /// <summary>Ends the trace. If a listener throws, its exception becomes the outcome, since the waiter must be told in any case.</summary>
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
