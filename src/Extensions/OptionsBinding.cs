using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace PollHttp.Extensions.Http;

/// <summary>Reads the simple settings from configuration, by hand: no reflection, and a misspelt name is an error.</summary>
internal static class OptionsBinding
{
    public static void Bind(IConfiguration configuration, PollHttpClientOptions options)
    {
        foreach (IConfigurationSection section in configuration.GetChildren())
        {
            if (section.Value is { } value)
            {
                Set(options, section, value);
            }
        }
    }

    private static void Set(PollHttpClientOptions options, IConfigurationSection section, string value)
    {
        try
        {
            switch (section.Key.ToUpperInvariant())
            {
                case "BASEADDRESS":
                    options.BaseAddress = new Uri(value, UriKind.Absolute);
                    break;
                case "TIMEOUT":
                    options.Timeout = Time(value);
                    break;
                case "CONNECTTIMEOUT":
                    options.ConnectTimeout = value.Length == 0 ? null : Time(value);
                    break;
                case "MAXCONNECTIONSPERORIGIN":
                    options.MaxConnectionsPerOrigin = int.Parse(value, CultureInfo.InvariantCulture);
                    break;
                case "POOLEDCONNECTIONIDLETIMEOUT":
                    options.PooledConnectionIdleTimeout = Time(value);
                    break;
                case "MAXBUFFEREDBODYBYTES":
                    options.MaxBufferedBodyBytes = int.Parse(value, CultureInfo.InvariantCulture);
                    break;
                case "USERAGENT":
                    options.UserAgent = value;
                    break;
                default:
                    throw new InvalidOperationException($"There is no setting '{section.Path}' for a PollHttpClient.");
            }
        }
        catch (Exception error) when (error is FormatException or OverflowException or ArgumentException)
        {
            throw new InvalidOperationException($"The setting '{section.Path}' can't be read: {error.Message}", error);
        }
    }

    private static TimeSpan Time(string value) => TimeSpan.Parse(value, CultureInfo.InvariantCulture);
}
