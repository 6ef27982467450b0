using System.Diagnostics;
using System.Diagnostics.Metrics;
using PollHttp.Telemetry;

namespace PollHttp;

/// <summary>
/// Provides the names for telemetry: pass them to OpenTelemetry's AddSource and AddMeter, or use AddPollHttpInstrumentation of
/// PollHttp.Extensions.OpenTelemetry.
/// </summary>
public static class PollHttpTelemetry
{
    /// <summary>The name of the activity source: one activity per request.</summary>
    public const string ActivitySourceName = "PollHttp";

    /// <summary>The name of the meter: the http.client instruments of the OpenTelemetry conventions.</summary>
    public const string MeterName = "PollHttp";

    /// <summary>Of the event source: requests, connections with the reason of their end, and loops, for dotnet-trace, PerfView and an
    /// <see cref="System.Diagnostics.Tracing.EventListener"/>.</summary>
    public const string EventSourceName = "PollHttp";

    internal static ActivitySource Source { get; } = new(ActivitySourceName);

    /// <summary>Gets the instruments that are used without a meter factory.</summary>
    internal static ClientMetrics SharedMetrics { get; } = new(new Meter(MeterName));
}
