namespace PollHttp.Core;

/// <summary>
/// Specifies the protocols that a connection may use: what TLS offers by ALPN (RFC 7301), and what the server may choose.
/// </summary>
[Flags]
public enum HttpVersions
{
    /// <summary>HTTP/1.1, or 1.0 if the server supports no more. Also used if the server chooses no protocol.</summary>
    Http1 = 1,

    /// <summary>HTTP/2 (RFC 9113): over TLS if the server chooses it; without TLS by prior knowledge, if nothing else is allowed.</summary>
    Http2 = 2,
}
