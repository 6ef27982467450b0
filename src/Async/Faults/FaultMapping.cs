namespace PollHttp;

/// <summary>The one place where faults become exceptions.</summary>
internal static class FaultMapping
{
    /// <param name="exchange">What failed.</param>
    /// <param name="fault">How.</param>
    /// <param name="contentIsUsedUp">Whether it would have been sent again, but for its content .</param>
    public static Exception ToRequestException(Exchange exchange, Fault fault, bool contentIsUsedUp = false)
    {
        if (exchange.BytesSentBefore > fault.RequestBytesSent)
        {
            fault = fault with { RequestBytesSent = exchange.BytesSentBefore }; // the first try may have been acted on
        }

        string message = $"{Name(exchange)} failed: {Describe(fault)}";
        if (contentIsUsedUp)
        {
            message += " It was not tried once more, as its content can't be sent again.";
        }

        if (fault.Kind == FaultKind.TimedOut)
        {
            return new RequestTimeoutException(message, fault.Phase, fault.Timer, fault.TimeLimit);
        }

        HttpRequestError kind = ErrorOf(fault, inBody: false);

        // Code written for HttpClient looks for an IOException inside when the connection was lost.
        Exception? inner = fault.Transport.Cause;
        if (kind == HttpRequestError.ResponseEnded || fault.Kind == FaultKind.ConnectionReset)
        {
            inner = new PollHttpIOException(kind, message, inner, fault);
        }

        if (kind == HttpRequestError.ProxyTunnelError && inner is null && exchange.Origin.Key.Proxy is { IsSocks: true })
        {
            inner = new IOException(message); // as the platform's handler has it
        }

        return new PollHttpException(kind, message, inner, fault);
    }

    /// <summary>For a connection that no exchange asked for.</summary>
    public static Exception ToConnectException(PoolKey key, in Fault fault)
    {
        string message = $"No connection to {key.Origin} could be made: {Describe(fault)}";
        return fault.Kind == FaultKind.TimedOut
            ? new RequestTimeoutException(message, fault.Phase, fault.Timer, fault.TimeLimit)
            : new PollHttpException(ErrorOf(fault, inBody: false), message, fault.Transport.Cause, fault);
    }

    public static Exception ToBodyException(string method, PoolKey key, in Fault fault)
    {
        string message = $"The response to {method} {key.Origin} broke off: {Describe(fault)}";
        if (fault.Kind == FaultKind.TimedOut)
        {
            return new RequestTimeoutException(message, fault.Phase, fault.Timer, fault.TimeLimit);
        }

        return new PollHttpIOException(ErrorOf(fault, inBody: true), message, fault.Transport.Cause, fault);
    }

    public static Exception ToDecodingException(string request, in Fault fault) =>
        new PollHttpIOException(ErrorOf(fault, inBody: true), $"The response to {request} can't be decoded: {Describe(fault)}", null, fault);

    public static Exception TotalTimeout(Exchange exchange, ConnectPhase phase) => new RequestTimeoutException(
        $"{Name(exchange)} failed: not complete within {exchange.Timeout.TotalSeconds:0.###} s (in phase {phase}).",
        phase,
        TimerKind.Total,
        exchange.Timeout);

    /// <summary>
    /// What a content threw reaches the caller as it is, except where it looks like trouble of the network's, and in the handler where
    /// it is a state the content is in: that it was read before, say. The platform's handler wraps the same.
    /// </summary>
    public static Exception OfContent(Exchange exchange, Exception error) =>
        error is IOException or ObjectDisposedException || (error is InvalidOperationException && exchange.Message is not null)
        ? new PollHttpException(
            HttpRequestError.Unknown,
            $"{Name(exchange)} failed: its content could not be read: {error.Message}",
            error,
            default)
        : error;

    /// <summary>
    /// A head that can't be sent is the caller's mistake in the first request. In a later one it is what a response led to: an address,
    /// a challenge or a cookie.
    /// </summary>
    public static Exception OfRefusedHead(Exchange exchange, ArgumentException error) => exchange.Hops == 0
        ? error
        : new PollHttpException(
            HttpRequestError.Unknown,
            $"{Name(exchange)} failed: the request that a response led to can't be sent: {error.Message}",
            error,
            default);

    private static string Name(Exchange exchange)
    {
        string name = $"{exchange.Method} {exchange.Origin.Key.Origin}";
        return exchange.Redirects switch
        {
            0 => name,
            1 => name + " (after 1 redirect)",
            _ => $"{name} (after {exchange.Redirects} redirects)",
        };
    }

    // The message has named the origin already.
    private static string Describe(in Fault fault) => (fault with { Target = null }).Describe();

    private static HttpRequestError ErrorOf(in Fault fault, bool inBody) => fault.Kind switch
    {
        FaultKind.ResolveFailed => HttpRequestError.NameResolutionError,
        FaultKind.ConnectFailed when fault.Attempts is null => HttpRequestError.Unknown, // a layer of the user's, above a connection that was there
        FaultKind.ConnectFailed => fault.Transport.Error is TransportError.TlsHandshake or TransportError.Certificate
            ? HttpRequestError.SecureConnectionError
            : HttpRequestError.ConnectionError,
        FaultKind.ProxyFailed => HttpRequestError.ProxyTunnelError,
        FaultKind.TlsFailed => HttpRequestError.SecureConnectionError,
        FaultKind.HeadTooLarge or FaultKind.TooManyFields or FaultKind.TooManyInformational or FaultKind.BodyTooLarge
            or FaultKind.ChunkExtensionTooLarge or FaultKind.TrailersTooLarge or FaultKind.TooManyCodings
            or FaultKind.DecodedBodyTooLarge or FaultKind.DecodingRatioTooHigh => HttpRequestError.ConfigurationLimitExceeded,
        FaultKind.ClosedBeforeResponse or FaultKind.TruncatedHead or FaultKind.TruncatedBody => HttpRequestError.ResponseEnded,
        FaultKind.ConnectionReset => inBody ? HttpRequestError.ResponseEnded : HttpRequestError.ConnectionError,
        FaultKind.None => HttpRequestError.Unknown,
        _ => HttpRequestError.InvalidResponse,
    };
}
