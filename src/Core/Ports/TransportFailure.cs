namespace PollHttp.Core;

/// <summary>Describes why a transport failed. The default value means no failure.</summary>
/// <param name="Error">The class of failure.</param>
/// <param name="Cause">The platform's exception, or null.</param>
public readonly record struct TransportFailure(TransportError Error, Exception? Cause)
{
    /// <summary>Describes the failure in one clause, without a full stop.</summary>
    public string Describe() => Cause?.Message.TrimEnd('.') ?? Error switch
    {
        TransportError.None => "no failure",
        TransportError.Refused => "connection refused",
        TransportError.Unreachable => "network unreachable",
        TransportError.Reset => "connection reset by peer",
        TransportError.TimedOut => "connection timed out",
        TransportError.ResourceExhausted => "out of handles, ports or buffers",
        TransportError.TlsHandshake => "the TLS handshake failed",
        TransportError.Certificate => "the server's certificate was not accepted",
        TransportError.Forbidden => "the address is not allowed",
        TransportError.TlsData => "the TLS stream is damaged",
        _ => "the transport failed",
    };
}
