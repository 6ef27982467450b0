namespace PollHttp;

/// <summary>
/// Represents a snapshot of a <see cref="PollLoop"/> for a health page, a log line or a debugger. The figures cover all clients and handlers
/// on the loop. Connections change while they are counted, so the figures belong to nearly the same moment, not to exactly one.
/// </summary>
public sealed record LoopStatistics
{
    /// <summary>Gets the statistics of a loop that has done nothing.</summary>
    internal static LoopStatistics None { get; } = new();

    /// <summary>Gets the number of connections that are being made: lookup, connect, proxy, TLS.</summary>
    public int Connecting { get; internal init; }

    /// <summary>Gets the number of open connections that wait for a request.</summary>
    public int Idle { get; internal init; }

    /// <summary>
    /// Gets the number of connections with a request on them, from its head to the end of its response. An HTTP/2 connection counts once.
    /// </summary>
    public int Active { get; internal init; }

    /// <summary>
    /// Gets the number of connections whose last response was left early. It is read to its end so that the connection can be used again.
    /// </summary>
    public int Draining { get; internal init; }

    /// <summary>Gets the number of connections that close with the next step of the loop.</summary>
    public int Closing { get; internal init; }

    /// <summary>Gets the number of connections in all states.</summary>
    public int Connections => Connecting + Idle + Active + Draining + Closing;

    /// <summary>
    /// Gets the number of requests that wait for a connection. Their client has as many connections as its limit allows, and all are in use.
    /// A figure that does not go down is a sign of responses that are never disposed.
    /// </summary>
    public int Waiting { get; internal init; }

    /// <summary>
    /// Gets the number of times the poller was asked what is ready, since the loop was made. If it grows while nothing moves, something
    /// spins.
    /// </summary>
    public long Polls { get; internal init; }

    /// <summary>Gets the bytes of HTTP sent since the loop was made: heads, contents and framing, before TLS.</summary>
    public long BytesSent { get; internal init; }

    /// <summary>Gets the bytes of HTTP received since the loop was made: heads, bodies and framing, after TLS.</summary>
    public long BytesReceived { get; internal init; }

    /// <summary>Gets the number of receive and send buffers in use, of 4 to 256 KiB each. They are shared by all loops of the process. An idle
    /// connection has none.</summary>
    public long Slabs { get; internal init; }
}
