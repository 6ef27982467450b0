namespace PollHttp.Core;

/// <summary>Specifies what a deadline guards.</summary>
public enum TimerKind
{
    /// <summary>A name takes too long to resolve. Part of the connect timeout.</summary>
    Resolve,

    /// <summary>No connection is made in time (lookup, all addresses).</summary>
    Connect,

    /// <summary>A TLS handshake does not end in time.</summary>
    TlsHandshake,

    /// <summary>The peer does not accept our bytes.</summary>
    SendStall,

    /// <summary>No complete response head arrived after the request was sent.</summary>
    ResponseHead,

    /// <summary>No interim 100 arrived, and the content is sent anyway (RFC 9110
    /// §10.1.1). Not a failure.</summary>
    ContinueWait,

    /// <summary>The peer, not the application, has been silent in the middle of a body.</summary>
    BodyIdle,

    /// <summary>A body arrives more slowly than the caller allows.</summary>
    LowSpeed,

    /// <summary>An idle connection has been kept long enough.</summary>
    KeepAliveIdle,

    /// <summary>The whole exchange has taken too long.</summary>
    Total,

    /// <summary>A ping that checks whether the connection is alive was not answered (RFC 9113
    /// §6.7).</summary>
    KeepAlivePing,

    /// <summary>The peer did not acknowledge our settings (RFC 9113 §6.5.3).</summary>
    Settings,
}
