using System.Diagnostics;

namespace PollHttp.Core;

/// <summary>
/// Describes why a connection, or one exchange on it, failed. It is a value without text; <see cref="Describe"/> builds the text on demand.
/// The default value means no fault.
/// </summary>
[DebuggerDisplay("{DebuggerDisplay,nq}")]
public readonly struct Fault
{
    /// <summary>Gets or sets the kind of the fault.</summary>
    public FaultKind Kind { get; init; }

    /// <summary>Gets or sets the phase of the connection when it failed.</summary>
    public ConnectPhase Phase { get; init; }

    /// <summary>
    /// Gets or sets the destination of the connection: <c>host:port</c>, IPv6 in brackets. Null for a transport of the caller, and for a
    /// fault read from <see cref="HttpConnection"/>, which does not know it.
    /// </summary>
    public string? Target { get; init; }

    /// <summary>Gets or sets the deadline that passed; meaningful for <see cref="FaultKind.TimedOut"/> only.</summary>
    public TimerKind Timer { get; init; }

    /// <summary>Gets or sets the timeout that expired, for <see cref="FaultKind.TimedOut"/>; otherwise zero.</summary>
    public TimeSpan TimeLimit { get; init; }

    /// <summary>
    /// Gets or sets the number of received bytes of this response: of its body once the head was complete, of its head before.
    /// </summary>
    public long BytesReceived { get; init; }

    /// <summary>Gets or sets the number of expected bytes, or the limit of bytes or fields that was exceeded; −1 when unknown.</summary>
    public long BytesExpected { get; init; }

    /// <summary>Gets or sets the number of bytes of this request passed to the transport, including the head.</summary>
    public long RequestBytesSent { get; init; }

    /// <summary>
    /// Gets or sets the number of bytes of this request's content passed to the transport. Chunk framing counts if the length was not
    /// announced.
    /// </summary>
    public long RequestContentSent { get; init; }

    /// <summary>
    /// Gets or sets the length of this request's content: equal to <see cref="RequestContentSent"/> if all of it was sent, −1 if it was not
    /// and the length was not announced.
    /// </summary>
    public long RequestContentLength { get; init; }

    /// <summary>
    /// Gets or sets a value indicating whether the request may be retried, if its method allows it: nothing of it was sent, or it was sent
    /// on a reused connection that ended before any byte of a response (RFC 9112 §9.3.1).
    /// </summary>
    public bool Retryable { get; init; }

    /// <summary>
    /// Gets or sets a value indicating whether the peer provably did not process the request, so that any method may be repeated: nothing
    /// of it was sent (RFC 9110 §9.2.2).
    /// </summary>
    public bool Unprocessed { get; init; }

    /// <summary>Gets a value indicating whether the peer did not process the request because of those before it: it ended the connection in order
    /// after them (GOAWAY without an error, and with a last stream), or they took all places that it has, which was not known when the request was
    /// sent.</summary>
    internal bool IsDisplacement { get; init; }

    /// <summary>
    /// Gets or sets the error code of RFC 9113 §7 that the peer sent, or that was sent to the peer: see <see cref="Kind"/>. Null if there
    /// is none, as in HTTP/1.
    /// </summary>
    public long? ErrorCode { get; init; }

    /// <summary>Gets or sets the HTTP/2 stream that failed; 0 in HTTP/1, and if the whole connection failed.</summary>
    public int StreamId { get; init; }

    /// <summary>Gets or sets the failure of the transport, if the transport failed.</summary>
    public TransportFailure Transport { get; init; }

    /// <summary>Gets or sets the addresses that were tried, in order, if connecting failed; otherwise null.</summary>
    public IReadOnlyList<ConnectAttempt>? Attempts { get; init; }

    /// <summary>Gets or sets the status with which a proxy refused a tunnel, such as 407; otherwise 0.</summary>
    public int ProxyStatusCode { get; init; }

    /// <summary>
    /// Gets or sets more details as text, if the kind does not say everything (which bytes, which status of the proxy); never a header
    /// value.
    /// </summary>
    public string? Detail { get; init; }

    /// <summary>Gets a value indicating whether there is a fault.</summary>
    public bool Exists => Kind != FaultKind.None;

    /// <summary>Describes the fault in one sentence: what failed, with which host, how far it got, the cause.</summary>
    public string Describe() => FaultText.Describe(this);

    /// <inheritdoc/>
    public override string ToString() => Describe();

    private string DebuggerDisplay => Exists ? $"{Kind} in {Phase}" : "no fault";
}
