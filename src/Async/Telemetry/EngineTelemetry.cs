using System.Diagnostics;

namespace PollHttp.Telemetry;

/// <summary>Reports the requests of one engine, and propagates the current activity.</summary>
internal sealed class EngineTelemetry(ClientMetrics metrics, DistributedContextPropagator? propagator)
{
    public ClientMetrics Metrics => metrics;

    public DistributedContextPropagator? Propagator => propagator;

    /// <summary>Begins to trace a request, on the caller's thread; returns null if there are no listeners.</summary>
    public RequestTrace? Begin(ITraceCarrier request)
    {
        bool watched = PollHttpTelemetry.Source.HasListeners() || metrics.WatchesRequests || RequestEvents.AreWatched;
        return watched || (propagator is not null && Activity.Current is not null) ? new(this, request) : null;
    }
}
