namespace PollHttp.Core;

/// <summary>Specifies whether more can arrive from the peer. Takes effect once all bytes before it were read.</summary>
internal enum InputEnd
{
    /// <summary>More can arrive.</summary>
    None,

    /// <summary>The peer ended its side, authentically.</summary>
    Clean,

    /// <summary>A TLS connection ended without close_notify.</summary>
    NoCloseNotify,

    /// <summary>The transport failed.</summary>
    Lost,
}
