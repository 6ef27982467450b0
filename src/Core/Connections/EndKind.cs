namespace PollHttp.Core;

/// <summary>Specifies how the peer ended its side of the connection.</summary>
public enum EndKind
{
    /// <summary>The end is authentic: FIN on plain TCP, close_notify over TLS.</summary>
    Clean,

    /// <summary>A TLS connection ended without close_notify (RFC 9112 §9.8).</summary>
    NoCloseNotify,
}
