using System.Globalization;
using System.Text;

namespace PollHttp.Core;

/// <summary>
/// Asks an HTTP proxy for a tunnel (RFC 9110 §9.3.6): one CONNECT, and another one after a 407 that can be answered, or as many as a
/// dialogue takes. The proxy's replies are never presented as responses of the origin.
/// </summary>
internal sealed class ConnectTunnel : TunnelHandshake
{
    /// <summary>The maximum size of a 407's content that is read to keep the connection; beyond that a new connection costs less.</summary>
    private const long MaxRefusalBytes = 64 * 1024;

    /// <summary>More rounds than any dialogue of tokens takes.</summary>
    private const int MaxTurns = 8;

    private readonly HttpPump _pump;
    private readonly HttpConnection _http;
    private readonly ConnectionTarget _target;
    private readonly string _authority;
    private string? _answer;
    private IReadOnlyList<string>? _challenges;
    private int _answers;
    private ExchangeId _exchange;

    /// <param name="transport">An open transport to the proxy.</param>
    /// <param name="target">The destination, the proxy and the credentials.</param>
    /// <param name="options">The options for the reply.</param>
    /// <param name="authorization">The answer to a challenge on an earlier connection, or null.</param>
    /// <param name="now">The time.</param>
    public ConnectTunnel(ITransport transport, ConnectionTarget target, ExchangeOptions options, string? authorization, Instant now)
    {
        _target = target;
        _http = new Http1Connection(options);
        _pump = new HttpPump(transport, _http);
        _authority = new HostPort(target.Host, target.Port).ToAuthority();
        _answers = authorization is null ? 0 : 1;
        if (authorization is not null || TryAuthorize([], out authorization))
        {
            Ask(authorization, now);
        }
    }

    /// <summary>Gets what to wait for. While an answer to challenges is being prepared, nothing is expected from the peer.</summary>
    public override Wants Wants => _challenges is null ? _http.Wants : Wants.Nothing;

    public override bool Poll(Instant now, TimeProvider clock)
    {
        if (_challenges is not null)
        {
            AnswerWhenPrepared();
        }

        while (!IsOver && _challenges is null)
        {
            _pump.Poll(default, now, clock);
            while (!IsOver && _challenges is null)
            {
                ConnectionEvent happened = _http.Poll(now);
                if (happened.Kind == EventKind.None)
                {
                    break;
                }

                Handle(happened, now);
            }

            if (!_pump.Progressed || _pump.IsShortOfBuffers)
            {
                break;
            }
        }

        if (IsOver)
        {
            _http.Close();
        }

        return IsOver;
    }

    private HttpExchange Exchange => new(_http, _exchange);

    public override void Close() => _http.Close();

