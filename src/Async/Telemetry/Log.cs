using Microsoft.Extensions.Logging;

namespace PollHttp.Telemetry;

/// <summary>Defines the log messages: never a header value, never a query.</summary>
internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Debug, "The connection to {Host}:{Port} was closed: {Reason}.")]
    public static partial void ConnectionClosed(ILogger logger, string host, int port, string? reason);

    [LoggerMessage(3, LogLevel.Debug, "A connection to {Host}:{Port} was opened, at {Address}.")]
    public static partial void ConnectionOpened(ILogger logger, string host, int port, EndPoint? address);

    [LoggerMessage(2, LogLevel.Debug, "The kept connection to {Host}:{Port} had ended; the request is sent again.")]
    public static partial void Retrying(ILogger logger, string host, int port);

    [LoggerMessage(4, LogLevel.Warning, "An observer of the wire failed, which fails no request.")]
    public static partial void ObserverFailed(ILogger logger, Exception error);
}
