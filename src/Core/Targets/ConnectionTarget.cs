using System.Net;
using System.Net.Security;

namespace PollHttp.Core;

/// <summary>Where a connection leads and what is layered on it.</summary>
public sealed record ConnectionTarget
{
    /// <summary>Gets or sets the host: a DNS name, or an IP literal without brackets.</summary>
    public required string Host { get; init; }

    /// <summary>Gets or sets the TCP port, 1 to 65535.</summary>
    public required int Port { get; init; }

    /// <summary>TLS towards <see cref="Host"/>, or null for plain HTTP.</summary>
    public SslClientAuthenticationOptions? Tls { get; init; }

    /// <summary>Connects here instead of resolving the name (the proxy's, where there is one): a Unix domain socket, a fixed address.</summary>
    public EndPoint? EndPoint { get; init; }

    /// <summary>Gets or sets the proxy, or null for a direct connection.</summary>
    public ProxySpec? Proxy { get; init; }

    /// <summary>
    /// Asks an HTTP proxy for a tunnel although there is no TLS: for a protocol that begins as plain HTTP, ws:// say. Without it
    /// plain HTTP goes to the proxy itself, and whoever writes the request uses the absolute form (RFC 9112 §3.2.2).
    /// </summary>
    public bool TunnelPlain { get; init; }

    /// <summary>
    /// Answers the challenges of an HTTP proxy to a CONNECT. Null: the credentials of <see cref="Proxy"/>, where it has any, are
    /// sent with the first CONNECT as Basic.
    /// </summary>
    public IProxyAuthenticator? ProxyAuthenticator { get; init; }

    /// <summary>Gets or sets the <c>User-Agent</c> of a CONNECT, or null for none: of a request, the only field of its own that the proxy
    /// may see (P-054).</summary>
    public string? UserAgent { get; init; }

    /// <summary>
    /// Puts one more transport on top of all others (TCP, tunnel, TLS), below HTTP: one that records what passes, say. Called with
    /// the open transport, which the new one owns; the new one may still be opening. Null for none.
    /// </summary>
    public Func<ITransport, ITransport>? Layer { get; init; }

    /// <summary>What may be spoken with the origin.</summary>
    internal HttpVersions Versions { get; init; } = HttpVersions.Http1;

    /// <summary>Gets a value indicating whether an HTTP proxy must be asked for a tunnel.</summary>
    internal bool NeedsConnect => Proxy is { IsSocks: false } && (Tls is not null || TunnelPlain);

    internal string DialHost => Proxy?.Host ?? Host;

    internal int DialPort => Proxy?.Port ?? Port;
}
