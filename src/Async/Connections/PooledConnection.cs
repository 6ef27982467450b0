using System.Diagnostics;
using PollHttp.Core.Http2;
using PollHttp.Exchanges;
using PollHttp.Loop;
using PollHttp.Pool;
using PollHttp.Settings;
using PollHttp.Streams;

namespace PollHttp.Connections;

/// <summary>Represents a connection of a pool: its pump, the exchange on it, and its host.</summary>
/// <remarks>
/// Thread safety: <see cref="Lock"/> guards the connection and all its parts. A polling thread holds it meanwhile, and so does a consumer
/// that looks at the body. In background drive a caller holds it while it begins a request on an idle connection. The caller of a member
/// holds it, unless the member says otherwise.
/// </remarks>
[DebuggerDisplay("{DebuggerDisplay,nq}")]
internal sealed partial class PooledConnection
{
    [ThreadStatic]
    private static int t_polled;

    private readonly ConnectionExchange _exchange;
    private readonly IdlePolicy _idle;
    private readonly ConnectionMetrics _metrics;
    private readonly ConnectionDescription _description;
    private IConnectionHost _host;
    private CallerHost? _callers;
    private ConnectionDial? _dial;
    private PollConnection? _pump;
    private SharedHost? _shared;
    private TunnelHandover? _handover;
    private StreamNetwork? _streams;
    private CallerSignal? _signal;
    private bool _isLent;

    /// <summary>Initializes a connection that is made for an exchange.</summary>
    /// <param name="origin">The origin of the connection.</param>
    /// <param name="initiator">The exchange that it is made for.</param>
    /// <param name="isBound">Whether that exchange, and no other, is sent on it first. Otherwise the exchange is in the wait queue.</param>
    public PooledConnection(OriginPool origin, Exchange initiator, bool isBound)
        : this(origin)
    {
        initiator.Connection = this;
        if (!isBound)
        {
            _dial = new(origin, initiator, warmUp: null);
            return;
        }

        _exchange.Bind(initiator);
        if (initiator.Caller is not null)
        {
            _host = _callers = new(this);
        }
    }

    /// <summary>Initializes an idle place on a shared connection.</summary>
    public PooledConnection(OriginPool origin, SharedHost shared)
        : this(origin)
    {
        _shared = shared;
        _pump = shared.NewPlace(this);
        _idle.OnPlaced(shared.Born, Loop.Now);
        LoopHost.AttachOpen();
        MoveTo(LifeState.Idle);
    }

    /// <summary>Initializes a connection that is made before it is needed. Without a warm-up its completion is not reported.</summary>
    public PooledConnection(OriginPool origin, WarmUp? warmUp)
        : this(origin) => _dial = new(origin, initiator: null, warmUp);

    private PooledConnection(OriginPool origin)
    {
        ExchangeSettings settings = origin.Pool.Settings;
        Origin = origin;
        Loop = origin.Pool.Loop;
        LoopHost = new(this);
        Drain = new(this, settings);
        Wire = new(this);
        _host = LoopHost;
        _exchange = new(this, settings);
        _idle = new(origin, settings);
        Notices = new(Loop, Continuations);
        _metrics = new(origin.Key, settings, Notices);
        _description = new(Loop);
    }

    /// <summary>
    /// Gets a value indicating whether this thread is polling a connection or evaluating a head. User code that runs then is a callback.
    /// </summary>
    public static bool IsPolledHere => t_polled > 0;

    public object Lock { get; } = new();

    public PollLoop Loop { get; }

    public OriginPool Origin { get; }

    /// <summary>Gets the policy that decides where completions run in background drive.</summary>
    public ContinuationPolicy Continuations => Origin.Pool.Continuations;

    /// <summary>Gets the state of the connection.</summary>
    public LifeState State { get; private set; }

    /// <summary>Gets or sets a value indicating whether other requests wait for this dial, which finds out whether they can share the
    /// connection. Set under the lock of the pool.</summary>
    public bool IsScout { get; set; }

    /// <summary>Gets or sets a value indicating whether the connection is being made and is of use in HTTP/2 alone. Set under the lock of the
    /// pool.</summary>
    public bool RequiresHttp2 { get; set; }

    /// <summary>Gets a value indicating whether the connection is being made for the wait queue.</summary>
    public bool IsDialing => State == LifeState.Dialing && _dial is not null;

    /// <summary>Gets what polls the connection.</summary>
    public IConnectionHost Host => Volatile.Read(ref _host);

    /// <summary>Gets the connection as its loop knows it, whatever its host.</summary>
    public LoopHost LoopHost { get; }

    /// <summary>Gets the host for blocking callers, or null if the loop polls the connection. Exact under the lock.</summary>
    public CallerHost? Callers => Host as CallerHost;

    public BodyDrain Drain { get; }

    public WireTap Wire { get; }

    /// <summary>Gets the notices of the connection for user code.</summary>
    /// <remarks>Thread safety: any thread. No lock is needed.</remarks>
    public Notices Notices { get; }

    public HttpConnection Http => _pump!.Http;

