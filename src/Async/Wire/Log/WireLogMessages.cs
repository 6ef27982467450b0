using Microsoft.Extensions.Logging;

namespace PollHttp.Wire;

/// <summary>Defines the messages of a <see cref="WireLog"/>; all arguments are already redacted.</summary>
internal static partial class WireLogMessages
{
    [LoggerMessage(EventId = 1, Message = "{Call}.{Attempt} > {Method} {Url}{Head}")]
    public static partial void Request(ILogger logger, LogLevel level, long call, int attempt, string method, string url, string head);

    [LoggerMessage(EventId = 2, Message = "{Call}.{Attempt} < interim {Status}{Head}")]
    public static partial void Informational(ILogger logger, LogLevel level, long call, int attempt, int status, string head);

    [LoggerMessage(EventId = 3, Message = "{Call}.{Attempt} < {Status} after {Milliseconds} ms{Head}")]
    public static partial void Response(ILogger logger, LogLevel level, long call, int attempt, int status, double milliseconds, string head);

    [LoggerMessage(EventId = 4, Message = "{Call}.{Attempt} > content of {Length} bytes: {Content}")]
    public static partial void RequestBody(ILogger logger, LogLevel level, long call, int attempt, long length, string content);

    [LoggerMessage(EventId = 5, Message = "{Call}.{Attempt} < body of {Length} bytes: {Body}")]
    public static partial void ResponseBody(ILogger logger, LogLevel level, long call, int attempt, long length, string body);

    [LoggerMessage(EventId = 6, Message = "{Call}.{Attempt} ended after {Milliseconds} ms: sent {BytesSent} bytes, received a body of {BodyBytes} bytes, {Outcome}{Trailers}")]
    public static partial void End(
        ILogger logger, LogLevel level, long call, int attempt, double milliseconds, long bytesSent, long bodyBytes, string outcome, string trailers);

    [LoggerMessage(EventId = 7, Message = "{Call}.{Attempt} {Method} {Url} failed after {Milliseconds} ms: sent {BytesSent} bytes, received a body of {BodyBytes} bytes. {Error}")]
    public static partial void Failed(
        ILogger logger, LogLevel level, long call, int attempt, string method, string url, double milliseconds, long bytesSent, long bodyBytes, string error);
}
