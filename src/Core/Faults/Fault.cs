using System.Diagnostics;

namespace PollHttp.Core;

/// <summary>
/// Why a connection, or one exchange on it, failed. A value: made without text, which <see cref="Describe"/> builds when
/// somebody wants to read it. The default value means: no fault.
/// </summary>
[DebuggerDisplay("{DebuggerDisplay,nq}")]
public readonly struct Fault
{
    /// <summary>What went wrong.</summary>
    public FaultKind Kind { get; init; }

    /// <summary>Where the connection stood.</summary>
    public ConnectPhase Phase { get; init; }

    /// <summary>
    /// Where the connection was to lead: <c>host:port</c>, IPv6 in brackets. Null over a transport of the caller, and for a fault
    /// taken from <see cref="HttpConnection"/>, which does not know.
    /// </summary>
    public string? Target { get; init; }

    /// <summary>Which deadline passed; meaningful for <see cref="FaultKind.TimedOut"/> only.</summary>
    public TimerKind Timer { get; init; }

    /// <summary>Gets or sets the limit that was passed: a time for <see cref="FaultKind.TimedOut"/>, otherwise zero.</summary>
    public TimeSpan TimeLimit { get; init; }

    /// <summary>Bytes of this response received: of its body once the head was complete, of its head before.</summary>
    public long BytesReceived { get; init; }

    /// <summary>Bytes that should have come, or the limit in bytes or fields that was passed; −1 when unknown.</summary>
    public long BytesExpected { get; init; }

    /// <summary>Bytes of this request handed to the transport, head included.</summary>
    public long RequestBytesSent { get; init; }

    /// <summary>Bytes of this request's content handed to the transport; chunk framing counts, where the length was not announced.</summary>
    public long RequestContentSent { get; init; }

    /// <summary>
    /// Bytes there were of this request's content: the same as <see cref="RequestContentSent"/> when all of it was sent, −1 when
    /// it was not and the length was not announced.
    /// </summary>
    public long RequestContentLength { get; init; }

    /// <summary>
    /// Gets or sets a value indicating whether the peer provably did not process the request (nothing of it was sent), or it was sent on a
    /// reused connection that ended before any byte of a response (RFC 9112 §9.3.1): the caller decides whether the method may be repeated.
    /// </summary>
    public bool Retryable { get; init; }

    /// <summary>
    /// Gets or sets a value indicating whether the peer provably did not process the request, so that any method may be repeated: nothing
    /// of it was sent (RFC 9110 §9.2.2).
    /// </summary>
    public bool Unprocessed { get; init; }

    /// <summary>
    /// Gets or sets the error code of RFC 9113 §7 that the peer gave, or that it was given: see <see cref="Kind"/>. Null where there is
    /// none, as in HTTP/1.
    /// </summary>
    public long? ErrorCode { get; init; }

    /// <summary>Gets or sets the HTTP/2 stream that failed; 0 in HTTP/1, and where it was the whole connection.</summary>
    public int StreamId { get; init; }

    /// <summary>What the transport said, where it was the transport that failed.</summary>
    public TransportFailure Transport { get; init; }

    /// <summary>Gets or sets the addresses that were tried, in order, where connecting failed; otherwise null.</summary>
    public IReadOnlyList<ConnectAttempt>? Attempts { get; init; }

    /// <summary>Gets or sets the status with which a proxy refused a tunnel, 407 say; 0 where it was not that.</summary>
    public int ProxyStatusCode { get; init; }

    /// <summary>More in words, where the kind does not say it all (which bytes, which status of the proxy); never a header value.</summary>
    public string? Detail { get; init; }

    /// <summary>Gets a value indicating whether there is a fault at all.</summary>
    public bool Exists => Kind != FaultKind.None;

    /// <summary>One sentence for people: what failed, with which host, how far it got, the cause.</summary>
    public string Describe() => FaultText.Describe(this);

    /// <inheritdoc/>
    public override string ToString() => Describe();

    private string DebuggerDisplay => Exists ? $"{Kind} in {Phase}" : "no fault";
}
