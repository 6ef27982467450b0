namespace PollHttp;

/// <summary>
/// Represents one attempt: a request as it went over the wire, and its response. A call has one attempt, or several if it was redirected,
/// challenged or retried.
/// </summary>
/// <remarks>
/// It is filled as the attempt proceeds, perhaps on another thread. In each call of a <see cref="WireObserver"/> everything up to that point is
/// available. From <see cref="WireObserver.OnEnd"/> on it no longer changes, and can be kept and read by any thread. It contains what was
/// sent, including secrets: see <see cref="WireRedaction"/>.
/// </remarks>
public sealed partial class WireExchange
{
    /// <summary>Gets the number of the call in this process, from 1.</summary>
    public long Call { get; }

    /// <summary>Gets the number of this attempt in its call, from 0.</summary>
    public int Attempt { get; }

    /// <summary>Gets the method.</summary>
    public string Method { get; }

    /// <summary>Gets the address of this attempt, absolute.</summary>
    public Uri Uri { get; }

    /// <summary>Gets the time of day at which the attempt began: the time of the call for its first one.</summary>
    public DateTimeOffset StartedAt { get; }

    /// <summary>Gets the head that was sent; null as long as none was.</summary>
    public WireRequest? Request { get; private set; }

    /// <summary>Gets the final response's head; null as long as there is none.</summary>
    public ResponseHead? Response { get; private set; }

    /// <summary>Gets the trailer fields of the response; none before its end.</summary>
    public IReadOnlyList<HeaderField> Trailers { get; private set; } = [];

    /// <summary>Gets the connection; null as long as nothing was sent.</summary>
    public ConnectionInfo? Connection { get; private set; }

    /// <summary>Gets the number of that connection in this process, from 1; 0 as long as nothing was sent.</summary>
    public long ConnectionNumber { get; private set; }

    /// <summary>
    /// Gets the times of the steps, each since <see cref="StartedAt"/>. Null means that the step has not happened, or happened before.
    /// </summary>
    public ResponseTimings Timings
    {
        get
        {
            ExchangeTimes times = Locked(static attempt => attempt._times);
            return new()
            {
                Resolved = Since(Connection?.Times.Resolved),
                Connected = Since(Connection?.Times.Connected),
                Secured = Since(Connection?.Times.Secured),
                Queued = Since(times.Begun),
                Sent = Since(times.Sent),
                FirstByte = Since(times.FirstByte),
                LastByte = Since(times.LastByte),
            };
        }
    }

    /// <summary>Gets how long the hop took, or has taken so far.</summary>
    public TimeSpan Elapsed { get; private set; }

    /// <summary>Gets the number of bytes passed to the transport so far: head, framing and content.</summary>
    public long BytesSent { get; private set; }

    /// <summary>Gets the number of bytes of the request's content so far, without framing; they may not have been sent yet.</summary>
    public long RequestBodyBytes { get; private set; }

    /// <summary>Gets the number of bytes of the response's body so far, as on the wire: without framing, and before any decoding.</summary>
    public long ResponseBodyBytes { get; private set; }

    /// <summary>Gets the beginning of the request's content, up to <see cref="WireObserver.KeptBodyBytes"/>.</summary>
    public ReadOnlyMemory<byte> RequestBody => Locked(static attempt => attempt._requestBody.Memory);

    /// <summary>Gets the beginning of the response's body as on the wire, perhaps compressed, up to
    /// <see cref="WireObserver.KeptBodyBytes"/>.</summary>
    public ReadOnlyMemory<byte> ResponseBody => Locked(static attempt => attempt._responseBody.Memory);

    /// <summary>Gets a value indicating whether the hop is over.</summary>
    public bool IsEnded { get; private set; }

    /// <summary>Gets a value indicating whether the whole response was received.</summary>
    public bool IsWhole { get; private set; }

    /// <summary>
    /// Gets the error of the hop; an <see cref="OperationCanceledException"/> if it was canceled before its head. Null if the response is
    /// whole, or the reader of the body stopped before its end.
    /// </summary>
    public Exception? Error { get; private set; }

    /// <summary>Gets the client's secret fields, in addition to the known ones: <see cref="PollHttpClientOptions.SecretFields"/>.</summary>
    public IReadOnlyList<string> SecretFields { get; }

    /// <summary>Returns call, hop, method and address, without possible secrets.</summary>
    public override string ToString() => $"{Call}.{Attempt} {Method} {WireRedaction.Default.RedactUri(Uri)}";
}
