namespace PollHttp.Swarm;

/// <summary>What a server does next.</summary>
internal enum StepKind
{
    Send,
    Wait,

    /// <summary>Ends its side in order.</summary>
    End,

    /// <summary>Resets once the peer has read what was sent, where that can be had.</summary>
    Reset,

    /// <summary>Resets at once.</summary>
    ResetNow,

    /// <summary>Ends its side after a time, and serves meanwhile.</summary>
    EndLater,
}
