using System.Collections.Concurrent;
using System.Diagnostics.Tracing;
using System.Globalization;

namespace PollHttp.Tests.Telemetry;

/// <summary>Takes down the events of requests and connections whose address has a name of the test's own, as one line each.</summary>
internal sealed class EventLog : EventListener
{
    private readonly ConcurrentQueue<string> _lines = new();
    private readonly ConcurrentDictionary<long, bool> _requests = new();
    private readonly string _host;

    public EventLog(string host)
    {
        _host = host;
        foreach (EventSource source in EventSource.GetSources().Where(static source => source.Name == PollHttpTelemetry.EventSourceName))
        {
            EnableEvents(source, EventLevel.Informational);
        }
    }

    /// <summary>Gets the events, without ids and times.</summary>
    public IReadOnlyList<string> Lines => [.. _lines];

    protected override void OnEventWritten(EventWrittenEventArgs eventData)
    {
        object?[] values = [.. eventData.Payload!];
        string line = Describe(eventData.EventName!, values);
        if (eventData.EventName!.StartsWith("Request", StringComparison.Ordinal))
        {
            long request = (long)values[0]!;
            if (_requests.ContainsKey(request) || line.Contains(_host, StringComparison.Ordinal))
            {
                _requests[request] = true;
                _lines.Enqueue(line);
            }
        }
        else if (line.Contains(_host, StringComparison.Ordinal) || eventData.EventName.StartsWith("Loop", StringComparison.Ordinal))
        {
            _lines.Enqueue(line);
        }
    }

    private static string Describe(string name, object?[] values) =>
        name + string.Concat(values.Skip(1).Where(static value => value is not double).Select(static value => " " + Convert.ToString(value, CultureInfo.InvariantCulture)));
}
