using System.Diagnostics;
using System.Diagnostics.Metrics;
using PollHttp.Telemetry;

namespace PollHttp;

/// <summary>The names under which this library can be watched: give them to OpenTelemetry's AddSource and AddMeter, or let
/// AddPollHttpInstrumentation of PollHttp.Extensions.Http do it.</summary>
public static class PollHttpTelemetry
{
    /// <summary>Of the activity source: one activity a request.</summary>
    public const string ActivitySourceName = "PollHttp";

    /// <summary>Of the meter: the http.client instruments of the OpenTelemetry conventions.</summary>
    public const string MeterName = "PollHttp";

    /// <summary>Of the event source: requests, connections with the reason of their end, and loops, for dotnet-trace, PerfView and an
    /// <see cref="System.Diagnostics.Tracing.EventListener"/>.</summary>
    public const string EventSourceName = "PollHttp";

    internal static ActivitySource Source { get; } = new(ActivitySourceName);

    /// <summary>For those who bring no factory of their own.</summary>
    internal static ClientMetrics SharedMetrics { get; } = new(new Meter(MeterName));
}
