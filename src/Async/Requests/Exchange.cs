namespace PollHttp;

/// <summary>
/// One request on its way: waits for a connection, is sent (perhaps twice), and completes at the response head.
/// The task it completes is its own base, so that a request costs one object besides the task.
/// </summary>
internal sealed class Exchange : TaskCompletionSource<Response>, ILoopWork, ICompletion
{
    private readonly CancellationToken _token;
    private CancellationTokenRegistration _registration;
    private Response? _response;
    private Exception? _error;
    private bool _canceled;
    private volatile bool _cancelAsked;
    private int _registrationState;
    private int _finished;

    public Exchange(PollLoop loop, CancellationToken token)
        : base(loop.IsBackground ? TaskCreationOptions.RunContinuationsAsynchronously : TaskCreationOptions.None)
    {
        _token = token;
    }

    public required OriginPool Origin { get; init; }

    public required string Method { get; init; }

    public required string Target { get; init; }

    public required Uri Uri { get; init; }

    public required string UserAgent { get; init; }

    public HeaderList? Headers { get; init; }

    public RequestContent? Content { get; init; }

    public TimeSpan Timeout { get; init; }

    public Instant Deadline { get; init; } = Instant.Never;

    /// <summary>The deadline also covers the body: it will be read whole at once.</summary>
    public bool IsBuffered { get; init; }

    public PooledConnection? Connection { get; set; }

    public bool HasBeenRetried { get; set; }

    public bool IsFinished => Volatile.Read(ref _finished) != 0;

    public bool IsIdempotent => Method is "GET" or "HEAD" or "OPTIONS" or "TRACE" or "PUT" or "DELETE";

    public Task<Response> Run()
    {
        PollLoop loop = Origin.Pool.Loop;
        if (loop.CanPollHere)
        {
            Origin.Start(this);
        }
        else
        {
            loop.Submit(this);
        }

        if (_token.CanBeCanceled && !Task.IsCompleted)
        {
            Register();
        }

        return Task;
    }

    /// <summary>In the loop's pass: begins what came from another thread, or carries out a cancellation.</summary>
    public void Execute()
    {
        if (!_cancelAsked)
        {
            Origin.Start(this);
            return;
        }

        // Finish first, then look for the connection; whoever begins on a connection publishes it first, then looks at
        // IsFinished. One of the two sees the other.
        if (Finish())
        {
            _canceled = true;
            Origin.Pool.Loop.Complete(this);
        }

        Interlocked.MemoryBarrier();
        Connection?.AbortExchange(this);
    }

    public bool Succeed(Response response)
    {
        if (!Finish())
        {
            return false;
        }

        _response = response;
        Origin.Pool.Loop.Complete(this);
        return true;
    }

    public bool Fail(Exception error)
    {
        if (!Finish())
        {
            return false;
        }

        _error = error;
        Origin.Pool.Loop.Complete(this);
        return true;
    }

    public bool FailTimedOut(ConnectPhase phase) =>
        Fail(FaultMapping.TotalTimeout(this, phase));

    public void Complete()
    {
        if (_response is not null)
        {
            TrySetResult(_response);
        }
        else if (_canceled)
        {
            TrySetCanceled(_token);
        }
        else
        {
            TrySetException(_error!);
        }
    }

    private bool Finish()
    {
        if (Interlocked.Exchange(ref _finished, 1) != 0)
        {
            return false;
        }

        if (Interlocked.Exchange(ref _registrationState, 2) == 1)
        {
            _registration.Unregister();
        }

        return true;
    }

    private void Register()
    {
        _registration = _token.UnsafeRegister(
            static state =>
            {
                Exchange exchange = (Exchange)state!;
                exchange._cancelAsked = true;
                exchange.Origin.Pool.Loop.Submit(exchange);
            },
            this);
        if (Interlocked.CompareExchange(ref _registrationState, 1, 0) == 2)
        {
            _registration.Unregister();
        }
    }
}
