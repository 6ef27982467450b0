using System.Diagnostics;

namespace PollHttp.Telemetry;

/// <summary>What one engine tells about its requests: to whom, and how the current activity goes along.</summary>
internal sealed class EngineTelemetry(ClientMetrics metrics, DistributedContextPropagator? propagator)
{
    public ClientMetrics Metrics => metrics;

    public DistributedContextPropagator? Propagator => propagator;

    /// <summary>Begins to watch a request, on the caller's thread; null when nobody wants to know.</summary>
    public RequestTrace? Begin(ITraceCarrier request)
    {
        bool watched = PollHttpTelemetry.Source.HasListeners() || metrics.WatchesRequests || RequestEvents.AreWatched;
        return watched || (propagator is not null && Activity.Current is not null) ? new(this, request) : null;
    }
}
