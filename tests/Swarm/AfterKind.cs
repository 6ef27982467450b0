namespace PollHttp.Swarm;

/// <summary>What the server does with the connection after a response.</summary>
internal enum AfterKind
{
    Keep,

    /// <summary>Says Connection: close, and does.</summary>
    Announced,
    Close,
    Reset,

    /// <summary>Closes a moment later, when it may be idle or in use again.</summary>
    CloseLater,
}
