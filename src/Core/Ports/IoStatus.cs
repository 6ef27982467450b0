namespace PollHttp.Core;

/// <summary>Specifies the outcome of one read or write.</summary>
public enum IoStatus
{
    /// <summary>At least one byte moved.</summary>
    Done,

    /// <summary>Nothing can move until the transport becomes ready.</summary>
    WouldBlock,

    /// <summary>The peer ended its side in order (FIN; over TLS, a close_notify).</summary>
    End,

    /// <summary>A TLS peer ended its side with FIN but without close_notify: the data may be truncated (RFC 9112
    /// §9.8).</summary>
    EndWithoutCloseNotify,

    /// <summary>The transport failed: see <see cref="ITransport.Failure"/>.</summary>
    Failed,
}
