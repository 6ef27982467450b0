using System.Diagnostics;
using PollHttp.Core.Http2;
using PollHttp.Exchanges;
using PollHttp.Loop;
using PollHttp.Pool;
using PollHttp.Settings;
using PollHttp.Streams;

namespace PollHttp.Connections;

/// <summary>
/// A connection of a pool: its pump, the exchange on it, and who polls it.
/// </summary>
/// <remarks>
/// <see cref="Lock"/> guards it all, and what it is made of. Whoever polls holds it meanwhile; a consumer while looking at the body; in
/// background drive a caller while it begins a request on an idle connection. Members are under it, unless they say otherwise.
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
    private bool _isLent;

    /// <param name="origin">Where it belongs.</param>
    /// <param name="initiator">For whom it is made.</param>
    /// <param name="isBound">Whether that exchange, and no other, is sent on it first; otherwise it is one of the waiting ones.</param>
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

    /// <summary>A place on a connection that is shared, idle.</summary>
    public PooledConnection(OriginPool origin, SharedHost shared)
        : this(origin)
    {
        _shared = shared;
        _pump = shared.NewPlace(this);
        _idle.OnBorn(shared.Born);
        _idle.OnMade(Loop.Now);
        LoopHost.AttachOpen();
        MoveTo(LifeState.Idle);
    }

    /// <summary>One that is made before it is needed; null: nobody waits to hear of it.</summary>
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

    /// <summary>Whether this thread is polling a connection, or asks somebody for one: it runs a callback.</summary>
    public static bool IsPolledHere => t_polled > 0;

    public object Lock { get; } = new();

    public PollLoop Loop { get; }

    public OriginPool Origin { get; }

    /// <summary>Where completions run in background drive.</summary>
    public ContinuationPolicy Continuations => Origin.Pool.Continuations;

    /// <summary>Gets where it is in its life.</summary>
    public LifeState State { get; private set; }

    /// <summary>Whether it is being made for whoever waits longest.</summary>
    public bool IsDialing => State == LifeState.Dialing && _dial is not null;

    /// <summary>Who polls it.</summary>
    public IConnectionHost Host => Volatile.Read(ref _host);

    /// <summary>What its loop knows of it, whoever polls.</summary>
    public LoopHost LoopHost { get; }

    /// <summary>The threads that poll it, or null where its loop does. Exact under the lock.</summary>
    public CallerHost? Callers => Host as CallerHost;

    public BodyDrain Drain { get; }

    public WireTap Wire { get; }

    /// <summary>What user code is to be told of it. No lock needed.</summary>
    public Notices Notices { get; }

    public HttpConnection Http => _pump!.Http;

    /// <summary>What it says of the exchange on it.</summary>
    public HttpExchange OnWire => _exchange.OnWire;

    /// <summary>Gets a value indicating whether it is a place on a connection that others share.</summary>
    public bool IsPlace => Place is not null;

    /// <summary>Gets the place that it is on a shared connection, or null.</summary>
    public Http2Place? Place => _pump?.SharedPlace;

    /// <summary>Whether it was opened, so that it can be polled.</summary>
    public bool IsOpened => _pump is not null;

    /// <summary>The time, as its polls have it.</summary>
    public Instant Now => _pump?.Now ?? Loop.Now;

    /// <summary>How far it is; None before the first poll.</summary>
    public ConnectPhase Phase => _pump?.Phase ?? ConnectPhase.None;

    public bool IsConnecting => State != LifeState.Closed && _pump is { Phase: not ConnectPhase.Http };

    /// <summary>Gets what it is doing, for statistics. No lock needed.</summary>
    public ConnectionUse Use => IsPlace ? ConnectionUse.None : State switch
    {
        LifeState.Dialing => ConnectionUse.Connecting,
        LifeState.Idle => ConnectionUse.Idle,
        LifeState.Active => ConnectionUse.Active,
        LifeState.Draining => ConnectionUse.Draining,
        _ => ConnectionUse.Closing,
    };

    /// <summary>Gets the bytes of HTTP that it has sent. No lock needed.</summary>
    public long BytesSent => _pump?.BytesSent ?? 0;

    /// <summary>Gets the bytes of HTTP that it has received. No lock needed.</summary>
    public long BytesReceived => _pump?.BytesReceived ?? 0;

    public bool IsResolving => _pump is { IsResolving: true };

    public TransportContext? TransportContext => _pump?.Tls?.Context;

    /// <summary>Whether it may wait for another exchange at all.</summary>
    public bool MayBeKept => Now < _idle.Until;

    /// <summary>Whether a response was received on it to its end.</summary>
    public bool HasServed => _idle.HasServed;

    /// <summary>Since when nothing is on it.</summary>
    public Instant IdleSince => _idle.Since;

    /// <summary>When it is to be closed if it stays idle.</summary>
    public Instant IdleUntil => _idle.Until;

    /// <summary>Whether an exchange waits for the rest of a body to be drained.</summary>
    public bool IsAwaitedByNext => Drain.Next is not null;

    /// <summary>Whether a final head came before the end of the content, and the content goes on nevertheless.</summary>
    public bool HasEarlyResponse => _exchange.HasEarlyResponse;

    /// <summary>When the time of what is on it is over.</summary>
    public Instant Deadline => State switch
    {
        LifeState.Draining => Drain.Deadline,
        LifeState.Dialing when _dial is { } dial => dial.Deadline,
        _ => _exchange.Deadline,
    };

    /// <summary>What it waits for. While the head waits for the first bytes of its content, being writable is of no interest.</summary>
    public TransportInterest Interest => _exchange.Stage == ExchangeStage.Evaluating ? TransportInterest.None
        : _exchange.Output != HeadOutput.Corked ? _pump!.Interest
        : Settings.Connector is not null ? TransportInterest.None // streams call back by themselves
        : TransportInterest.Read;

    /// <summary>When it is to be looked at even if nothing happens.</summary>
    public Instant NextDeadline
    {
        get
        {
            Instant next = _exchange.Stage == ExchangeStage.Evaluating ? Instant.Never : _pump!.Wants.Deadline; // it is not the peer who takes his time
            Instant own = State == LifeState.Idle ? _idle.Until : Deadline;
            return own < next ? own : next;
        }
    }

    private ExchangeSettings Settings => Origin.Pool.Settings;

    private bool MayPoll => _pump is not null && State < LifeState.Closing
        && _exchange.Output != HeadOutput.Corked && _exchange.Stage != ExchangeStage.Evaluating;

    /// <summary>Blocks the calling thread, which polls the connection if that is for threads to poll, until it can go on. No lock.</summary>
    public void PollFor(IBlockedCaller caller) => Callers?.PollFor(caller);

    /// <summary>Has the blocked thread, if there is one, look around. No lock.</summary>
    public void WakeCaller() => Volatile.Read(ref _callers)?.Wake();

    /// <summary>Whether user code is to be told something before whoever waits.</summary>
    public bool HasNotices => HasOwnNotices || Wire.Notices is { IsEmpty: false };

    /// <summary>Gets a value indicating whether user code is to be told something of the connection itself, or of the one that it is a place on.</summary>
    public bool HasOwnNotices => !Notices.IsEmpty || _shared is { Notices.IsEmpty: false };

    /// <summary>Tells user code what there is to tell. With no lock held.</summary>
    public void TellNotices()
    {
        TellOwn();
        Wire.Notices?.Tell();
    }

    /// <summary>Tells user code what there is to tell of the connection itself. With no lock held.</summary>
    /// <returns>What was thrown: the outcome of the request that it was told about.</returns>
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

    /// <summary>Has a loop that is polled by itself take it over, so that a task may wait for it. False: there is none.</summary>
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

    /// <summary>From now on its loop polls it.</summary>
    public void MoveToLoop()
    {
        Volatile.Write(ref _host, LoopHost);
        _callers?.Leave();
    }

    /// <summary>From now on the threads that block on it poll it.</summary>
    private void MoveToCallers()
    {
        CallerHost callers = _callers ??= new(this);
        Volatile.Write(ref _host, callers);
        callers.Enter();
    }

    /// <summary>Sends what is in the output, the head that was held back included.</summary>
    public void Flush()
    {
        Uncork();
        Host.Kick();
    }

    /// <summary>Sends what is in the output in the next pass of the loop, where the loop is the host.</summary>
    public void FlushLater()
    {
        Uncork();
        LoopHost.KickLater();
    }

    public void Uncork() => _exchange.Uncork();

    /// <summary>Gives content to the connection, and to its record.</summary>
    /// <returns>How much was taken: all or nothing.</returns>
    public int Write(ExchangeId id, ReadOnlyMemory<byte> piece) => _exchange.Write(id, piece);

    /// <summary>What responses tell of it.</summary>
    public ConnectionInfo Describe() => _description.Get(_pump!, _exchange.IsReused);

    /// <summary>Notes how long the server keeps the connection, as far as it says.</summary>
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

    /// <summary>Sends what it wants, in line with its interest, to a poller.</summary>
    public void Register(PollerRegistration registration, TransportInterest interest, object owner) =>
        registration.Set(_pump!, interest, owner);

    /// <summary>Moves on in its life.</summary>
    private void MoveTo(LifeState next)
    {
        System.Diagnostics.Debug.Assert(LifeTransitions.Allows(State, next), $"{State} is not followed by {next}.");
        State = next;
    }

    /// <summary>Nothing more begins on it; its host closes it with the next step.</summary>
    public void BeginClosing()
    {
        if (State < LifeState.Closing)
        {
            MoveTo(LifeState.Closing);
        }
    }

    /// <summary>The rest of the response is not wanted.</summary>
    public void BeginDraining()
    {
        if (State == LifeState.Active)
        {
            MoveTo(LifeState.Draining);
        }
    }

    private string DebuggerDisplay => $"{Origin.Key}: {State}, {_exchange.Stage}";
}
