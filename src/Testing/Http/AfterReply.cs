namespace PollHttp.Testing;

/// <summary>Specifies what a simulated server does to the connection after a reply.</summary>
public enum AfterReply
{
    /// <summary>The server waits for the next request.</summary>
    KeepOpen,

    /// <summary>The server ends its side in order.</summary>
    End,

    /// <summary>The server ends its side with FIN but, over TLS, without close_notify.</summary>
    EndWithoutCloseNotify,

    /// <summary>The server resets the connection once the reply was read.</summary>
    Reset,
}
