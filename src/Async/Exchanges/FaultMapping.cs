using PollHttp.Addresses;
using PollHttp.Faults;
using PollHttp.Pool;

namespace PollHttp.Exchanges;

/// <summary>Maps faults to exceptions. No other type does.</summary>
internal static class FaultMapping
{
    /// <param name="exchange">The exchange that failed.</param>
    /// <param name="fault">The fault that ended it.</param>
    /// <param name="contentIsUsedUp">True if the request would have been sent again, but its content can't be.</param>
    public static Exception ToRequestException(Exchange exchange, Fault fault, bool contentIsUsedUp = false)
    {
        if (exchange.BytesSentBefore > fault.RequestBytesSent)
        {
            fault = fault with { RequestBytesSent = exchange.BytesSentBefore }; // the server may have acted on the first attempt
        }

        string message = $"{Name(exchange)} failed: {Describe(fault)}";
        if (contentIsUsedUp)
        {
            message += " It was not retried, because its content can't be sent again.";
        }

        if (IsTimeout(fault))
        {
            return new RequestTimeoutException(message, fault.Phase, fault.Timer, fault.TimeLimit) { RequestUri = exchange.Uri };
        }

        HttpRequestError kind = ErrorOf(fault, inBody: false);
        if (ProtocolErrorOf(fault) is { } protocol)
        {
            return new PollHttpException(kind, message, protocol, fault) { RequestUri = exchange.Uri };
        }

        // Code written for HttpClient looks for an inner IOException when the connection was lost.
        Exception? inner = fault.Transport.Cause;
        if (kind == HttpRequestError.ResponseEnded || fault.Kind == FaultKind.ConnectionReset)
        {
            inner = new PollHttpIOException(kind, message, inner, fault) { RequestUri = exchange.Uri };
        }

        if (kind == HttpRequestError.ProxyTunnelError && inner is null && exchange.Origin.Key.Proxy is { IsSocks: true })
        {
            inner = new IOException(message); // as in the platform's handler
        }

        return new PollHttpException(kind, message, inner, fault) { RequestUri = exchange.Uri };
    }

    /// <summary>Creates the exception for a failed connection that no exchange asked for.</summary>
    public static Exception ToConnectException(PoolKey key, in Fault fault)
    {
        string message = $"No connection to {key.Origin} could be made: {Describe(fault)}";
        return IsTimeout(fault)
            ? new RequestTimeoutException(message, fault.Phase, fault.Timer, fault.TimeLimit)
            : new PollHttpException(ErrorOf(fault, inBody: false), message, fault.Transport.Cause, fault);
    }

    public static Exception ToBodyException(string method, Uri uri, in Fault fault)
    {
        string message = $"The response to {RequestName.Of(method, uri)} broke off: {Describe(fault)}";
        if (IsTimeout(fault))
        {
            return new RequestTimeoutException(message, fault.Phase, fault.Timer, fault.TimeLimit) { RequestUri = uri };
        }

        return new PollHttpIOException(ErrorOf(fault, inBody: true), message, ProtocolErrorOf(fault) ?? fault.Transport.Cause, fault) { RequestUri = uri };
    }

    /// <summary>Creates the platform's exception for an HTTP/2 error code, for code that looks for one; null if the fault has no code.</summary>
    private static HttpProtocolException? ProtocolErrorOf(in Fault fault) =>
        fault is { Kind: FaultKind.StreamReset or FaultKind.GoAway or FaultKind.ProtocolViolation or FaultKind.TimedOut, ErrorCode: { } code }
            ? new HttpProtocolException(code, Describe(fault), null)
            : null;

    /// <summary>
    /// Determines whether a fault is a limit of the exchange that has passed. A connection that its peer no longer serves (a ping without an
    /// answer, SETTINGS without an acknowledgement) has an error code instead, and is a protocol error as with the platform.
    /// </summary>
    private static bool IsTimeout(in Fault fault) => fault is { Kind: FaultKind.TimedOut, ErrorCode: null };

    public static Exception ToDecodingException(string method, Uri uri, in Fault fault)
    {
        string message = $"The response to {RequestName.Of(method, uri)} can't be decoded: {Describe(fault)}";
        return new PollHttpIOException(ErrorOf(fault, inBody: true), message, null, fault) { RequestUri = uri };
    }

    /// <summary>Creates the exception for a call whose own limit has passed. The caller holds no lock of a pool.</summary>
    /// <param name="exchange">The exchange that took too long.</param>
    /// <param name="phase">The phase of its connection; None if it has no connection.</param>
    /// <param name="inBody">True if its head has come and the body is being read whole.</param>
    public static Exception TotalTimeout(Exchange exchange, ConnectPhase phase, bool inBody = false) => new RequestTimeoutException(
        $"{Name(exchange)} timed out after {exchange.Timeout.TotalSeconds:0.###} s (Timeout), {WaitedFor(exchange, phase, inBody)}",
        phase,
        TimerKind.Total,
        exchange.Timeout)
    { RequestUri = exchange.Uri };

