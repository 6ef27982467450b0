namespace PollHttp.Core;

/// <summary>Where a connection stands between nothing and HTTP.</summary>
public enum ConnectPhase
{
    /// <summary>When nothing has begun.</summary>
    None,

    /// <summary>When the name is being looked up.</summary>
    Resolve,

    /// <summary>When addresses are being connected to.</summary>
    Tcp,

    /// <summary>When the TLS handshake with an HTTPS proxy is under way.</summary>
    ProxyTls,

    /// <summary>When the proxy is being asked for a tunnel.</summary>
    ProxyTunnel,

    /// <summary>When the TLS handshake is under way.</summary>
    Tls,

    /// <summary>When HTTP is spoken.</summary>
    Http,

    /// <summary>When the connection is closed, in order or not.</summary>
    Closed,
}
