using System.Globalization;
using Microsoft.Extensions.Logging;
using PollHttp.Telemetry;

namespace PollHttp.Wire;

/// <summary>Implements a logger that writes lines, for programs without logging.</summary>
internal sealed class TextWriterLogger(TextWriter writer, TimeProvider? clock = null) : ILogger
{
    private readonly TimeProvider _clock = clock ?? TimeProvider.System;
    private readonly object _lock = new();

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        string time = _clock.GetUtcNow().ToString("HH:mm:ss.fff ", CultureInfo.InvariantCulture);
        string text = formatter(state, exception);
        lock (_lock) // a writer supports one thread at a time, and an entry of several lines must stay together
        {
            writer.Write(time);
            writer.WriteLine(text);
            writer.Flush();
        }
    }
}
