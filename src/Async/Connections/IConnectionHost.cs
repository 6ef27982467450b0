namespace PollHttp.Connections;

/// <summary>Represents what polls a connection: its loop (<see cref="LoopHost"/>), or blocking callers (<see cref="CallerHost"/>).</summary>
/// <remarks>Thread safety: the caller holds the lock of the connection.</remarks>
internal interface IConnectionHost
{
    /// <summary>Gets the network that makes the transports of the connection.</summary>
    INetwork Network { get; }

    /// <summary>Gets the poller that is woken by lookups and handshakes that end elsewhere.</summary>
    IPoller Waker { get; }

    /// <summary>
    /// Gets a value indicating whether the consumer of a body receives more itself at once, instead of leaving that to the host.
    /// </summary>
    bool ConsumerReceives { get; }

    /// <summary>Polls the connection after a command: at once where that is allowed, otherwise soon.</summary>
    void Kick();

    /// <summary>Updates registrations and timers to what the connection wants, or closes it. Called after each step.</summary>
    void Settle();

    /// <summary>Drains the rest of a body that its reader left before the end.</summary>
    void OnBodyLeft();
}
