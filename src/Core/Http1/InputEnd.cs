namespace PollHttp.Core;

/// <summary>Determines whether more can come from the peer. It takes effect once all that came before it was read.</summary>
internal enum InputEnd
{
    /// <summary>More can come.</summary>
    None,

    /// <summary>The peer ended its side, authentically.</summary>
    Clean,

    /// <summary>A TLS connection ended without close_notify.</summary>
    NoCloseNotify,

    /// <summary>The transport failed.</summary>
    Lost,
}
