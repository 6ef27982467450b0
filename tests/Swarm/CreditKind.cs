namespace PollHttp.Swarm;

/// <summary>How a server of HTTP/2 lets the client send on.</summary>
internal enum CreditKind
{
    /// <summary>With each frame received.</summary>
    AtOnce,

    /// <summary>After a while, all at once.</summary>
    Late,

    /// <summary>In small steps.</summary>
    Dribble,
}
