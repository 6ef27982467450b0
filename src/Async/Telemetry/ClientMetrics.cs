using System.Diagnostics.Metrics;

namespace PollHttp.Telemetry;

/// <summary>
/// Holds the instruments of the OpenTelemetry HTTP conventions, with the units and names that dashboards for HttpClient expect. An
/// instrument without listeners costs the reading of a flag.
/// </summary>
internal sealed class ClientMetrics
{
    // For requests and connections: both last from a millisecond to minutes, and the default buckets are for milliseconds.
#if NET9_0_OR_GREATER
    private static readonly InstrumentAdvice<double> s_requestSeconds =
        new() { HistogramBucketBoundaries = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10] };

    private static readonly InstrumentAdvice<double> s_connectionSeconds =
        new() { HistogramBucketBoundaries = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 120, 300] };
#endif

    public ClientMetrics(Meter meter)
    {
        ActiveRequests = meter.CreateUpDownCounter<long>(
            "http.client.active_requests", "{request}", "Number of outbound HTTP requests that are currently active on the client.");
        OpenConnections = meter.CreateUpDownCounter<long>(
            "http.client.open_connections", "{connection}", "Number of outbound HTTP connections that are currently active or idle on the client.");
        const string duration = "http.client.request.duration";
        const string queue = "http.client.request.time_in_queue";
        const string age = "http.client.connection.duration";
        const string durationText = "Duration of HTTP client requests.";
        const string queueText = "The amount of time requests spent on a queue waiting for an available connection.";
        const string ageText = "The duration of successfully established outbound HTTP connections.";
#if NET9_0_OR_GREATER
        RequestDuration = meter.CreateHistogram(duration, "s", durationText, null, s_requestSeconds);
        TimeInQueue = meter.CreateHistogram(queue, "s", queueText, null, s_requestSeconds);
        ConnectionDuration = meter.CreateHistogram(age, "s", ageText, null, s_connectionSeconds);
#else
        RequestDuration = meter.CreateHistogram<double>(duration, "s", durationText);
        TimeInQueue = meter.CreateHistogram<double>(queue, "s", queueText);
        ConnectionDuration = meter.CreateHistogram<double>(age, "s", ageText);
#endif
    }

    public UpDownCounter<long> ActiveRequests { get; }

    public UpDownCounter<long> OpenConnections { get; }

    public Histogram<double> RequestDuration { get; }

    public Histogram<double> TimeInQueue { get; }

    public Histogram<double> ConnectionDuration { get; }

    public bool WatchesRequests => RequestDuration.Enabled || ActiveRequests.Enabled || TimeInQueue.Enabled;
}
