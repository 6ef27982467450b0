namespace PollHttp.Connections;

/// <summary>The life of a pooled connection. <see cref="LifeTransitions"/> has what may follow what.</summary>
internal enum LifeState
{
    /// <summary>It is being made: for an exchange, or ahead of any.</summary>
    Dialing,

    /// <summary>Nothing is on it, and the pool may give it to an exchange.</summary>
    Idle,

    /// <summary>An exchange is on it.</summary>
    Active,

    /// <summary>The rest of a body that nobody wants is read and dropped, so that the connection can be used again.</summary>
    Draining,

    /// <summary>It closes with the next step of its host.</summary>
    Closing,

    /// <summary>It is closed, and no longer known to its pool.</summary>
    Closed,
}
