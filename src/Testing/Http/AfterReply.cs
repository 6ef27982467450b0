namespace PollHttp.Testing;

/// <summary>What a simulated server does to the connection after a reply.</summary>
public enum AfterReply
{
    /// <summary>When it waits for the next request.</summary>
    KeepOpen,

    /// <summary>When it ends its side in order.</summary>
    End,

    /// <summary>When it ends its side with FIN but, over TLS, no close_notify.</summary>
    EndWithoutCloseNotify,

    /// <summary>When it resets once the reply was read.</summary>
    Reset,
}
