using Microsoft.Extensions.Logging;
using PollHttp.Wire;

namespace PollHttp;

/// <summary>
/// Logs what goes over the wire, with secrets taken out: the head of each request as it was sent and of each response as it came, the
/// fields of their contents included, and how it ended. Each line begins with the number of the call and of its attempt.
/// </summary>
/// <remarks>What is written is said by <see cref="WireLogOptions"/>, what of it is shown by <see cref="WireRedaction"/>. Loggers are called
/// while connections are being polled, so they must return at once. May be shared by clients and handlers.</remarks>
public sealed class WireLog : WireObserver
{
    /// <summary>The category it logs to, unless it is given a logger.</summary>
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

    /// <summary>Initializes a log to a logger of the caller's.</summary>
    public WireLog(ILogger logger, WireLogOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(logger);
        options ??= new();
        _logger = logger;
        _level = options.Level;
        _bodyBytes = options.BodyBytes;
        _redaction = options.Redaction;
    }

    /// <summary>Initializes a log of lines of text, each with the time of day in UTC: <c>new WireLog(Console.Error)</c>. Shows all there is; the level of the
    /// options has no effect.</summary>
    /// <param name="writer">Where to; written to one entry at a time, and flushed after each, from the threads that poll connections. It is
    /// not disposed. What it throws is dropped.</param>
    /// <param name="options">What to write; null for the heads.</param>
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

    /// <summary>To the microsecond, which is as exact as the times are.</summary>
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
