namespace PollHttp.Exchanges;

/// <summary>Chooses the HTTP versions for a request, by its version and its policy.</summary>
internal static class VersionChoice
{
    private const string ExtendedConnectNeedsHttp2 = "an extended CONNECT needs HTTP/2, and without TLS a policy that forbids less";

    /// <summary>Gets the demand that a version and a policy make together.</summary>
    public static VersionDemand DemandOf(Version version, HttpVersionPolicy policy) => (version.Major, policy) switch
    {
        ( >= 2, HttpVersionPolicy.RequestVersionOrLower) => VersionDemand.Http2OrLower,
        (2, _) => VersionDemand.Http2,
        ( >= 3, _) => VersionDemand.Http3,
        _ when version == HttpVersion.Version10 => VersionDemand.Http10,
        (_, HttpVersionPolicy.RequestVersionOrHigher) => VersionDemand.Http11OrHigher,
        _ => VersionDemand.Http11,
    };

    /// <summary>Gets the versions of the connections that an exchange may be sent on. The exchange itself may allow fewer: over TLS requests that
    /// require HTTP/2 share the connections of those that take less.</summary>
    /// <exception cref="HttpRequestException">No available version meets the policy.</exception>
    public static HttpVersions Of(Exchange exchange, bool isTls, bool isForProxy)
    {
        switch (exchange.Demand)
        {
            case VersionDemand.Http10 or VersionDemand.Http11 when exchange.Protocol is not null:
                throw Refuse("HTTP/1.1", ExtendedConnectNeedsHttp2);
            case VersionDemand.Http10 or VersionDemand.Http11:
                return HttpVersions.Http1;
            case VersionDemand.Http3:
                throw Refuse("HTTP/3", "HTTP/3 is not supported");
        }

        string? obstacle = isForProxy ? "plain HTTP through a proxy uses HTTP/1.1" : ObstacleOf(exchange);
        if (exchange.Demand == VersionDemand.Http2)
        {
            return obstacle is not null ? throw Refuse("HTTP/2", obstacle) : isTls ? HttpVersions.Http1 | HttpVersions.Http2 : HttpVersions.Http2;
        }

        if (exchange.Protocol is not null)
        {
            return obstacle is null && isTls ? HttpVersions.Http1 | HttpVersions.Http2 : throw Refuse("a version that may be HTTP/1.1", obstacle ?? ExtendedConnectNeedsHttp2);
        }

        // Without TLS the protocol of a server is not known beforehand (RFC 9113 §3.3).
        return obstacle is null && isTls ? HttpVersions.Http1 | HttpVersions.Http2 : HttpVersions.Http1;
    }

    /// <summary>Determines whether the versions that may be used are those of every request with the same address and demand.</summary>
    public static bool IsUsual(Exchange exchange) =>
        exchange.Protocol is null && (exchange.Demand is VersionDemand.Http10 or VersionDemand.Http11 || ObstacleOf(exchange) is null);

    private static string? ObstacleOf(Exchange exchange) =>
        exchange.Caller is { MayShare: false } ? "a call that blocks uses HTTP/1.1 within another request, and off the thread of its own loop"
        : exchange.Identity is not null ? "credentials of a connection need HTTP/1.1"
        : (exchange.Method == "CONNECT" && exchange.Protocol is null) || exchange.Headers?.Contains("Upgrade") == true ? "a change of protocol needs HTTP/1.1"
        : null;

    private static HttpRequestException Refuse(string version, string reason) => new(
        HttpRequestError.VersionNegotiationError,
        $"The request requires {version}, but {reason}.");
}
