using System.Globalization;

namespace PollHttp.Core;

/// <summary>
/// Asks a proxy for a tunnel (RFC 9110 §9.3.6) over a transport that stays ours: one CONNECT exchange, nothing of whose reply is
/// ever presented as the origin's.
/// </summary>
internal sealed class ConnectTunnel
{
    private readonly HttpPump _pump;
    private readonly Http1Connection _http;

    public ConnectTunnel(ITransport transport, ConnectionTarget target, ConnectionLimits limits, Instant now)
    {
        _http = new Http1Connection(limits);
        _pump = new HttpPump(transport, _http);
        string host = target.Host.Contains(':', StringComparison.Ordinal) ? $"[{target.Host}]" : target.Host;
        string authority = string.Create(CultureInfo.InvariantCulture, $"{host}:{target.Port}");
        _ = _http.Begin(new RequestHead { Method = "CONNECT", Target = authority, Authority = authority }, ContentFraming.None, now);
    }

    public Fault Fault { get; private set; }

    public bool IsOpen { get; private set; }

    public Wants Wants => _http.Wants;

    /// <summary>Advances; true once the tunnel is open or has failed.</summary>
    public bool Poll(Instant now, TimeProvider clock)
    {
        PollBudget budget = default;
        do
        {
            _pump.Poll(budget, now, clock);
            while (!IsOpen && !Fault.Exists)
            {
                ConnectionEvent happened = _http.Poll(now);
                if (happened.Kind == EventKind.None)
                {
                    break;
                }

                Handle(happened);
            }
        }
        while (!IsOpen && !Fault.Exists && _pump.Progressed);

        if (IsOpen || Fault.Exists)
        {
            _http.Close();
            return true;
        }

        return false;
    }

    public void Close() => _http.Close();

    private void Handle(ConnectionEvent happened)
    {
        switch (happened.Kind)
        {
            case EventKind.Upgraded when _http.TakeTunnel().IsEmpty:
                IsOpen = true;
                break;
            case EventKind.Upgraded:
                Fault = Refusal("the proxy sent bytes before anything went through the tunnel", default);
                break;
            case EventKind.ResponseHead when _http.ResponseHead.Framing.Kind != BodyFramingKind.Tunnel:
                Fault = Refusal($"it answered {_http.ResponseHead.StatusCode} {_http.ResponseHead.ReasonPhrase}".TrimEnd(), default);
                break;
            case EventKind.Faulted:
                Fault = Refusal(_http.Fault.Describe().TrimEnd('.'), _http.Fault);
                break;
        }
    }

    private static Fault Refusal(string detail, Fault cause) => new()
    {
        Kind = cause.Kind == FaultKind.TimedOut ? FaultKind.TimedOut : FaultKind.ProxyFailed,
        Phase = ConnectPhase.ProxyTunnel,
        Timer = cause.Kind == FaultKind.TimedOut ? TimerKind.Connect : default,
        TimeLimit = cause.TimeLimit,
        BytesReceived = cause.BytesReceived,
        BytesExpected = -1,
        Detail = cause.Kind == FaultKind.TimedOut ? null : detail,
    };
}
