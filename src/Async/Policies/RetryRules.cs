using PollHttp.Exchanges;

namespace PollHttp.Policies;

/// <summary>Decides whether a request whose connection ended is sent again on a new one (RFC 9110
/// §9.2.2).</summary>
internal static class RetryRules
{
    /// <summary>The maximum number of retries of a request that the server says it did not process (RFC 9113
    /// §8.7), whatever its method.</summary>
    private const int MostRefusals = 3;

    /// <summary>The maximum number of retries of a request that a server left behind for others: it ended the connection in order after them, or had no
    /// place beside them. Each such connection has served others, so a burst of requests needs as many as the server's limits make of it.</summary>
    private const int MostDisplacements = 100;

    /// <summary>The code HTTP_1_1_REQUIRED (RFC 9113 §7).</summary>
    private const long Http11Required = 13;

    /// <summary>Determines whether a method may be sent twice (RFC 9110
    /// §9.2.2).</summary>
    public static bool IsIdempotent(string method) => method is "GET" or "HEAD" or "OPTIONS" or "TRACE" or "PUT" or "DELETE";

    /// <summary>Determines whether the exchange is sent again after a fault.</summary>
    public static bool MayRetry(Exchange exchange, in Fault fault) =>
        WouldRetry(exchange, fault) && exchange.CanSendContent;

    /// <summary>Determines whether to send again, considering only the fault and the method.</summary>
    public static bool WouldRetry(Exchange exchange, in Fault fault) =>
        fault.Retryable
        && fault.Phase == ConnectPhase.Http
        && CauseOf(fault) switch
        {
            RetryCause.Refused => !exchange.IsFinished && exchange.Refusals < MostRefusals,
            RetryCause.Displaced => !exchange.IsFinished && exchange.Displacements < MostDisplacements,
            _ => MayRepeat(exchange, fault.RequestBytesSent),
        };

    /// <summary>Determines why an exchange is sent again after a fault.</summary>
    public static RetryCause CauseOf(in Fault fault) =>
        fault is not { Unprocessed: true, ErrorCode: not null } ? RetryCause.Lost : fault.IsDisplacement ? RetryCause.Displaced : RetryCause.Refused;

    /// <summary>Determines whether to send in HTTP/1.1 what the server does not take in HTTP/2 (RFC 9113 §7), whatever its method.</summary>
    public static bool MayFallBack(Exchange exchange, in Fault fault) => WouldFallBack(exchange, fault) && exchange.CanSendContent;

    /// <summary>Determines whether to send in HTTP/1.1, considering only the fault and the versions that the request allows. A reset refuses the request
    /// itself. A request that a GOAWAY includes may have been processed.</summary>
    public static bool WouldFallBack(Exchange exchange, in Fault fault) =>
        fault is { Kind: FaultKind.StreamReset or FaultKind.GoAway, ErrorCode: Http11Required, BytesReceived: <= 0 }
        && (fault.Kind == FaultKind.StreamReset || fault.Unprocessed || exchange.IsIdempotent)
        && exchange is { IsFinished: false, Demand: VersionDemand.Http2OrLower or VersionDemand.Http11OrHigher };

    /// <summary>
    /// Determines whether the exchange may be repeated: once, and only if it is idempotent or was provably not processed.
    /// </summary>
    private static bool MayRepeat(Exchange exchange, long bytesSent) =>
        !exchange.HasBeenRetried
        && !exchange.IsFinished
        && (exchange.IsIdempotent || bytesSent == 0);

    /// <summary>
    /// Determines whether a connection ended before the first byte of a response, as if the server closed it while it was idle.
    /// </summary>
    public static bool IsEndWithoutResponse(in Fault fault) =>
        fault.Kind == FaultKind.ClosedBeforeResponse || (fault is { Kind: FaultKind.ConnectionReset, Phase: ConnectPhase.Http, BytesReceived: 0 });

    /// <summary>Determines whether a 408 means that the server had given up an idle connection.
    /// <param name="exchange">The exchange that got the response.</param>
    /// <param name="on">The exchange of the connection.</param>
    /// <param name="mayBeStale">Whether the connection had served a request before this one, or was idle before it.</param></summary>
    public static bool IsStaleAnswer(Exchange exchange, HttpExchange on, bool mayBeStale) =>
        mayBeStale && on.ResponseHead.StatusCode == 408 && MayRepeat(exchange, bytesSent: 1) && exchange.CanSendContent;
}
