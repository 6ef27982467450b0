using PollHttp.Exchanges;

namespace PollHttp.Policies;

/// <summary>Decides whether a request that met its connection's end is sent once more, on a new one (RFC 9110 §9.2.2).</summary>
internal static class RetryRules
{
    /// <summary>How often a request is sent again that the server says it did not process (RFC 9113 §8.7): any method, but not for ever.</summary>
    private const int MostRefusals = 3;

    /// <summary>Gets a value indicating whether a method may be sent twice (RFC 9110 §9.2.2).</summary>
    public static bool IsIdempotent(string method) => method is "GET" or "HEAD" or "OPTIONS" or "TRACE" or "PUT" or "DELETE";

    /// <summary>Determines whether it is sent again after a fault.</summary>
    public static bool MayRetry(Exchange exchange, in Fault fault) =>
        WouldRetry(exchange, fault) && exchange.CanSendContent;

    /// <summary>Determines whether to send again, as far as the fault and the method go.</summary>
    public static bool WouldRetry(Exchange exchange, in Fault fault) =>
        fault.Retryable
        && fault.Phase == ConnectPhase.Http
        && (fault is { Unprocessed: true, ErrorCode: not null } ? !exchange.IsFinished && exchange.Refusals < MostRefusals : MayRepeat(exchange, fault.RequestBytesSent));

    /// <summary>R-215, R-216, R-218: once, and only what may be done twice, or provably was not done.</summary>
    private static bool MayRepeat(Exchange exchange, long bytesSent) =>
        !exchange.HasBeenRetried
        && !exchange.IsFinished
        && (exchange.IsIdempotent || bytesSent == 0);

    /// <summary>Determines whether a connection ended before the first byte of a response, as one does that the server closed while it was
    /// idle.</summary>
    public static bool IsEndWithoutResponse(in Fault fault) =>
        fault.Kind == FaultKind.ClosedBeforeResponse || (fault is { Kind: FaultKind.ConnectionReset, Phase: ConnectPhase.Http, BytesReceived: 0 });

    /// <summary>Determines whether a 408 says that the server had given up a connection that was kept for requests .</summary>
    /// <param name="exchange">The exchange that was answered.</param>
    /// <param name="on">The exchange of the connection.</param>
    /// <param name="mayBeStale">Whether the connection had served a request before this one, or was idle before it.</param>
    public static bool IsStaleAnswer(Exchange exchange, HttpExchange on, bool mayBeStale) =>
        mayBeStale && on.ResponseHead.StatusCode == 408 && MayRepeat(exchange, bytesSent: 1) && exchange.CanSendContent;
}
