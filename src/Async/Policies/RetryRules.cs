namespace PollHttp;

/// <summary>Decides whether a request that met its connection's end is sent once more, on a new one (RFC 9110 §9.2.2).</summary>
internal static class RetryRules
{
    /// <summary>Gets a value indicating whether a method may be sent twice (RFC 9110 §9.2.2).</summary>
    public static bool IsIdempotent(string method) => method is "GET" or "HEAD" or "OPTIONS" or "TRACE" or "PUT" or "DELETE";

    /// <summary>Whether it is sent again after a fault.</summary>
    public static bool MayRetry(Exchange exchange, in Fault fault) =>
        WouldRetry(exchange, fault) && exchange.CanSendContent;

    /// <summary>Whether to send again, as far as the fault and the method go.</summary>
    public static bool WouldRetry(Exchange exchange, in Fault fault) =>
        fault.Retryable
        && fault.Phase == ConnectPhase.Http
        && MayRepeat(exchange, fault.RequestBytesSent);

    /// <summary>R-215, R-216, R-218: once, and only what may be done twice, or provably was not done.</summary>
    private static bool MayRepeat(Exchange exchange, long bytesSent) =>
        !exchange.HasBeenRetried
        && !exchange.IsFinished
        && (exchange.IsIdempotent || bytesSent == 0);

    /// <summary>A 408 on a connection that was used before: the server had given it up .</summary>
    public static bool IsStaleAnswer(Exchange exchange, HttpConnection http) =>
        http.ResponseHead.StatusCode == 408 && http.CompletedExchanges > 0 && MayRepeat(exchange, bytesSent: 1) && exchange.CanSendContent;
}
