using PollHttp;

namespace OpenTelemetry.Trace;

/// <summary>Adds PollHttp's activities to OpenTelemetry.</summary>
public static class PollHttpTracerProviderBuilderExtensions
{
    /// <summary>Adds one span for each request.</summary>
    public static TracerProviderBuilder AddPollHttpInstrumentation(this TracerProviderBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.AddSource(PollHttpTelemetry.ActivitySourceName);
    }
}
