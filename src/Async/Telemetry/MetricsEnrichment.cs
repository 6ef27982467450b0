using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Net.Http.Metrics;
using System.Runtime.CompilerServices;

namespace PollHttp.Telemetry;

/// <summary>
/// Measures a request with the tags that callbacks of <see cref="HttpMetricsEnrichmentContext"/> add. What they need is internal to the
/// platform, so it is accessed on the version this was written for; on other versions, measurements lack these tags.
/// </summary>
internal sealed class MetricsEnrichment
{
#if NET10_0_OR_GREATER
    private readonly List<Action<HttpMetricsEnrichmentContext>> _callbacks;
    private readonly TimeSpan _duration;
    private readonly TagList _tags;

    private MetricsEnrichment(List<Action<HttpMetricsEnrichmentContext>> callbacks, TimeSpan duration, in TagList tags)
    {
        _callbacks = callbacks;
        _duration = duration;
        _tags = tags;
    }

    /// <summary>Returns a measurement that waits for the response as the caller gets it; null if there is no callback.</summary>
    public static MetricsEnrichment? Begin(HttpRequestMessage? request, TimeSpan duration, in TagList tags)
    {
        try
        {
            return request is not null && CallbacksOf(null, request) is { } callbacks ? new(callbacks, duration, tags) : null;
        }
        catch (MissingMethodException)
        {
            return null;
        }
    }

    /// <summary>Records the measurement. Exceptions of a callback pass through.</summary>
    public void Record(Histogram<double> instrument, HttpRequestMessage request, HttpResponseMessage? response, Exception? error) =>
        Record(null, _callbacks, request, response, error, _duration, _tags, instrument);

    [UnsafeAccessor(UnsafeAccessorKind.StaticMethod, Name = "GetEnrichmentCallbacksForRequest")]
    private static extern List<Action<HttpMetricsEnrichmentContext>>? CallbacksOf(HttpMetricsEnrichmentContext? type, HttpRequestMessage request);

    [UnsafeAccessor(UnsafeAccessorKind.StaticMethod, Name = "RecordDurationWithEnrichment")]
    private static extern void Record(
        HttpMetricsEnrichmentContext? type,
        List<Action<HttpMetricsEnrichmentContext>> callbacks,
        HttpRequestMessage request,
        HttpResponseMessage? response,
        Exception? exception,
        TimeSpan durationTime,
        in TagList commonTags,
        Histogram<double> requestDuration);
#else
    /// <summary>Returns null: the platform's internals differ on this version.</summary>
    public static MetricsEnrichment? Begin(HttpRequestMessage? request, TimeSpan duration, in TagList tags) => null;

    /// <summary>Never called.</summary>
    [System.Diagnostics.CodeAnalysis.SuppressMessage("Performance", "CA1822", Justification = "As on the other target.")]
    public void Record(Histogram<double> instrument, HttpRequestMessage request, HttpResponseMessage? response, Exception? error) =>
        throw new NotSupportedException();
#endif
}