    /// <summary>Gets the exchange on the connection as HTTP sees it.</summary>
    public HttpExchange OnWire => _exchange.OnWire;

    /// <summary>Gets a value indicating whether this is a place on a shared connection.</summary>
    public bool IsPlace => Place is not null;

    /// <summary>Gets the place on a shared connection, or null.</summary>
    public Http2Place? Place => _pump?.SharedPlace;

    /// <summary>Gets a value indicating whether the connection was opened, so that it can be polled.</summary>
    public bool IsOpened => _pump is not null;

    /// <summary>Gets the time as the polls of the connection see it.</summary>
    public Instant Now => _pump?.Now ?? Loop.Now;

    /// <summary>Gets the phase of the connection. It is None before the first poll.</summary>
    public ConnectPhase Phase => _pump?.Phase ?? ConnectPhase.None;

    public bool IsConnecting => State != LifeState.Closed && _pump is { Phase: not ConnectPhase.Http };

    /// <summary>Gets the use of the connection for statistics.</summary>
    /// <remarks>Thread safety: any thread. No lock is needed.</remarks>
    public ConnectionUse Use => IsPlace ? ConnectionUse.None : State switch
    {
        LifeState.Dialing => ConnectionUse.Connecting,
        LifeState.Idle => ConnectionUse.Idle,
        LifeState.Active => ConnectionUse.Active,
        LifeState.Draining => ConnectionUse.Draining,
        _ => ConnectionUse.Closing,
    };

    /// <summary>Gets the bytes of HTTP that the connection has sent.</summary>
    /// <remarks>Thread safety: any thread. No lock is needed.</remarks>
    public long BytesSent => _pump?.BytesSent ?? 0;

    /// <summary>Gets the bytes of HTTP that the connection has received.</summary>
    /// <remarks>Thread safety: any thread. No lock is needed.</remarks>
    public long BytesReceived => _pump?.BytesReceived ?? 0;

    public bool IsResolving => _pump is { IsResolving: true };

    public TransportContext? TransportContext => _pump?.Tls?.Context;

    /// <summary>Gets a value indicating whether the connection may be kept for another exchange.</summary>
    public bool MayBeKept => Now < _idle.Until;

    /// <summary>Gets a value indicating whether a response was received on the connection to its end.</summary>
    public bool HasServed => _idle.HasServed;

    /// <summary>Gets the time since which no exchange is on the connection.</summary>
    public Instant IdleSince => _idle.Since;

    /// <summary>Gets the time at which the connection is closed if it stays idle.</summary>
    public Instant IdleUntil => _idle.Until;

    /// <summary>Gets a value indicating whether an exchange waits for the rest of a body to be drained.</summary>
    public bool IsAwaitedByNext => Drain.Next is not null;

    /// <summary>
    /// Gets a value indicating whether a final head came before the end of the content and the content goes on nevertheless.
    /// </summary>
    public bool HasEarlyResponse => _exchange.HasEarlyResponse;

    /// <summary>Gets the deadline of what is on the connection.</summary>
    public Instant Deadline => State switch
    {
        LifeState.Draining => Drain.Deadline,
        LifeState.Dialing when _dial is { } dial => dial.Deadline,
        _ => _exchange.Deadline,
    };

    /// <summary>
    /// Gets what the connection waits for. While the head is held back for the first bytes of its content, writability is of no interest.
    /// </summary>
    public TransportInterest Interest => _exchange.Stage == ExchangeStage.Evaluating ? TransportInterest.None
        : _exchange.Output != HeadOutput.Corked ? _pump!.Interest
        : Settings.Connector is not null ? TransportInterest.None // streams call back on their own
        : TransportInterest.Read;

    /// <summary>Gets the time at which the connection is processed even if nothing happens.</summary>
    public Instant NextDeadline
    {
        get
        {
            Instant next = _exchange.Stage == ExchangeStage.Evaluating ? Instant.Never : _pump!.Wants.Deadline; // the peer is not slow
            Instant own = State == LifeState.Idle ? _idle.Until : Deadline;
            return own < next ? own : next;
        }
    }

    private ExchangeSettings Settings => Origin.Pool.Settings;

    private bool MayPoll => _pump is not null && State < LifeState.Closing
        && _exchange.Output != HeadOutput.Corked && _exchange.Stage != ExchangeStage.Evaluating;

    /// <summary>
    /// Blocks the calling thread until it can go on. The thread polls the connection if its host is that of blocking callers.
    /// </summary>
    /// <remarks>Thread safety: the caller does not hold the lock.</remarks>
    public void PollFor(IBlockedCaller caller)
    {
        if (Callers is { } callers)
        {
            callers.PollFor(caller);
        }
        else if (IsPlace)
        {
            AwaitLoop(caller);
        }
    }

    /// <summary>Wakes the blocked thread, if there is one, so that it checks its state.</summary>
    /// <remarks>Thread safety: any thread. No lock is needed.</remarks>
    public void WakeCaller()
    {
        Volatile.Read(ref _callers)?.Wake();
        WakeSharer();
    }

