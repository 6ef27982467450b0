using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace PollHttp.Telemetry;

/// <summary>
/// Wraps a logger and drops its exceptions: a failing logger must not fail a request or leave a connection in an undefined state, and there
/// is no log to report it to.
/// </summary>
internal sealed class QuietLogger : ILogger
{
    private readonly ILogger _inner;

    private QuietLogger(ILogger inner) => _inner = inner;

    /// <summary>Returns the logger of a category, or one that does nothing if there is no factory.</summary>
    public static ILogger Create(ILoggerFactory? factory, string category) =>
        factory is null ? NullLogger.Instance : new QuietLogger(factory.CreateLogger(category));

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => _inner.BeginScope(state);

    public bool IsEnabled(LogLevel logLevel)
    {
        try
        {
            return _inner.IsEnabled(logLevel);
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            return false;
        }
    }

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        try
        {
            _inner.Log(logLevel, eventId, state, exception, formatter);
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            // Dropped, as the summary says.
        }
    }
}
