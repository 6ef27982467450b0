namespace PollHttp.Loop;

/// <summary>Represents a connection as its loop knows it.</summary>
/// <remarks>Thread safety: thread of the loop only, unless a member says otherwise.</remarks>
internal interface ILoopConnection : ILoopWork, ILoopTimer, ILoopReady
{
    /// <summary>Gets the phase of the connection. It is None before the first poll.</summary>
    ConnectPhase Phase { get; }

    /// <summary>Gets a value indicating whether the connection was polled and HTTP cannot be spoken yet.</summary>
    bool IsConnecting { get; }

    /// <summary>
    /// Gets a value indicating whether the connection waits for a wake-up of the poller, by a lookup or a handshake that ends elsewhere.
    /// </summary>
    bool WaitsForWake { get; }

    /// <summary>Gets the use of the connection for statistics.</summary>
    /// <remarks>Thread safety: any thread. No lock is needed.</remarks>
    ConnectionUse Use { get; }

    /// <summary>Gets the bytes of HTTP that the connection has sent.</summary>
    /// <remarks>Thread safety: any thread. No lock is needed.</remarks>
    long BytesSent { get; }

    /// <summary>Gets the bytes of HTTP that the connection has received.</summary>
    /// <remarks>Thread safety: any thread. No lock is needed.</remarks>
    long BytesReceived { get; }

    /// <summary>Gets or sets a value indicating whether the connection has a place in the order of a budgeted poll.</summary>
    bool HasPlace { get; set; }

    /// <summary>Polls the connection once more, as it asked for.</summary>
    void OnAgain(PollBudget budget);

    /// <summary>Takes the turn of the connection in a budgeted poll.</summary>
    /// <returns>The number of bytes sent and received.</returns>
    long OnTurn(PollBudget budget);

    /// <summary>Fails everything on the connection with an exception.</summary>
    /// <remarks>Thread safety: any thread.</remarks>
    void Terminate(Exception error);
}
