namespace PollHttp.Loop;

/// <summary>What a connection is doing, as its loop counts it.</summary>
internal enum ConnectionUse
{
    /// <summary>The place on a shared connection, which is counted itself.</summary>
    None,

    /// <summary>The connection that is being made.</summary>
    Connecting,

    /// <summary>The connection that waits for a request.</summary>
    Idle,

    /// <summary>The connection with a request on it, or several.</summary>
    Active,

    /// <summary>The connection whose last response was left early, and is read to its end.</summary>
    Draining,

    /// <summary>The connection that ends with the next step of the loop.</summary>
    Closing,
}
