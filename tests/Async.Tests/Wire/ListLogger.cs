using Microsoft.Extensions.Logging;

namespace PollHttp.Tests.Wire;

/// <summary>Keeps what is logged in a list, each with its category in front.</summary>
internal sealed class ListLogger(List<string> lines) : ILoggerFactory
{
    public LogLevel Least { get; init; } = LogLevel.Trace;

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName, lines);

    public void Dispose()
    {
        // Holds nothing.
    }

    private sealed class Logger(ListLogger factory, string category, List<string> lines) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= factory.Least;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            lock (lines)
            {
                lines.Add($"{category} {logLevel} {eventId.Id}: {formatter(state, exception)}");
            }
        }
    }
}