    /// <summary>Wakes the thread that is blocked for an exchange on a shared connection, if there is one.</summary>
    /// <remarks>Thread safety: any thread. No lock is needed.</remarks>
    public void WakeSharer()
    {
        if (Volatile.Read(ref _signal) is { } signal)
        {
            signal.Give();
            if (!Loop.IsBackground && !Loop.IsOnThread)
            {
                Loop.Wake();
            }
        }
    }

    /// <summary>
    /// Blocks the calling thread until it can go on, while the loop polls the shared connection. The thread of a loop that is not in background
    /// drive drives it meanwhile.
    /// </summary>
    private void AwaitLoop(IBlockedCaller caller)
    {
        CallerSignal signal = _signal ?? Interlocked.CompareExchange(ref _signal, new(), null) ?? _signal;
        while (true)
        {
            int seen = signal.Count;
            lock (Lock)
            {
                if (caller.IsOver || State == LifeState.Closed)
                {
                    return;
                }
            }

            if (Loop.CanBeDrivenHere)
            {
                Loop.WaitForInputOutput(Timeout.InfiniteTimeSpan);
            }
            else
            {
                signal.Wait(seen);
            }
        }
    }

    /// <summary>Gets a value indicating whether user code has notices to be told before a wait is completed.</summary>
    public bool HasNotices => HasOwnNotices || Wire.Notices is { IsEmpty: false };

    /// <summary>Gets a value indicating whether there are notices of the connection itself, or of the shared connection below it.</summary>
    public bool HasOwnNotices => !Notices.IsEmpty || _shared is { Notices.IsEmpty: false };

    /// <summary>Tells all notices to user code.</summary>
    /// <remarks>Thread safety: no lock may be held.</remarks>
    public void TellNotices()
    {
        TellOwn();
        Wire.Notices?.Tell();
    }

    /// <summary>Tells user code the notices of the connection itself.</summary>
    /// <returns>The exception that was thrown, which is the outcome of the request of the notice, or null.</returns>
    /// <remarks>Thread safety: no lock may be held.</remarks>
    public Exception? TellOwnNotices()
    {
        TellOwn();
        return Notices.TakeFailure() ?? _shared?.Notices.TakeFailure();
    }

    private void TellOwn()
    {
        Notices.Tell();
        _shared?.Notices.Tell();
    }

    /// <summary>Moves the connection to its loop if that runs in background drive, so that a task may wait for it.</summary>
    /// <returns>False if the loop is not in background drive.</returns>
    public bool TryLeaveToLoop()
    {
        if (!Loop.IsBackground)
        {
            return false;
        }

        MoveToLoop();
        Host.Settle();
        return true;
    }

    /// <summary>Moves the connection to its loop, which polls it from now on.</summary>
    public void MoveToLoop()
    {
        Volatile.Write(ref _host, LoopHost);
        _callers?.Leave();
    }

    /// <summary>Moves the connection to its blocking callers, which poll it from now on.</summary>
    private void MoveToCallers()
    {
        CallerHost callers = _callers ??= new(this);
        Volatile.Write(ref _host, callers);
        callers.Enter();
    }

    /// <summary>Sends the output, including a head that was held back.</summary>
    public void Flush()
    {
        Uncork();
        Host.Kick();
    }

    /// <summary>Sends the output in the next pass of the loop, if the loop is the host.</summary>
    public void FlushLater()
    {
        Uncork();
        LoopHost.KickLater();
    }

    public void Uncork() => _exchange.Uncork();

    /// <summary>Writes content to the connection and to its record.</summary>
    /// <returns>The number of bytes taken: all or none.</returns>
    public int Write(ExchangeId id, ReadOnlyMemory<byte> piece) => _exchange.Write(id, piece);

    /// <summary>Gets what responses report about the connection.</summary>
    public ConnectionInfo Describe() => _description.Get(_pump!, _exchange.IsReused);

    /// <summary>Records how long the server keeps the connection, as far as it says.</summary>
    public void NoteKeepAlive(ResponseHead head)
    {
        if (!IsPlace)
        {
            _idle.NoteKeepAlive(head);
        }
    }

    public void CountActive()
    {
        if (!IsPlace)
        {
            _metrics.OnActive(_pump!);
        }
    }

    /// <summary>Registers the interest of the connection with a poller.</summary>
    public void Register(PollerRegistration registration, TransportInterest interest, object owner) =>
        registration.Set(_pump!, interest, owner);

    /// <summary>Moves the connection to another state.</summary>
    private void MoveTo(LifeState next)
    {
        System.Diagnostics.Debug.Assert(LifeTransitions.Allows(State, next), $"{State} is not followed by {next}.");
        State = next;
    }

    /// <summary>Begins to close the connection. No exchange begins on it, and its host closes it with the next step.</summary>
    public void BeginClosing()
    {
        if (State < LifeState.Closing)
        {
            MoveTo(LifeState.Closing);
        }
    }

    /// <summary>Begins to drain the rest of the response, which is not wanted.</summary>
    public void BeginDraining()
    {
        if (State == LifeState.Active)
        {
            MoveTo(LifeState.Draining);
        }
    }

    private string DebuggerDisplay => $"{Origin.Key}: {State}, {_exchange.Stage}";
}
