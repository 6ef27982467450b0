namespace PollHttp.Loop;

/// <summary>Specifies what a connection is doing, as its loop counts it.</summary>
internal enum ConnectionUse
{
    /// <summary>The use of a place on a shared connection, which is counted itself.</summary>
    None,

    /// <summary>The use while the connection is being made.</summary>
    Connecting,

    /// <summary>The use while the connection waits for a request.</summary>
    Idle,

    /// <summary>The use while one or several requests are on the connection.</summary>
    Active,

    /// <summary>The use while the rest of a response that was left early is read to its end.</summary>
    Draining,

    /// <summary>The use when the connection closes with the next step of the loop.</summary>
    Closing,
}
