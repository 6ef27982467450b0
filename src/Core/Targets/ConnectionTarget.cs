using System.Net;
using System.Net.Security;

namespace PollHttp.Core;

/// <summary>Describes where a connection leads and what is layered on it.</summary>
public sealed record ConnectionTarget
{
    /// <summary>Gets or sets the host: a DNS name, or an IP literal without brackets.</summary>
    public required string Host { get; init; }

    /// <summary>Gets or sets the TCP port, 1 to 65535.</summary>
    public required int Port { get; init; }

    /// <summary>Gets or sets the options of TLS towards <see cref="Host"/>, or null for plain HTTP.</summary>
    public SslClientAuthenticationOptions? Tls { get; init; }

    /// <summary>
    /// Gets or sets the end point to connect to instead of resolving the name (with a proxy, the proxy's name): a Unix domain socket, a
    /// fixed address.
    /// </summary>
    public EndPoint? EndPoint { get; init; }

    /// <summary>Gets or sets the proxy, or null for a direct connection.</summary>
    public ProxySpec? Proxy { get; init; }

    /// <summary>
    /// Gets or sets a value indicating whether an HTTP proxy is asked for a tunnel even without TLS, for a protocol that begins as plain
    /// HTTP, such as ws://. If false, plain HTTP goes to the proxy itself, and requests must use the absolute form (RFC 9112 §3.2.2).
    /// </summary>
    public bool TunnelPlain { get; init; }

    /// <summary>
    /// Gets or sets the authenticator that answers the challenges of an HTTP proxy to a CONNECT. If null, the credentials of
    /// <see cref="Proxy"/>, if any, are sent with the first CONNECT as Basic.
    /// </summary>
    public IProxyAuthenticator? ProxyAuthenticator { get; init; }

    /// <summary>Gets or sets the <c>User-Agent</c> of a CONNECT, or null for none. It is the only field of a request that is also sent to
    /// the proxy.</summary>
    public string? UserAgent { get; init; }

    /// <summary>
    /// Gets or sets a function that puts one more transport on top of all others (TCP, tunnel, TLS), below HTTP: for example, one that
    /// records all bytes. It is called with the open transport, which the new transport owns; the new transport may still be opening. Null
    /// for none.
    /// </summary>
    public Func<ITransport, ITransport>? Layer { get; init; }

    /// <summary>
    /// Gets or sets the versions of HTTP that are allowed; by default <see cref="HttpVersions.Http1"/>. With TLS both may be allowed, and the
    /// server chooses (ALPN). Without TLS <see cref="HttpVersions.Http2"/> must be allowed alone: it is used by prior knowledge
    /// (RFC 9113 §3.3). <see cref="HttpConnection.Protocol"/> tells which one is spoken.
    /// </summary>
    public HttpVersions Versions { get; init; } = HttpVersions.Http1;

    /// <summary>Gets a value indicating whether an HTTP proxy must be asked for a tunnel.</summary>
    internal bool NeedsConnect => Proxy is { IsSocks: false } && (Tls is not null || TunnelPlain);

    internal string DialHost => Proxy?.Host ?? Host;

    internal int DialPort => Proxy?.Port ?? Port;
}
