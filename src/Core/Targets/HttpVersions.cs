namespace PollHttp.Core;

/// <summary>Protocols that a connection may speak: what TLS offers by ALPN (RFC 7301), and what the server may choose.</summary>
[Flags]
internal enum HttpVersions
{
    /// <summary>HTTP/1.1, and 1.0 where the server has no more. Also where the server chooses nothing.</summary>
    Http1 = 1,

    /// <summary>HTTP/2 (RFC 9113): over TLS where the server chooses it; without TLS by prior knowledge, where nothing else is allowed.</summary>
    Http2 = 2,
}
