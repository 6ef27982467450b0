namespace PollHttp.Testing;

/// <summary>How one direction of a connection ends.</summary>
internal enum PipeEnd
{
    None,

    /// <summary>FIN comes, after close_notify where there is TLS.</summary>
    End,

    /// <summary>FIN comes without close_notify.</summary>
    EndWithoutCloseNotify,

    /// <summary>A reset is noticed only after everything before it was read.</summary>
    ResetAfterData,

    /// <summary>A reset throws away what was not read yet.</summary>
    Reset,
}
