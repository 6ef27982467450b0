namespace PollHttp.Connections;

/// <summary>Specifies the state of a pooled connection. <see cref="LifeTransitions"/> lists the allowed changes.</summary>
internal enum LifeState
{
    /// <summary>The state while the connection is being made, for an exchange or in advance.</summary>
    Dialing,

    /// <summary>The state while no exchange is on the connection and the pool may give it to one.</summary>
    Idle,

    /// <summary>The state while an exchange is on the connection.</summary>
    Active,

    /// <summary>The state while the rest of an unwanted body is read and dropped, so that the connection can be used again.</summary>
    Draining,

    /// <summary>The state when the connection closes with the next step of its host.</summary>
    Closing,

    /// <summary>The state once the connection is closed and the pool no longer knows it.</summary>
    Closed,
}
