using System.Diagnostics;
using System.Net;
using PollHttp.Core.Http2;

namespace PollHttp.Core;

/// <summary>
/// Opens a connection up to HTTP (resolve, connect, proxy, TLS) and then moves bytes between its transport and <see cref="Http"/>. Never
/// blocks.
/// </summary>
/// <remarks>
/// A driver calls <see cref="Poll"/>, then <see cref="NextEvent"/> until <see cref="EventKind.None"/>, then waits for
/// <see cref="Interest"/> or the deadline in <see cref="Wants"/>, in a cycle. Thread safety: not safe for use from two threads at once.
/// </remarks>
[DebuggerDisplay("{DebuggerDisplay,nq}")]
public sealed class PollConnection : IDisposable
{
    /// <summary>The pause after the system ran out of buffers for a transport: long enough for the system to send some of their
    /// content.</summary>
    private static readonly TimeSpan s_shortagePause = TimeSpan.FromMilliseconds(50);

    private readonly TimeProvider _time;
    private readonly Connector? _connector;
    private readonly ISharedConnection? _shared;
    private readonly PollConnectionOptions _options;
    private HttpConnection? _http;
    private HttpPump? _pump;
    private ITransport? _transport;
    private ConnectPhase _phase;
    private EventQueue _events;
    private Instant _resumeAt = Instant.Never;
    private Instant _openedAt = Instant.Never;

