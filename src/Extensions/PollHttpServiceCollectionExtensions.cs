using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using PollHttp;
using PollHttp.Extensions.Http;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Provides <see cref="PollHttpClient"/> as a service.</summary>
public static class PollHttpServiceCollectionExtensions
{
    /// <summary>Adds a singleton client, in background drive.</summary>
    /// <param name="services">The services to add to.</param>
    /// <param name="configure">Changes the options; runs after those bound from configuration.</param>
    public static IServiceCollection AddPollHttpClient(this IServiceCollection services, Action<PollHttpClientOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        AddOptions(services, Options.Options.DefaultName, configure);
        return services.AddSingleton(static provider => Make(provider, Options.Options.DefaultName));
    }

    /// <summary>Adds a client whose options need other services, such as a <see cref="RequestMiddleware"/> of the container.</summary>
    /// <param name="services">The services to add to.</param>
    /// <param name="configure">Changes the options, with the services of the container, once.</param>
    public static IServiceCollection AddPollHttpClient(this IServiceCollection services, Action<PollHttpClientOptions, IServiceProvider> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configure);
        AddOptions(services, Options.Options.DefaultName, null).Configure(configure);
        return services.AddSingleton(static provider => Make(provider, Options.Options.DefaultName));
    }

    /// <summary>Adds a client whose options come from configuration: its simple settings by their names, times as
    /// <c>00:00:10</c>.</summary>
    /// <exception cref="InvalidOperationException">A setting is unknown or invalid; thrown when the client is created.</exception>
    public static IServiceCollection AddPollHttpClient(this IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        return AddPollHttpClient(services, options => OptionsBinding.Bind(configuration, options));
    }

    /// <summary>Adds a named client. The name is the key of the service: <c>[FromKeyedServices("name")] PollHttpClient</c>.</summary>
    public static IServiceCollection AddPollHttpClient(
        this IServiceCollection services, string name, Action<PollHttpClientOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentException.ThrowIfNullOrEmpty(name);
        AddOptions(services, name, configure);
        return services.AddKeyedSingleton(name, static (provider, key) => Make(provider, (string)key!));
    }

    /// <summary>Adds a named client whose options need other services.</summary>
    /// <param name="services">The services to add to.</param>
    /// <param name="name">The key of the service.</param>
    /// <param name="configure">Changes the options, with the services of the container, once.</param>
    public static IServiceCollection AddPollHttpClient(
        this IServiceCollection services, string name, Action<PollHttpClientOptions, IServiceProvider> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(configure);
        AddOptions(services, name, null).Configure(configure);
        return services.AddKeyedSingleton(name, static (provider, key) => Make(provider, (string)key!));
    }

    private static OptionsBuilder<PollHttpClientOptions> AddOptions(IServiceCollection services, string name, Action<PollHttpClientOptions>? configure)
    {
        OptionsBuilder<PollHttpClientOptions> builder = services.AddOptions<PollHttpClientOptions>(name)
            .Configure<IServiceProvider>(static (options, provider) => options.LoggerFactory ??= provider.GetService<ILoggerFactory>());
        if (configure is not null)
        {
            builder.Configure(configure);
        }

        return builder;
    }

    private static PollHttpClient Make(IServiceProvider provider, string name) =>
        new(provider.GetRequiredService<IOptionsMonitor<PollHttpClientOptions>>().Get(name));
}