    /// <summary>Calls the authenticator; returns false if it failed.</summary>
    private bool TryAuthorize(IReadOnlyList<string> challenges, out string? authorization)
    {
        ProxySpec proxy = _target.Proxy!;
        authorization = null;
        try
        {
            authorization = _target.ProxyAuthenticator is { } authenticator ? authenticator.Authorize(proxy, _authority, challenges)
                : proxy.UserName is null || challenges.Count > 0 ? null
                : "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{proxy.UserName}:{proxy.Password}"));
            return true;
        }
        catch (Exception exception) // from the caller's code, which must not end the polling thread
        {
            Fault = NoCredentials(exception);
            return false;
        }
    }

    private void Ask(string? authorization, Instant now)
    {
        try
        {
            // Of the request that waits for the tunnel, only its User-Agent is sent here: the proxy is a different party.
            RequestHead head = new() { Method = "CONNECT", Target = _authority, Authority = _authority };
            if (_target.UserAgent is { } userAgent)
            {
                head.Headers.Add("User-Agent", userAgent);
            }

            if (authorization is not null)
            {
                head.Headers.Add("Proxy-Authorization", authorization);
            }

            _exchange = _http.Begin(head, ContentFraming.None, now);
        }
        catch (ArgumentException exception) // a host, name or credential that is not valid in a head: nothing was written
        {
            Fault = Refusal("it can't be asked for this host", new(TransportError.Other, exception));
        }
    }

    private void Handle(ConnectionEvent happened, Instant now)
    {
        switch (happened.Kind)
        {
            case EventKind.Upgraded when _http.TakeTunnel().IsEmpty:
                IsOpen = true;
                break;
            case EventKind.Upgraded:
                Fault = Refusal("the proxy sent bytes before anything went through the tunnel");
                break;
            case EventKind.ResponseHead when Exchange.ResponseHead.Framing.Kind != BodyFramingKind.Tunnel:
                OnRefusal(Exchange.ResponseHead);
                break;
            case EventKind.BodyData when _answer is not null:
                DrainBody();
                break;
            case EventKind.EndOfResponse when _answer is not null && _http.AvailableExchanges > 0:
                string answer = _answer;
                _answer = null;
                Ask(answer, now);
                break;
            case EventKind.EndOfResponse or EventKind.Closed or EventKind.Faulted when _answer is not null:
                RetryWith = _answer;
                break;
            case EventKind.Faulted:
                OnFault(_http.Fault);
                break;
        }
    }

    private void OnRefusal(ResponseHead head)
    {
        bool mayAnswer = _answers == 0 || (_answers < MaxTurns && _target.ProxyAuthenticator is IProxyDialogue);
        if (head.StatusCode == 407 && mayAnswer)
        {
            _challenges = head.Headers.GetValues("Proxy-Authenticate");
            AnswerWhenPrepared();
        }
        else
        {
            Refuse(head);
        }
    }

    /// <summary>Answers the challenges, unless the answer is still being prepared: nothing more is read until then.</summary>
    private void AnswerWhenPrepared()
    {
        IReadOnlyList<string> challenges = _challenges!;
        if (!IsPrepared(challenges))
        {
            return;
        }

        _challenges = null;
        if (IsOver || !TryAuthorize(challenges, out string? answer))
        {
            return;
        }

        if (answer is null)
        {
            Refuse(Exchange.ResponseHead);
            return;
        }

        _answers++;
        if (_http.CloseReasons == CloseReasons.None)
        {
            _answer = answer;
        }
        else
        {
            RetryWith = answer;
        }
    }

    private bool IsPrepared(IReadOnlyList<string> challenges)
    {
        try
        {
            return _target.ProxyAuthenticator is not IProxyDialogue dialogue || dialogue.Prepare(_target.Proxy!, _authority, challenges);
        }
        catch (Exception exception) // from the caller's code, which must not end the polling thread
        {
            Fault = NoCredentials(exception);
            return true;
        }
    }

    private void Refuse(ResponseHead head) =>
        Fault = Refusal($"it answered {head.StatusCode} {head.ReasonPhrase}".TrimEnd(), status: head.StatusCode);

    private static Fault NoCredentials(Exception exception) =>
        Refusal("the credentials for it could not be had", new(TransportError.Other, exception));

    private void DrainBody()
    {
        if (Exchange.BodyBytesReceived > MaxRefusalBytes)
        {
            RetryWith = _answer;
            return;
        }

        _http.ConsumeBody(_exchange, Exchange.Body.Length);
    }

    private void OnFault(in Fault cause)
    {
        bool isTimeout = cause.Kind == FaultKind.TimedOut;
        Fault = Refusal(cause.Describe().TrimEnd('.')) with
        {
            Kind = isTimeout ? FaultKind.TimedOut : FaultKind.ProxyFailed,
            Timer = isTimeout ? TimerKind.Connect : default,
            TimeLimit = cause.TimeLimit,
            BytesReceived = cause.BytesReceived,
            Detail = isTimeout ? null : cause.Describe().TrimEnd('.'),
        };
    }
}
