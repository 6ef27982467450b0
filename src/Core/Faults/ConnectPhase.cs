namespace PollHttp.Core;

/// <summary>Where a connection stands between nothing and HTTP.</summary>
public enum ConnectPhase
{
    /// <summary>Nothing has begun.</summary>
    None,

    /// <summary>The name is being looked up.</summary>
    Resolve,

    /// <summary>Addresses are being connected to.</summary>
    Tcp,

    /// <summary>The TLS handshake with an HTTPS proxy is under way.</summary>
    ProxyTls,

    /// <summary>The proxy is being asked for a tunnel.</summary>
    ProxyTunnel,

    /// <summary>The TLS handshake is under way.</summary>
    Tls,

    /// <summary>HTTP is spoken.</summary>
    Http,

    /// <summary>The connection is closed, in order or not.</summary>
    Closed,
}
