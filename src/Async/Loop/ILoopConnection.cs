namespace PollHttp.Loop;

/// <summary>A connection as its loop knows it. Thread of the loop, except where a member says otherwise.</summary>
internal interface ILoopConnection : ILoopWork, ILoopTimer, ILoopReady
{
    /// <summary>How far it is; None before the first poll.</summary>
    ConnectPhase Phase { get; }

    /// <summary>Whether it was polled, and HTTP can't be spoken yet.</summary>
    bool IsConnecting { get; }

    /// <summary>Nothing is registered for it: a lookup or a handshake elsewhere will wake the loop.</summary>
    bool WaitsForWake { get; }

    /// <summary>Gets what it is doing. From any thread, with no lock: a figure for statistics.</summary>
    ConnectionUse Use { get; }

    /// <summary>Gets the bytes of HTTP that it has sent. From any thread, as <see cref="Use"/>.</summary>
    long BytesSent { get; }

    /// <summary>Gets the bytes of HTTP that it has received. From any thread, as <see cref="Use"/>.</summary>
    long BytesReceived { get; }

    /// <summary>Whether it has a place in the order of a budgeted poll.</summary>
    bool HasPlace { get; set; }

    /// <summary>It asked to be polled once more.</summary>
    void OnAgain(PollBudget budget);

    /// <summary>Its turn in a budgeted poll.</summary>
    /// <returns>Bytes sent and received.</returns>
    long OnTurn(PollBudget budget);

    /// <summary>Ends everything on it with an exception. Any thread.</summary>
    void Terminate(Exception error);
}
