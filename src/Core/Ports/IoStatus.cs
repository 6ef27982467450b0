namespace PollHttp.Core;

/// <summary>How one read or write went.</summary>
public enum IoStatus
{
    /// <summary>When at least one byte moved.</summary>
    Done,

    /// <summary>When nothing can move until the transport becomes ready.</summary>
    WouldBlock,

    /// <summary>When the peer ended its side in order (FIN; over TLS, a close_notify).</summary>
    End,

    /// <summary>When a TLS peer ended its side with FIN but no close_notify: what came may be cut short (RFC 9112 §9.8).</summary>
    EndWithoutCloseNotify,

    /// <summary>When the transport failed: see <see cref="ITransport.Failure"/>.</summary>
    Failed,
}
