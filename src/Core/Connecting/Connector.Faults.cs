using System.Globalization;
using System.Net.Security;

namespace PollHttp.Core;

// The faults of connecting, with what each phase knows about them.
internal sealed partial class Connector
{
    private void FailTls(TransportFailure failure, string? detail) => Fail(new Fault
    {
        Kind = Phase == ConnectPhase.ProxyTls ? FaultKind.ProxyFailed : FaultKind.TlsFailed,
        Phase = Phase,
        Retryable = true,
        Transport = failure,
        Detail = Phase == ConnectPhase.ProxyTls ? Join(_target?.Proxy?.Way, detail) : detail,
    });

    private void FailLayer(in TransportFailure failure) => Fail(new Fault
    {
        Kind = FaultKind.ConnectFailed,
        Phase = Phase,
        Retryable = true,
        Transport = failure,
        Detail = "the layer above the transport could not be opened",
    });

    /// <summary>Fails because the server chose a protocol that was not offered (RFC 7301 §3.2), or none where only HTTP/2 is allowed.</summary>
    private void FailVersion(SslApplicationProtocol chosen)
    {
        if (Awaited != HttpVersions.Http2 || !TlsTarget.Speaks(HttpVersions.Http1, chosen))
        {
            string awaited = Awaited == HttpVersions.Http1 ? "not HTTP/1.1" : "neither HTTP/2 nor HTTP/1.1";
            FailTls(default, $"the server chose the protocol {chosen}, which is {awaited}");
            return;
        }

        Fail(new Fault
        {
            Kind = FaultKind.UnsupportedVersion,
            Phase = Phase,
            Retryable = true,
            Detail = chosen.Protocol.IsEmpty ? "it chose no protocol, and only HTTP/2 may be spoken" : $"it chose {chosen}, and only HTTP/2 may be spoken",
        });
    }

    private void Expire()
    {
        bool isTls = Phase == ConnectPhase.Tls;
        Fail(new Fault
        {
            Kind = FaultKind.TimedOut,
            Phase = Phase,
            Timer = isTls ? TimerKind.TlsHandshake : TimerKind.Connect,
            TimeLimit = (isTls ? _options.TlsHandshakeTimeout : _options.ConnectTimeout) ?? default,
            Retryable = true,
            Attempts = Phase == ConnectPhase.Tcp ? _dialing?.Attempts : null,
            Detail = isTls ? null : _target?.Proxy?.Way,
        });
    }

    private void Fail(in Fault fault)
    {
        Fault = fault;
        Close();
    }

    private static string? Join(string? first, string? second) =>
        first is null || second is null ? first ?? second : $"{first}; {second}";
}
