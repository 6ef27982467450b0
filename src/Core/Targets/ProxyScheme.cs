namespace PollHttp.Core;

/// <summary>How a proxy is spoken to.</summary>
public enum ProxyScheme
{
    /// <summary>The proxy speaks HTTP without TLS: absolute form for plain HTTP, CONNECT for everything else.</summary>
    Http,

    /// <summary>The same is said inside TLS, verified against the proxy's own name.</summary>
    Https,

    /// <summary>When it is SOCKS 4: the name is resolved here, and only an IPv4 address can be asked for.</summary>
    Socks4,

    /// <summary>When it is SOCKS 4A: the proxy resolves the name.</summary>
    Socks4a,

    /// <summary>When it is SOCKS 5 (RFC 1928) and the name is resolved here.</summary>
    Socks5,

    /// <summary>When it is SOCKS 5 and the proxy resolves the name.</summary>
    Socks5h,
}
