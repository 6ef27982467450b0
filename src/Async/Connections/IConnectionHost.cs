namespace PollHttp.Connections;

/// <summary>
/// Who polls a connection: its loop (<see cref="LoopHost"/>), or the threads that block on it (<see cref="CallerHost"/>). Members are called
/// under the lock of the connection.
/// </summary>
internal interface IConnectionHost
{
    /// <summary>Gets the network that makes its transports.</summary>
    INetwork Network { get; }

    /// <summary>Gets the poller that is woken by what ends elsewhere: lookups and handshakes.</summary>
    IPoller Waker { get; }

    /// <summary>Gets a value indicating whether whoever consumed a body receives more there and then, rather than have the host do it.</summary>
    bool ConsumerReceives { get; }

    /// <summary>Has the connection polled after a command: here and now where that is allowed, else soon.</summary>
    void Kick();

    /// <summary>After each step: brings what is registered, and the timers, in line with what the connection wants, or closes it.</summary>
    void Settle();

    /// <summary>Whoever read a body left before its end: has the rest of it drained.</summary>
    void OnBodyLeft();
}
