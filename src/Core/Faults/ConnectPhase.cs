namespace PollHttp.Core;

/// <summary>Specifies how far a connection is on its way to HTTP.</summary>
public enum ConnectPhase
{
    /// <summary>Nothing has begun.</summary>
    None,

    /// <summary>The name is being looked up.</summary>
    Resolve,

    /// <summary>The connection is dialling addresses.</summary>
    Tcp,

    /// <summary>The TLS handshake with an HTTPS proxy is in progress.</summary>
    ProxyTls,

    /// <summary>The proxy is being asked for a tunnel.</summary>
    ProxyTunnel,

    /// <summary>The TLS handshake is in progress.</summary>
    Tls,

    /// <summary>HTTP is in use.</summary>
    Http,

    /// <summary>The connection is closed, cleanly or not.</summary>
    Closed,
}
