using PollHttp.Authentication;
using PollHttp.Proxies;

namespace PollHttp.Pool;

/// <summary>
/// Identifies the requests that can share connections. A difference in any member requires another connection, since each member decides
/// which peer is at the other end, or with which identity the connection is made.
/// </summary>
internal readonly record struct PoolKey(bool IsTls, string Host, int Port)
{
    /// <summary>Gets the TLS settings, or null for the defaults.</summary>
    public TlsIdentity? Tls { get; init; }

    /// <summary>Gets the HTTP versions that the connections may have. A request may allow fewer.</summary>
    public HttpVersions Versions { get; init; } = HttpVersions.Http1;

    /// <summary>Gets the address to connect to in place of the one that the name has, or null.</summary>
    public EndPoint? EndPoint { get; init; }

    /// <summary>Gets the proxy, which for SOCKS includes the credentials; null for a direct connection.</summary>
    public ProxySpec? Proxy { get; init; }

    /// <summary>Gets the credentials for an HTTP proxy, or null.</summary>
    public ProxyCredentials? ProxyCredentials { get; init; }

    /// <summary>Gets the identity of an authentication that belongs to the connection, or null.</summary>
    public ConnectionIdentity? Identity { get; init; }

    /// <summary>Gets a value indicating whether the proxy reads the requests: they have the absolute form, and credentials for the
    /// proxy.</summary>
    public bool SpeaksToProxy => !IsTls && Proxy is { IsSocks: false };

    /// <summary>Gets the value of the Host field: with brackets for an IPv6 literal and without its zone, and without the scheme's default
    /// port.</summary>
    public string Authority => new HostPort(Host, Port).ToAuthority(HostPort.DefaultPort(IsTls));

    /// <summary>Gets the origin for messages: no path, no query, no userinfo, no credentials.</summary>
    public string Origin => (IsTls ? "https://" : "http://") + Authority;

    public override string ToString() => Proxy is null ? Origin : $"{Origin} through {Proxy}";
}
