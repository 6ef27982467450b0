namespace PollHttp.Core;

/// <summary>What a deadline guards.</summary>
public enum TimerKind
{
    /// <summary>When a name takes too long to resolve. Part of the connect limit.</summary>
    Resolve,

    /// <summary>When no connection is made in time (resolving, all addresses).</summary>
    Connect,

    /// <summary>When a TLS handshake does not end in time.</summary>
    TlsHandshake,

    /// <summary>When the peer takes no more of our bytes.</summary>
    SendStall,

    /// <summary>When no complete response head came after the request was sent.</summary>
    ResponseHead,

    /// <summary>When no interim 100 came and the content is sent unasked (RFC 9110 §10.1.1). Not a failure.</summary>
    ContinueWait,

    /// <summary>When the peer, not the application, has been silent in the middle of a body.</summary>
    BodyIdle,

    /// <summary>When a body comes slower than the caller allows.</summary>
    LowSpeed,

    /// <summary>When an idle connection has been kept long enough.</summary>
    KeepAliveIdle,

    /// <summary>When the whole exchange has taken too long.</summary>
    Total,

    /// <summary>When no answer came to a ping that asked whether the connection is alive (RFC 9113 §6.7).</summary>
    KeepAlivePing,

    /// <summary>When the peer did not acknowledge our settings (RFC 9113 §6.5.3).</summary>
    Settings,
}
