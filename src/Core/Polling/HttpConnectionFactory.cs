using System.Net.Security;
using PollHttp.Core.Http2;

namespace PollHttp.Core;

/// <summary>Makes the state machine of a protocol, without any I/O: whoever has one moves the bytes.</summary>
public static class HttpConnectionFactory
{
    /// <summary>Makes a connection that speaks HTTP/1.1 (RFC 9112).</summary>
    /// <param name="options">What exchanges are held to that bring no options of their own; null for the defaults.</param>
    public static HttpConnection CreateHttp1(ExchangeOptions? options = null) => new Http1Connection(options);

    /// <summary>
    /// Makes the connection for a transport that is open. The one place where a protocol is chosen: HTTP/2 where TLS agreed on it (RFC 9113
    /// §3.2), or where there is no TLS and nothing else may be spoken (§3.3); otherwise HTTP/1.1.
    /// </summary>
    /// <param name="options">What exchanges are held to.</param>
    /// <param name="versions">What may be spoken.</param>
    /// <param name="tls">What the TLS handshake agreed on; null without TLS.</param>
    internal static HttpConnection Create(PollConnectionOptions options, HttpVersions versions, TlsInfo? tls)
    {
        bool isHttp2 = tls is null ? versions == HttpVersions.Http2 : (versions & HttpVersions.Http2) != 0 && tls.ApplicationProtocol == SslApplicationProtocol.Http2;
        return isHttp2
            ? new Http2Connection(options.Exchange, options.Slabs, options.Http2, isSecure: tls is not null)
            : new Http1Connection(options.Exchange, options.Slabs);
    }
}
