using PollHttp;

namespace OpenTelemetry.Trace;

/// <summary>PollHttp's activities for OpenTelemetry.</summary>
public static class PollHttpTracerProviderBuilderExtensions
{
    /// <summary>Adds one span for each request.</summary>
    public static TracerProviderBuilder AddPollHttpInstrumentation(this TracerProviderBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.AddSource(PollHttpTelemetry.ActivitySourceName);
    }
}
