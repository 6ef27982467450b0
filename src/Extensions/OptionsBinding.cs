using Microsoft.Extensions.Configuration;
using PollHttp.Core;

namespace PollHttp.Extensions.Http;

/// <summary>
/// Reads the simple settings from configuration, by tables of names: without reflection, and a misspelt name is an error. Limits, Timeouts
/// and AutomaticDecompression are sections (the last may also be a list of codings); SecretFields is a list.
/// </summary>
internal static class OptionsBinding
{
    private static readonly SettingTable<PollHttpClientOptions> s_client = new()
    {
        ["BaseAddress"] = static (options, value) => options.BaseAddress = new Uri(value, UriKind.Absolute),
        ["Timeout"] = static (options, value) => options.Timeout = SettingText.Time(value),
        ["ConnectTimeout"] = static (options, value) => options.ConnectTimeout = SettingText.TimeOrNone(value),
        ["MaxConnectionsPerServer"] = static (options, value) => options.MaxConnectionsPerServer = SettingText.Number(value),
        ["MinIdleConnectionsPerServer"] = static (options, value) => options.MinIdleConnectionsPerServer = SettingText.Number(value),
        ["PooledConnectionIdleTimeout"] = static (options, value) => options.PooledConnectionIdleTimeout = SettingText.Time(value),
        ["PooledConnectionLifetime"] = static (options, value) => options.PooledConnectionLifetime = SettingText.TimeOrNone(value) ?? Timeout.InfiniteTimeSpan,
        ["AllowAutoRedirect"] = static (options, value) => options.AllowAutoRedirect = bool.Parse(value),
        ["MaxAutomaticRedirections"] = static (options, value) => options.MaxAutomaticRedirections = SettingText.Number(value),
        ["UseCookies"] = static (options, value) => options.UseCookies = bool.Parse(value),
        ["BearerToken"] = static (options, value) => options.BearerToken = value,
        ["PreAuthenticate"] = static (options, value) => options.PreAuthenticate = bool.Parse(value),
        ["UseProxy"] = static (options, value) => options.UseProxy = bool.Parse(value),
        ["MaxResponseContentBufferSize"] = static (options, value) => options.MaxResponseContentBufferSize = SettingText.Number(value),
        ["AutomaticDecompression"] = static (options, value) => options.AutomaticDecompression = Enum.Parse<ContentCodings>(value, ignoreCase: true),
        ["Leniency"] = static (options, value) => options.Leniency = Enum.Parse<Leniency>(value, ignoreCase: true),
        ["Continuations"] = static (options, value) => options.Continuations = Enum.Parse<ContinuationMode>(value, ignoreCase: true),
        ["UserAgent"] = static (options, value) => options.UserAgent = value,
    };

    private static readonly SettingTable<ConnectionLimits> s_limits = new()
    {
        ["StatusLineBytes"] = static (limits, value) => limits.StatusLineBytes = SettingText.Number(value),
        ["FieldLineBytes"] = static (limits, value) => limits.FieldLineBytes = SettingText.Number(value),
        ["HeadBytes"] = static (limits, value) => limits.HeadBytes = SettingText.Number(value),
        ["FieldCount"] = static (limits, value) => limits.FieldCount = SettingText.Number(value),
        ["InformationalCount"] = static (limits, value) => limits.InformationalCount = SettingText.Number(value),
        ["ChunkExtensionLineBytes"] = static (limits, value) => limits.ChunkExtensionLineBytes = SettingText.Number(value),
        ["ChunkExtensionBytes"] = static (limits, value) => limits.ChunkExtensionBytes = SettingText.Number(value),
        ["TrailerBytes"] = static (limits, value) => limits.TrailerBytes = SettingText.Number(value),
        ["TrailerCount"] = static (limits, value) => limits.TrailerCount = SettingText.Number(value),
        ["BodyBytes"] = static (limits, value) => limits.BodyBytes = SettingText.LongOrNone(value),
        ["RequestHeadBytes"] = static (limits, value) => limits.RequestHeadBytes = SettingText.Number(value),
        ["ReceiveHighWater"] = static (limits, value) => limits.ReceiveHighWater = SettingText.Number(value),
        ["ReceiveLowWater"] = static (limits, value) => limits.ReceiveLowWater = SettingText.Number(value),
        ["SendHighWater"] = static (limits, value) => limits.SendHighWater = SettingText.Number(value),
        ["MinimumBytesPerSecond"] = static (limits, value) => limits.MinimumBytesPerSecond = SettingText.LongOrNone(value),
        ["MinimumRateWindow"] = static (limits, value) => limits.MinimumRateWindow = SettingText.Time(value),
    };

    private static readonly SettingTable<ConnectionTimeouts> s_timeouts = new()
    {
        ["ResponseHead"] = static (timeouts, value) => timeouts.ResponseHead = SettingText.TimeOrNone(value),
        ["BodyIdle"] = static (timeouts, value) => timeouts.BodyIdle = SettingText.TimeOrNone(value),
        ["SendStall"] = static (timeouts, value) => timeouts.SendStall = SettingText.TimeOrNone(value),
        ["Expect100Continue"] = static (timeouts, value) => timeouts.Expect100Continue = SettingText.Time(value),
        ["KeepAliveIdle"] = static (timeouts, value) => timeouts.KeepAliveIdle = SettingText.TimeOrNone(value),
    };

    private static readonly SettingTable<DecompressionOptions> s_decompression = new()
    {
        ["Codings"] = static (options, value) => options.Codings = Enum.Parse<ContentCodings>(value, ignoreCase: true),
        ["MaxDecodedBytes"] = static (options, value) => options.MaxDecodedBytes = SettingText.LongOrNone(value),
        ["MaxRatio"] = static (options, value) => options.MaxRatio = value.Length == 0 ? null : SettingText.Number(value),
        ["AllowTrailingData"] = static (options, value) => options.AllowTrailingData = bool.Parse(value),
    };

    public static void Bind(IConfiguration configuration, PollHttpClientOptions options)
    {
        foreach (IConfigurationSection section in configuration.GetChildren())
        {
            switch (section.Key.ToUpperInvariant())
            {
                case "LIMITS":
                    s_limits.Bind(section, options.Limits);
                    break;
                case "TIMEOUTS":
                    s_timeouts.Bind(section, options.Timeouts);
                    break;
                case "AUTOMATICDECOMPRESSION" when section.Value is { Length: 0 }:
                    options.AutomaticDecompression = null;
                    break;
                case "AUTOMATICDECOMPRESSION" when section.Value is not null:
                    s_client.Set(section, options);
                    break;
                case "AUTOMATICDECOMPRESSION":
                    s_decompression.Bind(section, options.AutomaticDecompression ??= new());
                    break;
                case "SECRETFIELDS":
                    foreach (IConfigurationSection name in section.GetChildren())
                    {
                        options.SecretFields.Add(name.Value ?? throw new InvalidOperationException($"The setting '{name.Path}' names no field."));
                    }

                    break;
                default:
                    s_client.Set(section, options);
                    break;
            }
        }
    }
}