    /// <summary>Initializes a connection that begins with the first <see cref="Poll"/>.</summary>
    /// <param name="network">The network that provides names, sockets and time.</param>
    /// <param name="target">The destination.</param>
    /// <param name="options">The options, or null for the defaults.</param>
    /// <param name="waker">The poller to wake when a lookup or a handshake ends on another thread; null if the driver polls anyway.</param>
    public PollConnection(INetwork network, ConnectionTarget target, PollConnectionOptions? options = null, IPoller? waker = null)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(target);
        options ??= new();
        _options = options;
        _time = network.TimeProvider;
        _connector = new(network, target, options, waker, this);
        Target = target;
    }

    /// <summary>Initializes a connection over a transport that the caller opened. The connection owns the transport.</summary>
    public PollConnection(ITransport connected, TimeProvider time, PollConnectionOptions? options)
    {
        ArgumentNullException.ThrowIfNull(connected);
        ArgumentNullException.ThrowIfNull(time);
        options ??= new();
        _options = options;
        _time = time;
        _connector = new(connected, time, options, this);
        _phase = ConnectPhase.Tcp;
    }

    /// <summary>Initializes a place on a shared connection: it is open, and moves no bytes itself.</summary>
    internal PollConnection(ISharedConnection shared, Http2Place place)
    {
        _options = shared.Connection._options;
        _time = shared.Connection._time;
        _shared = shared;
        _http = place;
        _phase = ConnectPhase.Http;
        Target = shared.Connection.Target;
    }

    /// <summary>Gets the phase of the connection.</summary>
    public ConnectPhase Phase => _phase;

    /// <summary>Gets the place on a shared connection, or null.</summary>
    internal Http2Place? SharedPlace => _http as Http2Place;

    /// <summary>Gets the HTTP connection, for the protocol that was negotiated.</summary>
    /// <exception cref="InvalidOperationException"><see cref="Phase"/> has not been <see cref="ConnectPhase.Http"/>.</exception>
    public HttpConnection Http
    {
        get
        {
            if (_http is null)
            {
                Misuse.Throw(nameof(Http), $"the connection is in phase {_phase}", _connector?.Fault ?? default);
            }

            return _http;
        }
    }

    /// <summary>Gets the outermost transport, or null before the first address. While connecting, each <see cref="Poll"/> may replace
    /// it.</summary>
    public ITransport? Transport => _transport ?? _connector?.Transport;

    /// <summary>
    /// Gets the transports that are being opened in parallel with <see cref="Transport"/>, to other addresses of the same name (RFC 8305).
    /// A driver waits for each of them too, with its <see cref="ITransport.GetInterest"/>. Each <see cref="Poll"/> may change the list; the
    /// driver removes transports that have left it from its poller. Empty except in <see cref="ConnectPhase.Tcp"/>.
    /// </summary>
    public IReadOnlyList<ITransport> Contenders => _phase == ConnectPhase.Tcp ? _connector!.GetContenders() : [];

    /// <summary>Gets the destination of the connection; null for a transport of the caller.</summary>
    public ConnectionTarget? Target { get; }

    /// <summary>Gets the first fault, of connecting or of HTTP, or the default value.</summary>
    public Fault Fault => WithTarget(_connector is { } connector && (connector.Fault.Exists || _http is null) ? connector.Fault : _http!.Fault);

    /// <summary>Gets the clock, read now.</summary>
    public Instant Now => Instant.Now(_time);

    /// <summary>Gets the address that is connected to (with a proxy, the proxy's), or the address tried last.</summary>
    public EndPoint? RemoteEndPoint => _shared?.Connection.RemoteEndPoint ?? _connector?.RemoteEndPoint ?? _transport?.RemoteEndPoint;

    /// <summary>Gets the result of the TLS handshake; null without TLS, before its end and after the close.</summary>
    public TlsInfo? Tls => _shared?.Connection.Tls ?? _transport?.Tls;

    /// <summary>Gets a value indicating whether a lookup is running, whose end wakes the waker, independently of
    /// <see cref="Interest"/>.</summary>
    public bool IsResolving => _phase is ConnectPhase.Resolve or ConnectPhase.Tcp && _connector!.IsResolving;

    /// <summary>Gets a value indicating whether the connection is open for HTTP.</summary>
    public bool IsOpen => Phase == ConnectPhase.Http;

    /// <summary>Gets a value indicating whether an exchange may begin now.</summary>
    public bool IsReusable => Phase == ConnectPhase.Http && _http!.AvailableExchanges > 0;

    /// <summary>Gets a value indicating whether the last <see cref="Poll"/> made progress.</summary>
    public bool Progressed { get; private set; }

    /// <summary>Gets the number of bytes that the last <see cref="Poll"/> sent and received for HTTP, which count towards a byte
    /// budget.</summary>
    public long BytesMoved { get; private set; }

    /// <summary>Gets when the address was known; <see cref="Instant.Never"/> before, and over a transport of the caller.</summary>
    internal Instant ResolvedAt => ConnectorOfAll?.ResolvedAt ?? Instant.Never;

    /// <summary>Gets when the connection was made, to the proxy where there is one; <see cref="Instant.Never"/> before.</summary>
    internal Instant ConnectedAt => ConnectorOfAll?.ConnectedAt ?? Instant.Never;

    /// <summary>Gets when HTTP could be spoken; <see cref="Instant.Never"/> before.</summary>
    internal Instant OpenedAt => _shared?.Connection._openedAt ?? _openedAt;

    private Connector? ConnectorOfAll => _shared is null ? _connector : _shared.Connection._connector;

    /// <summary>Gets the number of HTTP bytes sent so far; 0 for a place on a shared connection.</summary>
    internal long BytesSent => _pump?.BytesSent ?? 0;

    /// <summary>Gets the number of HTTP bytes received so far; 0 for a place on a shared connection.</summary>
    internal long BytesReceived => _pump?.BytesReceived ?? 0;

    /// <summary>Gets what to wait for. Read it after <see cref="NextEvent"/> returned <see cref="EventKind.None"/>.</summary>
    public Wants Wants => Phase switch
    {
        ConnectPhase.Closed => Wants.Nothing,
        ConnectPhase.Http when IsPaused => new(_http!.Wants.Flags & WantFlags.Application, Earlier(_http.Wants.Deadline, _resumeAt)),
        ConnectPhase.Http => _http!.Wants,
        _ => new(ToFlags(Interest), Earlier(_connector!.Deadline, _resumeAt)),
    };

    /// <summary>
    /// Gets the interest to register <see cref="Transport"/> with; <see cref="TransportInterest.Immediate"/> means: poll again without
    /// waiting. None during a lookup, which wakes the waker.
    /// </summary>
    public TransportInterest Interest => Phase switch
    {
        ConnectPhase.Closed => TransportInterest.None,
        _ when IsPaused => TransportInterest.None,
        ConnectPhase.Http => OfTransport(_http!.Wants),
        _ => _connector!.Interest,
    };

    /// <summary>Gets a value indicating whether the system is out of buffers for the transport, so that it pauses until
    /// <see cref="_resumeAt"/>.</summary>
    private bool IsPaused => _resumeAt != Instant.Never;

    /// <summary>
    /// Makes as much progress as possible without blocking, within the budget: connects, sends output, receives, acts on deadlines. Never
    /// throws for a network error.
    /// </summary>
    public Wants Poll(PollBudget budget = default)
    {
        Progressed = false;
        BytesMoved = 0;
        if (_shared is not null)
        {
            _shared.Flush(SharedPlace!);
            return Wants;
        }

        Instant now = Now;
        if (IsPaused && now < _resumeAt && (Phase == ConnectPhase.Http || now < _connector!.Deadline))
        {
            _http?.HandleDeadline(now);
            return Wants;
        }

        if (Phase is not (ConnectPhase.Http or ConnectPhase.Closed))
        {
            ConnectPhase before = Phase;
            Instant until = budget.Time is { } time ? now + time : Instant.Never;
            Open(now, until);
            Progressed = Phase != before;
            PauseIf((_connector!.Interest & TransportInterest.Later) != 0, now);
            if (until != Instant.Never)
            {
                now = Now;
                if (now >= until)
                {
                    return Wants;
                }

                budget = budget with { Time = until - now };
            }
        }

        if (Phase == ConnectPhase.Http && !_http!.IsSwitched)
        {
            _pump!.Poll(budget, now, _time);
            Progressed |= _pump.Progressed;
            BytesMoved = _pump.BytesMoved;
            PauseIf(_pump.IsShortOfBuffers, now);
        }

        return Wants;
    }

    /// <summary>Returns the next event. Call it after every <see cref="Poll"/> and command, until it returns
    /// <see cref="EventKind.None"/>.</summary>
    public ConnectionEvent NextEvent()
    {
        if (!_events.IsEmpty)
        {
            return _events.Take();
        }

        if (Phase != ConnectPhase.Http)
        {
            return default;
        }

        // Reading the clock costs as much as the rest of this call, so it is read only if the application may have taken time.
        ConnectionEvent happened = _http!.Poll(_http.TimeMayHavePassed ? Now : _http.LastTime);
        if (happened.Kind == EventKind.Closed)
        {
            _phase = ConnectPhase.Closed;
        }

        return happened;
    }

    /// <summary>
    /// Transfers the transport to the caller after <see cref="EventKind.Upgraded"/>. The bytes received after the head come before those of
    /// the transport.
    /// </summary>
    /// <exception cref="InvalidOperationException">The connection still uses HTTP, or none was made.</exception>
    public ITransport Detach(out ReadOnlyMemory<byte> leftover)
    {
        leftover = Http.TakeTunnel();
        ITransport transport = _transport!;
        transport.Owner = null;
        _transport = null;
        _phase = ConnectPhase.Closed;
        return transport;
    }

    /// <summary>Closes the transport and releases every buffer. May be called at any time, and more than once. A driver removes the
    /// transport from its poller first.</summary>
    /// <param name="whileRead">Whether a slice of a body may still be read: see <see cref="HttpConnection.Close"/>.</param>
    public void Close(bool whileRead = false)
    {
        _connector?.Close();
        _http?.Close(whileRead);
        _transport?.Dispose();
        _transport = null;
        _phase = ConnectPhase.Closed;
    }

    /// <inheritdoc cref="Close"/>
    public void Dispose() => Close();

    private void Open(Instant now, Instant until)
    {
        _connector!.Poll(now, until);
        _phase = _connector.Phase;
        if (_phase == ConnectPhase.Http)
        {
            _openedAt = Now;
            _transport = _connector.TakeTransport()!;
            _http = HttpConnectionFactory.Create(_options, Target?.Versions ?? HttpVersions.Http1, _transport.Tls);
            _pump = new HttpPump(_transport, _http);
        }
        else if (_phase == ConnectPhase.Closed)
        {
            Close();
            _events.Add(default, EventKind.Faulted);
            _events.Add(default, EventKind.Closed);
        }
    }

    /// <summary>Closes the transport of a shared connection that has ended. Its places may still have data to read.</summary>
    internal void CloseTransport()
    {
        _transport?.Dispose();
        _transport = null;
        _phase = ConnectPhase.Closed;
    }

    /// <summary>Sends as much output as possible, and receives nothing.</summary>
    internal void Flush()
    {
        if (Phase == ConnectPhase.Http && !IsPaused)
        {
            Instant now = Now;
            _pump!.Flush(now, _time);
            PauseIf(_pump.IsShortOfBuffers, now);
        }
    }

    /// <summary>Checks a request head by the rules of <see cref="HttpConnection.Begin"/>, without beginning anything.</summary>
    internal void CheckHead(RequestHead head, ContentFraming content) => Http1Connection.CheckHead(head, content, _options.Limits, out _);

    /// <summary>Returns the fault with the name of the host, if there is a fault and the host is known.</summary>
    internal Fault WithTarget(in Fault fault) =>
        fault.Exists && Target is { } target ? fault with { Target = new HostPort(target.Host, target.Port).ToString() } : fault;

    private void PauseIf(bool isShort, Instant now) => _resumeAt = isShort ? now + s_shortagePause : Instant.Never;

    private static Instant Earlier(Instant a, Instant b) => a < b ? a : b;

    private TransportInterest OfTransport(Wants wants)
    {
        if (_transport is null)
        {
            return TransportInterest.None;
        }

        TransportInterest wanted = (wants.Readable ? TransportInterest.Read : 0) | (wants.Writable ? TransportInterest.Write : 0);
        return wanted == TransportInterest.None ? TransportInterest.None : _transport.GetInterest(wanted);
    }

    private static WantFlags ToFlags(TransportInterest interest) =>
        ((interest & TransportInterest.Read) != 0 ? WantFlags.Readable : 0)
        | ((interest & TransportInterest.Write) != 0 ? WantFlags.Writable : 0);

    private string DebuggerDisplay => Target is { } target ? $"{Phase}, {new HostPort(target.Host, target.Port)}" : $"{Phase}";
}
