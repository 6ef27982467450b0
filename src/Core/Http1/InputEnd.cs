namespace PollHttp.Core;

/// <summary>Whether more can come from the peer. It takes effect once all that came before it was read.</summary>
internal enum InputEnd
{
    /// <summary>When more can come.</summary>
    None,

    /// <summary>When the peer ended its side, authentically.</summary>
    Clean,

    /// <summary>When a TLS connection ended without close_notify.</summary>
    NoCloseNotify,

    /// <summary>When the transport failed.</summary>
    Lost,
}