    private static string WaitedFor(Exchange exchange, ConnectPhase phase, bool inBody) => phase switch
    {
        ConnectPhase.None => WaitedForConnection(exchange.Origin),
        ConnectPhase.Resolve => "waiting for the address of the host.",
        ConnectPhase.Tcp => "waiting for a connection to the host.",
        ConnectPhase.ProxyTls or ConnectPhase.ProxyTunnel => "waiting for the proxy.",
        ConnectPhase.Tls => "waiting for the end of the TLS handshake.",
        _ when inBody => "waiting for the rest of the response body.",
        _ => "waiting for the response head.",
    };

    private static string WaitedForConnection(OriginPool origin)
    {
        int limit = origin.Pool.Settings.MaxConnectionsPerOrigin;
        return origin.ConnectionCount >= limit
            ? $"waiting for one of {limit} connections to {origin.Key.Origin}; all are in use. Are responses disposed?"
            : $"waiting for a connection to {origin.Key.Origin}.";
    }

    /// <summary>
    /// Gets the exception for an error that the content threw. It is the error itself, except if it looks like a network error or, in the
    /// handler, reports the state of the content (it was read before, for example). The platform's handler wraps these too.
    /// </summary>
    public static Exception OfContent(Exchange exchange, Exception error) =>
        error is IOException or ObjectDisposedException || (error is InvalidOperationException && exchange.Message is not null)
        ? new PollHttpException(
            HttpRequestError.Unknown,
            $"{Name(exchange)} failed: its content could not be read: {error.Message}",
            error,
            default)
        { RequestUri = exchange.Uri }
        : error;

    /// <summary>
    /// Gets the exception for a head that can't be sent. In the first request it is the caller's mistake. In a later one it comes from a
    /// response: an address, a challenge or a cookie.
    /// </summary>
    public static Exception OfRefusedHead(Exchange exchange, ArgumentException error) => exchange.FollowUps == 0
        ? error
        : new PollHttpException(
            HttpRequestError.Unknown,
            $"{Name(exchange)} failed: the request that a response led to can't be sent: {error.Message}",
            error,
            default)
        { RequestUri = exchange.Uri };

    /// <summary>Creates the exception for an extended CONNECT that the server does not take. Nothing was sent.</summary>
    public static Exception OfRefusedTunnel(Exchange exchange) => new PollHttpException(
        HttpRequestError.ExtendedConnectNotSupported,
        $"{Name(exchange)} failed: the server does not support extended CONNECT (SETTINGS_ENABLE_CONNECT_PROTOCOL, RFC 8441), which {exchange.Protocol} over HTTP/2 needs.",
        null,
        default)
    { RequestUri = exchange.Uri };

    private static string Name(Exchange exchange)
    {
        string name = RequestName.Of(exchange.Method, exchange.Uri);
        return exchange.Redirects switch
        {
            0 => name,
            1 => name + " (after 1 redirect)",
            _ => $"{name} (after {exchange.Redirects} redirects)",
        };
    }

    // The message names the origin already. Here one option limits both connecting and the handshake.
    private static string Describe(in Fault fault)
    {
        string text = (fault with { Target = null }).Describe();
        return fault.Timer == TimerKind.TlsHandshake ? text.Replace("TlsHandshakeTimeout", "ConnectTimeout", StringComparison.Ordinal) : text;
    }

    private static HttpRequestError ErrorOf(in Fault fault, bool inBody) => fault.Kind switch
    {
        FaultKind.ResolveFailed => HttpRequestError.NameResolutionError,
        FaultKind.ConnectFailed when fault.Attempts is null => HttpRequestError.Unknown, // a layer of the user on top of an open connection
        FaultKind.ConnectFailed => fault.Transport.Error is TransportError.TlsHandshake or TransportError.Certificate
            ? HttpRequestError.SecureConnectionError
            : HttpRequestError.ConnectionError,
        FaultKind.ProxyFailed => HttpRequestError.ProxyTunnelError,
        FaultKind.StreamReset or FaultKind.GoAway when fault.ErrorCode == 13 && !inBody => HttpRequestError.VersionNegotiationError, // HTTP_1_1_REQUIRED
        FaultKind.StreamReset or FaultKind.GoAway or FaultKind.ProtocolViolation => HttpRequestError.HttpProtocolError,
        FaultKind.TimedOut when !IsTimeout(fault) => HttpRequestError.HttpProtocolError,
        FaultKind.UnsupportedVersion when fault.Phase == ConnectPhase.Tls => HttpRequestError.VersionNegotiationError,
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
