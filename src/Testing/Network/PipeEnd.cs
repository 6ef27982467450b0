namespace PollHttp.Testing;

/// <summary>Specifies how one direction of a connection ends.</summary>
internal enum PipeEnd
{
    None,

    /// <summary>FIN arrives, over TLS after close_notify.</summary>
    End,

    /// <summary>FIN arrives without close_notify.</summary>
    EndWithoutCloseNotify,

    /// <summary>A reset is noticed only after everything before it was read.</summary>
    ResetAfterData,

    /// <summary>A reset discards what was not read yet.</summary>
    Reset,
}
