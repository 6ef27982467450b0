namespace PollHttp.Swarm;

/// <summary>How far a session of HTTP/2 is.</summary>
internal enum SessionState
{
    AwaitingPreface,
    Open,

    /// <summary>What the client sends is not read for a while.</summary>
    Deaf,

    /// <summary>The server has broken the rules, and the client may end the connection with an error.</summary>
    Breached,

    /// <summary>The server has ended its side. What the client still sends is dropped.</summary>
    Over,
}
