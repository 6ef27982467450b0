using System.Net.Security;
using PollHttp.Core.Http2;

namespace PollHttp.Core;

/// <summary>Creates the state machine of a protocol, without any I/O; the caller moves the bytes.</summary>
public static class HttpConnectionFactory
{
    /// <summary>Creates a connection for HTTP/1.1 (RFC 9112).</summary>
    /// <param name="options">The options of exchanges that have none of their own; null for the defaults.</param>
    public static HttpConnection CreateHttp1(ExchangeOptions? options = null) => new Http1Connection(options);

    /// <summary>
    /// Creates the connection for an open transport. Only this method chooses the protocol: HTTP/2 if TLS negotiated it (RFC 9113 §3.2), or
    /// if there is no TLS and only HTTP/2 is allowed (§3.3); otherwise HTTP/1.1.
    /// </summary>
    /// <param name="options">The options of exchanges.</param>
    /// <param name="versions">The allowed versions.</param>
    /// <param name="tls">The result of the TLS handshake; null without TLS.</param>
    internal static HttpConnection Create(PollConnectionOptions options, HttpVersions versions, TlsInfo? tls)
    {
        bool isHttp2 = tls is null ? versions == HttpVersions.Http2 : (versions & HttpVersions.Http2) != 0 && tls.ApplicationProtocol == SslApplicationProtocol.Http2;
        return isHttp2
            ? new Http2Connection(options.Exchange, options.Slabs, options.Http2, isSecure: tls is not null)
            : new Http1Connection(options.Exchange, options.Slabs);
    }
}
