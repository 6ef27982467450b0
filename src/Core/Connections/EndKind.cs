namespace PollHttp.Core;

/// <summary>How the peer ended its side of the connection.</summary>
public enum EndKind
{
    /// <summary>When the end is authentic: FIN on plain TCP, close_notify over TLS.</summary>
    Clean,

    /// <summary>When a TLS connection ended without close_notify (RFC 9112 §9.8).</summary>
    NoCloseNotify,
}
