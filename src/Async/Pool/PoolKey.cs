using PollHttp.Authentication;
using PollHttp.Proxies;

namespace PollHttp.Pool;

/// <summary>
/// What two requests must share to share a connection. Any difference means another connection, since each of these
/// decides who is at the other end, or as whom we speak to it.
/// </summary>
internal readonly record struct PoolKey(bool IsTls, string Host, int Port)
{
    /// <summary>The TLS settings, or null for the defaults.</summary>
    public TlsIdentity? Tls { get; init; }

    /// <summary>What may be spoken.</summary>
    public HttpVersions Versions { get; init; } = HttpVersions.Http1;

    /// <summary>Where it leads instead of where the name does, or null.</summary>
    public EndPoint? EndPoint { get; init; }

    /// <summary>The proxy, with the credentials for it where it is one of SOCKS; null for a direct connection.</summary>
    public ProxySpec? Proxy { get; init; }

    /// <summary>As whom a proxy of HTTP is spoken to; null for nobody.</summary>
    public ProxyCredentials? ProxyCredentials { get; init; }

    /// <summary>As whom the connection is authenticated, where it is the connection that is.</summary>
    public ConnectionIdentity? Identity { get; init; }

    /// <summary>Whether requests are for the proxy to read: absolute form, and credentials for it.</summary>
    public bool SpeaksToProxy => !IsTls && Proxy is { IsSocks: false };

    /// <summary>What goes into Host: with brackets for an IPv6 literal and without its zone, without the scheme's own port.</summary>
    public string Authority => new HostPort(Host, Port).ToAuthority(HostPort.DefaultPort(IsTls));

    /// <summary>For messages: no path, no query, no userinfo, no credentials.</summary>
    public string Origin => (IsTls ? "https://" : "http://") + Authority;

    public override string ToString() => Proxy is null ? Origin : $"{Origin} through {Proxy}";
}
