namespace PollHttp.Swarm;

/// <summary>What a content does in its midst.</summary>
internal enum TroubleKind
{
    None,

    /// <summary>Throws <see cref="PlannedException"/>.</summary>
    Throw,

    /// <summary>Waits for its token, or for ever.</summary>
    Stall,

    /// <summary>Waits for a while, and goes on where the library called it.</summary>
    Pause,

    /// <summary>Goes on with each piece on another thread.</summary>
    Elsewhere,
}
