using System.Net;

namespace PollHttp.Core;

/// <summary>
/// Establishes a transport over which HTTP can be spoken. Each phase passes its transport to the next:
/// <code>
/// Resolve ── Tcp ──┬────────────────────────────────────────┬── Tls ── Http
///   (addresses are ├── ProxyTls (HTTPS proxy) ──┐           │ (origin)
///    dialed while  └── ProxyTunnel (CONNECT or SOCKS) ──────┘
///    more come)            └── Tcp again, where a 407 closed the connection
/// </code>
/// If the target has a layer, it is opened directly before Http, in whatever phase was the last.
/// Never blocks, and never throws for what the network did.
/// </summary>
internal sealed partial class Connector
{
    private readonly INetwork? _network;
    private readonly PollConnectionOptions _options;
    private readonly TimeProvider _time;
    private readonly IPoller? _waker;
    private readonly object _owner;
    private readonly ConnectionTarget? _target;
    private Dialing? _dialing;
    private TunnelHandshake? _tunnel;
    private ITransport? _transport;
    private string? _proxyAuthorization;
    private Instant _deadline = Instant.Never;
    private bool _isLayered;

    public Connector(INetwork network, ConnectionTarget target, PollConnectionOptions options, IPoller? waker, object owner)
    {
        _network = network;
        _time = network.TimeProvider;
        _target = target;
        _options = options;
        _waker = waker;
        _owner = owner;
    }

    /// <summary>Initializes a connector over a transport of the caller, which may still be opening.</summary>
    public Connector(ITransport transport, TimeProvider time, PollConnectionOptions options, object owner)
    {
        _time = time;
        _options = options;
        _owner = owner;
        SetTransport(transport);
        Phase = ConnectPhase.Tcp;
    }

    /// <summary>Gets the phase: Http once <see cref="Transport"/> is ready, Closed once there is a <see cref="Fault"/>.</summary>
    public ConnectPhase Phase { get; private set; }

    public Fault Fault { get; private set; }

    /// <summary>Gets the outermost transport; while several are being opened, the oldest of them.</summary>
    public ITransport? Transport => _transport ?? _dialing?.Oldest;

    /// <summary>Gets the address connected to, or tried last.</summary>
    public EndPoint? RemoteEndPoint => _dialing?.EndPoint;

    /// <summary>Gets the time when the address was known; <see cref="Instant.Never"/> before, and over a transport of the caller.</summary>
    public Instant ResolvedAt => _dialing?.BegunAt ?? Instant.Never;

    /// <summary>Gets the time when the connection was made, to the proxy if there is one; <see cref="Instant.Never"/> before.</summary>
    public Instant ConnectedAt { get; private set; } = Instant.Never;

    public bool IsResolving => _dialing is { IsResolving: true };

    /// <summary>Gets the latest time to call <see cref="Poll"/>.</summary>
    public Instant Deadline
    {
        get
        {
            Instant next = _tunnel is { } tunnel ? tunnel.Wants.Deadline
                : _transport is null && _dialing is { } dialing ? dialing.Deadline
                : Instant.Never;
            return next < _deadline ? next : _deadline;
        }
    }

    /// <summary>Gets what to wait for on <see cref="Transport"/>.</summary>
    public TransportInterest Interest => Phase switch
    {
        _ when _isLayered => Transport?.GetInterest(TransportInterest.None) ?? TransportInterest.None,
        ConnectPhase.None => TransportInterest.Immediate,
        ConnectPhase.ProxyTunnel => OfTransport(_tunnel!.Wants),
        _ => Transport?.GetInterest(TransportInterest.None) ?? TransportInterest.None,
    };

    /// <summary>Gets the HTTP versions that may be used with the server of the current TLS handshake.</summary>
    private HttpVersions Awaited => Phase == ConnectPhase.Tls ? _target!.Versions : HttpVersions.Http1;

    /// <summary>Gets the transports that are being opened in parallel to <see cref="Transport"/>.</summary>
    public ITransport[] GetContenders() => _transport is null && _dialing is { } dialing ? dialing.GetContenders() : [];

    /// <param name="now">The time at the start.</param>
    /// <param name="until">The time after which no further phase is begun; a phase that has begun is still polled.</param>
    public void Poll(Instant now, Instant until)
    {
        if (Phase == ConnectPhase.None)
        {
            _deadline = _options.ConnectTimeout is { } limit ? now + limit : Instant.Never;
            Begin();
        }

        ConnectPhase before;
        do
        {
            before = Phase;
            switch (Phase)
            {
                case not (ConnectPhase.Http or ConnectPhase.Closed) when _isLayered:
                    PollLayer();
                    break;
                case ConnectPhase.Resolve or ConnectPhase.Tcp:
                    PollTcp(now);
                    break;
                case ConnectPhase.ProxyTls or ConnectPhase.Tls:
                    PollTls(now);
                    break;
                case ConnectPhase.ProxyTunnel:
                    PollTunnel(now);
                    break;
            }
        }
        while (Phase != before && (until == Instant.Never || Instant.Now(_time) < until));

        if (now >= _deadline && Phase is not (ConnectPhase.Http or ConnectPhase.Closed))
        {
            Expire();
        }
    }

    /// <summary>Takes the transport, once it is open.</summary>
    public ITransport? TakeTransport()
    {
        ITransport? transport = _transport;
        _transport = null;
        return transport;
    }

    /// <summary>Closes the connector and abandons what is under way.</summary>
    public void Close()
    {
        _dialing?.Close();
        _tunnel?.Close();
        _tunnel = null;
        _transport?.Dispose();
        _transport = null;
        Phase = ConnectPhase.Closed;
    }

