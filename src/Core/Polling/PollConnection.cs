using System.Globalization;
using System.Net;
using System.Net.Security;

namespace PollHttp.Core;

/// <summary>
/// Takes a connection from nothing to HTTP (resolve, connect, proxy, TLS) and then pumps bytes between its transport and
/// <see cref="Http"/>. Never blocks.
/// </summary>
/// <remarks>
/// The cycle of a driver: <see cref="Poll"/>, then <see cref="NextEvent"/> until <see cref="EventKind.None"/>, then wait for
/// <see cref="Interest"/> or the deadline in <see cref="Wants"/>. Not safe for use from two threads at once.
/// </remarks>
public sealed class PollConnection : IDisposable
{
    private readonly INetwork? _network;
    private readonly TimeProvider _time;
    private readonly PollConnectionOptions _options;
    private readonly IPoller? _waker;
    private readonly AddressCandidates _candidates = new();
    private readonly Http1Connection _http;
    private HttpPump? _pump;
    private ILookup? _lookup;
    private ITransport? _transport;
    private ConnectTunnel? _tunnel;
    private Instant _deadline = Instant.Never;
    private Fault _fault;
    private EventQueue _events;

    /// <summary>A connection that begins with the first <see cref="Poll"/>.</summary>
    /// <param name="network">Where names, sockets and time come from.</param>
    /// <param name="target">Where to.</param>
    /// <param name="options">Limits, or null for the defaults.</param>
    /// <param name="waker">Woken when a lookup or a handshake ends off this thread; null when the driver polls anyway.</param>
    public PollConnection(INetwork network, ConnectionTarget target, PollConnectionOptions? options = null, IPoller? waker = null)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(target);
        _network = network;
        _time = network.TimeProvider;
        _options = options ?? new();
        _waker = waker;
        _http = new(_options.Limits, _options.Slabs);
        Target = target;
    }

    /// <summary>A connection over a transport that the caller opened; owned from now on.</summary>
    public PollConnection(ITransport connected, TimeProvider time, PollConnectionOptions? options)
    {
        ArgumentNullException.ThrowIfNull(connected);
        ArgumentNullException.ThrowIfNull(time);
        _time = time;
        _options = options ?? new();
        _http = new(_options.Limits, _options.Slabs);
        SetTransport(connected);
        Phase = ConnectPhase.Tcp;
    }

    /// <summary>Where the connection stands.</summary>
    public ConnectPhase Phase { get; private set; }

    /// <summary>The HTTP connection; exchanges may begin once <see cref="Phase"/> is <see cref="ConnectPhase.Http"/>.</summary>
    public HttpConnection Http => _http;

    /// <summary>The outermost transport, or null before the first address. May be another object after each <see cref="Poll"/>
    /// while connecting.</summary>
    public ITransport? Transport => _transport;

    /// <summary>Where the connection leads; null over a transport of the caller.</summary>
    public ConnectionTarget? Target { get; }

    /// <summary>The first fault, of connecting or of HTTP, or the default value.</summary>
    public Fault Fault => _fault.Exists ? _fault : WithTarget(_http.Fault);

    /// <summary>The clock, read now.</summary>
    public Instant Now => Instant.Now(_time);

    /// <summary>The address connected to, or being tried.</summary>
    public EndPoint? RemoteEndPoint => _candidates.Current;

    /// <summary>Whether HTTP can be spoken.</summary>
    public bool IsOpen => Phase == ConnectPhase.Http;

    /// <summary>Whether an exchange may begin now.</summary>
    public bool IsReusable => Phase == ConnectPhase.Http && _http.AvailableExchanges > 0;

    /// <summary>Whether the last <see cref="Poll"/> moved anything.</summary>
    public bool Progressed { get; private set; }

    /// <summary>What to wait for; ask after <see cref="NextEvent"/> returned <see cref="EventKind.None"/>.</summary>
    public Wants Wants => Phase switch
    {
        ConnectPhase.Http => _http.Wants,
        ConnectPhase.Closed => Wants.Nothing,
        _ => new(ToFlags(Interest), _deadline),
    };

    /// <summary>
    /// What to register <see cref="Transport"/> for; <see cref="TransportInterest.Immediate"/> means: poll again without waiting.
    /// None while a name is being resolved (the waker is woken).
    /// </summary>
    public TransportInterest Interest
    {
        get
        {
            switch (Phase)
            {
                case ConnectPhase.None:
                    return TransportInterest.Immediate;
                case ConnectPhase.Tcp or ConnectPhase.Tls when _transport is not null:
                    return _transport.GetInterest(TransportInterest.None);
                case ConnectPhase.ProxyTunnel:
                    return OfTransport(_tunnel!.Wants);
                case ConnectPhase.Http:
                    return OfTransport(_http.Wants);
                default:
                    return TransportInterest.None;
            }
        }
    }

    /// <summary>
    /// Does what can be done without blocking, within the budget: connects, sends output, receives, acts on deadlines.
    /// Never throws for what the network did.
    /// </summary>
    public Wants Poll(PollBudget budget = default)
    {
        Instant now = Now;
        Progressed = false;
        if (Phase is not (ConnectPhase.Http or ConnectPhase.Closed))
        {
            ConnectPhase before = Phase;
            Open(now);
            Progressed = Phase != before;
        }

        if (Phase == ConnectPhase.Http && _http.ReceiveState != ReceiveState.Switched)
        {
            _pump!.Poll(budget, now, _time);
            Progressed |= _pump.Progressed;
        }

        return Wants;
    }

    /// <summary>The next event; pull after every <see cref="Poll"/> and command, until <see cref="EventKind.None"/>.</summary>
    public ConnectionEvent NextEvent()
    {
        if (!_events.IsEmpty)
        {
            return new(_events.Take(), default);
        }

        if (Phase != ConnectPhase.Http)
        {
            return default;
        }

        ConnectionEvent happened = _http.Poll(Now);
        if (happened.Kind == EventKind.Closed)
        {
            Phase = ConnectPhase.Closed;
        }

        return happened;
    }

    /// <summary>
    /// After <see cref="EventKind.Upgraded"/>: hands the transport to the caller, who owns it from now on, with the bytes received
    /// beyond the head, which come first.
    /// </summary>
    /// <exception cref="InvalidOperationException">The connection still speaks HTTP, or none was made.</exception>
    public ITransport Detach(out ReadOnlyMemory<byte> leftover)
    {
        leftover = _http.TakeTunnel();
        ITransport transport = _transport!;
        transport.Owner = null;
        _transport = null;
        Phase = ConnectPhase.Closed;
        return transport;
    }

    /// <summary>Closes the transport and releases every buffer. May be called at any time, also twice. A driver takes the transport
    /// out of its poller first.</summary>
    public void Close() => Close(whileRead: false);

    /// <summary>The same while somebody may still be reading a slice of a body: see <see cref="HttpConnection.CloseWhileRead"/>.</summary>
    public void CloseWhileRead() => Close(whileRead: true);

    private void Close(bool whileRead)
    {
        _lookup?.Dispose();
        _lookup = null;
        _tunnel?.Close();
        _tunnel = null;
        if (whileRead)
        {
            _http.CloseWhileRead();
        }
        else
        {
            _http.Close();
        }

        _transport?.Dispose();
        _transport = null;
        Phase = ConnectPhase.Closed;
    }

    /// <inheritdoc cref="Close()"/>
    public void Dispose() => Close();

    private void Open(Instant now)
    {
        if (Phase == ConnectPhase.None)
        {
            _deadline = _options.ConnectTimeout is { } limit ? now + limit : Instant.Never;
            Begin();
        }

        while (true)
        {
            ConnectPhase before = Phase;
            switch (Phase)
            {
                case ConnectPhase.Resolve:
                    PollLookup();
                    break;
                case ConnectPhase.Tcp:
                    PollTransport(now);
                    break;
                case ConnectPhase.ProxyTunnel:
                    PollTunnel(now);
                    break;
                case ConnectPhase.Tls:
                    PollTls();
                    break;
            }

            if (Phase == before)
            {
                break;
            }
        }

        if (now >= _deadline && Phase is not (ConnectPhase.Http or ConnectPhase.Closed))
        {
            Expire();
        }
    }

    private void Begin()
    {
        ConnectionTarget target = Target!;
        string host = target.DialHost;
        int port = target.DialPort;
        if (target.EndPoint is { } fixedEndPoint)
        {
            _candidates.Add(fixedEndPoint);
            DialNext();
        }
        else if (IPAddress.TryParse(host, out IPAddress? address))
        {
            _candidates.Add(new IPEndPoint(address, port));
            DialNext();
        }
        else
        {
            Phase = ConnectPhase.Resolve;
            _lookup = _network!.Resolver.Begin(host, _waker);
        }
    }

    private void PollLookup()
    {
        if (!_lookup!.IsCompleted)
        {
            return;
        }

        ConnectionTarget target = Target!;
        foreach (IPAddress address in _lookup.Addresses)
        {
            _candidates.Add(new IPEndPoint(address, target.DialPort));
        }

        Exception? failure = _lookup.Failure;
        bool empty = _lookup.Addresses.Count == 0;
        _lookup.Dispose();
        _lookup = null;
        if (empty)
        {
            Fail(new Fault
            {
                Kind = FaultKind.ResolveFailed,
                Phase = ConnectPhase.Resolve,
                Retryable = true,
                Transport = failure is null ? default : new(TransportError.Other, failure),
                Detail = DescribeAttempt(failure is null ? "the name has no addresses" : null),
            });
            return;
        }

        DialNext();
    }

    private void DialNext()
    {
        if (_candidates.TryTakeNext(out EndPoint endPoint))
        {
            Phase = ConnectPhase.Tcp;
            SetTransport(_network!.Dial(endPoint));
            return;
        }

        Fail(new Fault
        {
            Kind = FaultKind.ConnectFailed,
            Phase = ConnectPhase.Tcp,
            Retryable = true,
            Detail = DescribeAttempt(_candidates.Tried > 1 ? $"tried {_candidates.Tried} addresses" : null),
            Transport = _candidates.LastFailure,
        });
    }

    private void PollTransport(Instant now)
    {
        // One address after the other, each tried as soon as the one before it has failed.
        while (Phase == ConnectPhase.Tcp)
        {
            switch (_transport!.Poll())
            {
                case TransportStatus.Opening:
                    return;
                case TransportStatus.Open:
                    OnConnected(now);
                    return;
                default:
                    _candidates.Failed(_transport.Failure);
                    _transport.Dispose();
                    _transport = null;
                    DialNext();
                    break;
            }
        }
    }

    private void OnConnected(Instant now)
    {
        if (Target is { NeedsConnect: true })
        {
            Phase = ConnectPhase.ProxyTunnel;
            _tunnel = new ConnectTunnel(_transport!, Target, _options.Limits, now);
        }
        else
        {
            StartTls(now);
        }
    }

    private void PollTunnel(Instant now)
    {
        if (!_tunnel!.Poll(now, _time))
        {
            return;
        }

        Fault fault = _tunnel.Fault;
        _tunnel = null;
        if (fault.Exists)
        {
            Fail(fault);
        }
        else
        {
            StartTls(now);
        }
    }

    private void StartTls(Instant now)
    {
        if (Target?.Tls is not { } tls)
        {
            EnterHttp();
            return;
        }

        Phase = ConnectPhase.Tls;
        _deadline = _options.TlsHandshakeTimeout is { } limit ? now + limit : Instant.Never;
        SetTransport(_network!.WrapTls(_transport!, WithTargetHost(tls), _waker));
    }

    private SslClientAuthenticationOptions WithTargetHost(SslClientAuthenticationOptions tls)
    {
        if (string.IsNullOrEmpty(tls.TargetHost))
        {
            // The caller's object may serve many hosts: whoever wants its own name sets it (R-153: without the trailing dot).
            return new SslClientAuthenticationOptions
            {
                AllowRenegotiation = tls.AllowRenegotiation,
                AllowTlsResume = tls.AllowTlsResume,
                ApplicationProtocols = tls.ApplicationProtocols,
                CertificateChainPolicy = tls.CertificateChainPolicy,
                CertificateRevocationCheckMode = tls.CertificateRevocationCheckMode,
                CipherSuitesPolicy = tls.CipherSuitesPolicy,
                ClientCertificateContext = tls.ClientCertificateContext,
                ClientCertificates = tls.ClientCertificates,
                EnabledSslProtocols = tls.EnabledSslProtocols,
                EncryptionPolicy = tls.EncryptionPolicy,
                LocalCertificateSelectionCallback = tls.LocalCertificateSelectionCallback,
                RemoteCertificateValidationCallback = tls.RemoteCertificateValidationCallback,
                TargetHost = Target!.Host.TrimEnd('.'),
            };
        }

        return tls;
    }

    private void PollTls()
    {
        switch (_transport!.Poll())
        {
            case TransportStatus.Open:
                EnterHttp();
                break;
            case TransportStatus.Failed:
                Fail(new Fault
                {
                    Kind = FaultKind.TlsFailed,
                    Phase = ConnectPhase.Tls,
                    Retryable = true,
                    Transport = _transport.Failure,
                });
                break;
        }
    }

    private void EnterHttp()
    {
        Phase = ConnectPhase.Http;
        _deadline = Instant.Never;
        _pump = new HttpPump(_transport!, _http);
    }

    private void Expire() => Fail(new Fault
    {
        Kind = FaultKind.TimedOut,
        Phase = Phase,
        Timer = Phase == ConnectPhase.Tls ? TimerKind.TlsHandshake : TimerKind.Connect,
        TimeLimit = (Phase == ConnectPhase.Tls ? _options.TlsHandshakeTimeout : _options.ConnectTimeout) ?? default,
        Retryable = true,
        Detail = Phase == ConnectPhase.Tls ? null : DescribeAttempt(DescribeUnfinished()),
    });

    private void Fail(in Fault fault)
    {
        _fault = WithTarget(fault);
        Close();
        _events.Add(EventKind.Faulted);
        _events.Add(EventKind.Closed);
    }

    /// <summary>The fault with the name of the host, if there is a fault and the host is known.</summary>
    internal Fault WithTarget(in Fault fault) =>
        fault.Exists && Target is { } target ? fault with { Target = HostAndPort(target.Host, target.Port) } : fault;

    private static string HostAndPort(string host, int port) =>
        (host.Contains(':', StringComparison.Ordinal) ? $"[{host}]:" : $"{host}:") + port.ToString(CultureInfo.InvariantCulture);

    /// <summary>What the target alone does not say about a connect: the proxy, and how many addresses were tried.</summary>
    private string? DescribeAttempt(string? addresses)
    {
        string? proxy = Target?.Proxy is { } spec ? $"through the proxy {HostAndPort(spec.Host, spec.Port)}" : null;
        return proxy is null || addresses is null ? proxy ?? addresses : $"{proxy}; {addresses}";
    }

    private string? DescribeUnfinished() => Phase != ConnectPhase.Tcp || _candidates.Current is null
        ? null
        : _candidates.Tried > 1
            ? $"tried {_candidates.Tried} addresses; last failure: {_candidates.LastFailure.Describe()}; waiting for {_candidates.Current}"
            : $"waiting for {_candidates.Current}";

    private void SetTransport(ITransport transport)
    {
        _transport = transport;
        transport.Owner = this;
    }

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
}
