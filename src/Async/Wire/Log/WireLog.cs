using Microsoft.Extensions.Logging;
using PollHttp.Wire;

namespace PollHttp;

/// <summary>
/// Logs what goes over the wire, with secrets removed: the head of each request as it was sent and of each response as it was received,
/// including the fields of their contents, and how the attempt ended. Each entry begins with the numbers of the call and its attempt.
/// </summary>
/// <remarks><see cref="WireLogOptions"/> specify what is written, and <see cref="WireRedaction"/> what of it is shown. Loggers are called
/// while connections are being polled, so they must return quickly. It can be shared by clients and handlers.</remarks>
public sealed class WireLog : WireObserver
{
    /// <summary>The category of the log, unless a logger is given.</summary>
    public const string Category = "PollHttp.Wire";

    private readonly ILogger _logger;
    private readonly LogLevel _level;
    private readonly int _bodyBytes;
    private readonly WireRedaction _redaction;

    /// <summary>Initializes a log to <see cref="Category"/>.</summary>
    public WireLog(ILoggerFactory factory, WireLogOptions? options = null)
        : this((factory ?? throw new ArgumentNullException(nameof(factory))).CreateLogger(Category), options)
    {
    }

    /// <summary>Initializes a log to the caller's logger.</summary>
    public WireLog(ILogger logger, WireLogOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(logger);
        options ??= new();
        _logger = logger;
        _level = options.Level;
        _bodyBytes = options.BodyBytes;
        _redaction = options.Redaction;
    }

    /// <summary>Initializes a log of lines of text, each with the time of day in UTC: <c>new WireLog(Console.Error)</c>. Everything is
    /// shown; the level of the options has no effect.</summary>
    /// <param name="writer">The writer. It gets one entry at a time and is flushed after each, from the threads that poll connections. It
    /// is not disposed. Its exceptions are dropped.</param>
    /// <param name="options">The options; null to log only the heads.</param>
    public WireLog(TextWriter writer, WireLogOptions? options = null)
        : this(new TextWriterLogger(writer ?? throw new ArgumentNullException(nameof(writer))), options)
    {
    }

    /// <inheritdoc/>
    public override int KeptBodyBytes => IsEnabled ? _bodyBytes : 0;

    private bool IsEnabled => _logger.IsEnabled(_level);

    /// <inheritdoc/>
    public override void OnRequest(WireExchange exchange)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        if (IsEnabled)
        {
            WireLogMessages.Request(
                _logger, _level, exchange.Call, exchange.Attempt, exchange.Method, _redaction.RedactUri(exchange.Uri), WireText.OfRequest(exchange, _redaction));
        }
    }

    /// <inheritdoc/>
    public override void OnInformational(WireExchange exchange, ResponseHead head)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        ArgumentNullException.ThrowIfNull(head);
        if (IsEnabled)
        {
            WireLogMessages.Informational(_logger, _level, exchange.Call, exchange.Attempt, head.StatusCode, WireText.OfResponse(exchange, head, _redaction));
        }
    }

    /// <inheritdoc/>
    public override void OnResponse(WireExchange exchange)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        if (IsEnabled)
        {
            ResponseHead head = exchange.Response!;
            WireLogMessages.Response(
                _logger, _level, exchange.Call, exchange.Attempt, head.StatusCode, Milliseconds(exchange), WireText.OfResponse(exchange, head, _redaction));
        }
    }

    /// <inheritdoc/>
    public override void OnEnd(WireExchange exchange)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        if (!IsEnabled)
        {
            return;
        }

        WriteBodies(exchange);
        if (exchange.Error is { } error)
        {
            WireLogMessages.Failed(
                _logger,
                _level,
                exchange.Call,
                exchange.Attempt,
                exchange.Method,
                _redaction.RedactUri(exchange.Uri),
                Milliseconds(exchange),
                exchange.BytesSent,
                exchange.ResponseBodyBytes,
                WireFailure.Describe(error));
            return;
        }

        WireLogMessages.End(
            _logger,
            _level,
            exchange.Call,
            exchange.Attempt,
            Milliseconds(exchange),
            exchange.BytesSent,
            exchange.ResponseBodyBytes,
            exchange.IsWhole ? "whole" : "left before its end",
            WireText.OfTrailers(exchange, _redaction));
    }

    /// <summary>Returns the milliseconds, rounded to the microsecond, which is the precision of the times.</summary>
    private static double Milliseconds(WireExchange exchange) => Math.Round(exchange.Elapsed.TotalMilliseconds, 3);

    private void WriteBodies(WireExchange exchange)
    {
        WireBody request = WireBody.OfRequest(exchange, _bodyBytes);
        if (!request.Bytes.IsEmpty)
        {
            WireLogMessages.RequestBody(_logger, _level, exchange.Call, exchange.Attempt, request.Length, WireText.OfBody(request, _redaction));
        }

        WireBody response = WireBody.OfResponse(exchange, _bodyBytes);
        if (!response.Bytes.IsEmpty)
        {
            WireLogMessages.ResponseBody(_logger, _level, exchange.Call, exchange.Attempt, response.Length, WireText.OfBody(response, _redaction));
        }
    }
}
