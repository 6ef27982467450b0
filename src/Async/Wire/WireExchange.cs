namespace PollHttp;

/// <summary>
/// One attempt: a request as it went over the wire, and what came back. A call is one attempt, or several where it was redirected, challenged or
/// sent again.
/// </summary>
/// <remarks>
/// It is filled as the attempt goes on, perhaps on another thread. In each call of a <see cref="WireObserver"/> everything up to it is there; from
/// <see cref="WireObserver.OnEnd"/> on nothing changes any more, and it may be kept, and read by any thread. It has what was sent,
/// secrets included: see <see cref="WireRedaction"/>.
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

    /// <summary>What it was sent over; null as long as nothing was.</summary>
    public ConnectionInfo? Connection { get; private set; }

    /// <summary>Gets the number of that connection in this process, from 1; 0 as long as nothing was sent.</summary>
    public long ConnectionNumber { get; private set; }

    /// <summary>When it got how far, each as the time since <see cref="StartedAt"/>. What is null has not happened, or had before.</summary>
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

    /// <summary>How long it took, or has taken so far.</summary>
    public TimeSpan Elapsed { get; private set; }

    /// <summary>Bytes handed to the transport so far: head, framing and content.</summary>
    public long BytesSent { get; private set; }

    /// <summary>Bytes of the request's content so far, without framing; they may not have been sent yet.</summary>
    public long RequestBodyBytes { get; private set; }

    /// <summary>Bytes of the response's body so far, as on the wire: without framing, and before any decoding.</summary>
    public long ResponseBodyBytes { get; private set; }

    /// <summary>Gets the beginning of the request's content, up to <see cref="WireObserver.KeptBodyBytes"/>.</summary>
    public ReadOnlyMemory<byte> RequestBody => Locked(static attempt => attempt._requestBody.Memory);

    /// <summary>Gets the beginning of the response's body as on the wire, perhaps compressed, up to
    /// <see cref="WireObserver.KeptBodyBytes"/>.</summary>
    public ReadOnlyMemory<byte> ResponseBody => Locked(static attempt => attempt._responseBody.Memory);

    /// <summary>Gets a value indicating whether it is over.</summary>
    public bool IsEnded { get; private set; }

    /// <summary>Gets a value indicating whether the whole response came.</summary>
    public bool IsWhole { get; private set; }

    /// <summary>What it failed with; an <see cref="OperationCanceledException"/> where it was given up before its head. Null where it is
    /// whole, or where who reads the body left before its end.</summary>
    public Exception? Error { get; private set; }

    /// <summary>What the client was told to be secret, besides what is known: <see cref="PollHttpClientOptions.SecretFields"/>.</summary>
    public IReadOnlyList<string> SecretFields { get; }

    /// <summary>Call, attempt, method and address, without what may be secret.</summary>
    public override string ToString() => $"{Call}.{Attempt} {Method} {WireRedaction.Default.RedactUri(Uri)}";
}
