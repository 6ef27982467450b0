using PollHttp;

namespace OpenTelemetry.Metrics;

/// <summary>Adds PollHttp's instruments to OpenTelemetry.</summary>
public static class PollHttpMeterProviderBuilderExtensions
{
    /// <summary>Adds the http.client instruments.</summary>
    public static MeterProviderBuilder AddPollHttpInstrumentation(this MeterProviderBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.AddMeter(PollHttpTelemetry.MeterName);
    }
}
