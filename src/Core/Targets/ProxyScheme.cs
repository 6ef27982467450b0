namespace PollHttp.Core;

/// <summary>Specifies the protocol of a proxy.</summary>
public enum ProxyScheme
{
    /// <summary>HTTP without TLS: absolute form for plain HTTP, CONNECT for everything else.</summary>
    Http,

    /// <summary>HTTP inside TLS, which is verified against the proxy's own name.</summary>
    Https,

    /// <summary>SOCKS 4: the name is resolved here, and only an IPv4 address can be requested.</summary>
    Socks4,

    /// <summary>SOCKS 4A: the proxy resolves the name.</summary>
    Socks4a,

    /// <summary>SOCKS 5 (RFC 1928): the name is resolved here.</summary>
    Socks5,

    /// <summary>SOCKS 5: the proxy resolves the name.</summary>
    Socks5h,
}