    private void Begin()
    {
        if (_target!.Tls is not null || _target.Proxy?.Tls is not null)
        {
            _network!.PrepareTls();
        }

        _dialing = new(_network!, _target!, _options, _waker, _owner);
        _dialing.Begin();
        Phase = _dialing.Phase;
    }

    private void PollTcp(Instant now)
    {
        if (_dialing is not { } dialing)
        {
            PollGivenTransport();
            return;
        }

        dialing.Poll(now);
        if (Phase == ConnectPhase.Closed)
        {
            return; // the filter, which was asked about an address, has closed it
        }

        if (dialing.Winner is { } winner)
        {
            SetTransport(winner);
            ConnectedAt = Instant.Now(_time);
            OnConnected(now);
        }
        else if (dialing.Fault.Exists)
        {
            Fail(dialing.Fault);
        }
        else
        {
            Phase = dialing.Phase;
        }
    }

    private void PollGivenTransport()
    {
        switch (_transport!.Poll())
        {
            case TransportStatus.Open:
                ConnectedAt = Instant.Now(_time);
                Phase = ConnectPhase.Http;
                break;
            case TransportStatus.Failed:
                Fail(new Fault { Kind = FaultKind.ConnectFailed, Phase = ConnectPhase.Tcp, Retryable = true, Transport = _transport.Failure });
                break;
        }
    }

    private void OnConnected(Instant now)
    {
        if (_target!.Proxy is { Scheme: ProxyScheme.Https } proxy)
        {
            Phase = ConnectPhase.ProxyTls;
            SetTransport(_network!.WrapTls(_transport!, TlsTarget.For(proxy.Tls, proxy.Host, HttpVersions.Http1), _waker));
        }
        else
        {
            OnProxyReached(now);
        }
    }

    private void OnProxyReached(Instant now)
    {
        ConnectionTarget target = _target!;
        if (target.Proxy is { IsSocks: true } proxy)
        {
            Phase = ConnectPhase.ProxyTunnel;
            _tunnel = new SocksTunnel(_transport!, SocksDialogue.Create(proxy, target.Host, target.Port, _dialing!.Origin));
        }
        else if (target.NeedsConnect)
        {
            Phase = ConnectPhase.ProxyTunnel;
            _tunnel = new ConnectTunnel(_transport!, target, _options.Exchange, _proxyAuthorization, now);
        }
        else
        {
            OnOriginReached(now);
        }
    }

    private void PollTunnel(Instant now)
    {
        if (!_tunnel!.Poll(now, _time))
        {
            return;
        }

        TunnelHandshake tunnel = _tunnel;
        _tunnel = null;
        if (tunnel.RetryWith is { } authorization)
        {
            _proxyAuthorization = authorization;
            _transport!.Dispose();
            _transport = null;
            _dialing!.BeginAgain();
            Phase = _dialing.Phase;
        }
        else if (tunnel.IsOpen)
        {
            OnOriginReached(now);
        }
        else
        {
            Fail(tunnel.Fault with { Detail = Join(_target?.Proxy?.Way, tunnel.Fault.Detail) });
        }
    }

    private void OnOriginReached(Instant now)
    {
        if (_target!.Tls is not { } tls)
        {
            OnSecured();
            return;
        }

        Phase = ConnectPhase.Tls;
        _deadline = _options.TlsHandshakeTimeout is { } limit ? now + limit : Instant.Never;
        SetTransport(_network!.WrapTls(_transport!, TlsTarget.For(tls, _target.Host, _target.Versions), _waker));
    }

    private void PollTls(Instant now)
    {
        switch (_transport!.Poll())
        {
            case TransportStatus.Open when _transport.Tls is { } info && !TlsTarget.Speaks(Awaited, info.ApplicationProtocol):
                FailVersion(info.ApplicationProtocol);
                break;
            case TransportStatus.Open when Phase == ConnectPhase.Tls && _transport.Tls is { } info && Http2Security.ProblemOf(info, _options.Exchange) is { } problem:
                FailTls(default, problem);
                break;
            case TransportStatus.Open when Phase == ConnectPhase.ProxyTls:
                OnProxyReached(now);
                break;
            case TransportStatus.Open:
                OnSecured();
                break;
            case TransportStatus.Failed:
                FailTls(_transport.Failure, null);
                break;
        }
    }

    private void OnSecured()
    {
        if (_target!.Layer is not { } layer)
        {
            EnterHttp();
            return;
        }

        try
        {
            SetTransport(layer(_transport!));
            _isLayered = true;
            PollLayer();
        }
        catch (Exception exception) // user code must not end the polling thread
        {
            FailLayer(new(TransportError.Other, exception));
        }
    }

    private void PollLayer()
    {
        switch (_transport!.Poll())
        {
            case TransportStatus.Open:
                EnterHttp();
                break;
            case TransportStatus.Failed:
                FailLayer(_transport.Failure);
                break;
        }
    }

    private void EnterHttp()
    {
        Phase = ConnectPhase.Http;
        _deadline = Instant.Never;
    }

    private void SetTransport(ITransport transport)
    {
        _transport = transport;
        transport.Owner = _owner;
    }

    private TransportInterest OfTransport(Wants wants)
    {
        TransportInterest wanted = (wants.Readable ? TransportInterest.Read : 0) | (wants.Writable ? TransportInterest.Write : 0);
        return wanted == TransportInterest.None ? TransportInterest.None : _transport!.GetInterest(wanted);
    }
}
