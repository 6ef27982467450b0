using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using PollHttp;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Provides PollHttp as the handler of clients from IHttpClientFactory.</summary>
public static class PollHttpClientBuilderExtensions
{
    /// <summary>Makes <see cref="PollHttpHandler"/> the primary handler of this builder's clients, with the container's logging and
    /// metrics.</summary>
    /// <param name="builder">The builder that AddHttpClient returned.</param>
    /// <param name="configure">Changes the handler's settings; called for each handler that the factory creates.</param>
    public static IHttpClientBuilder UsePollHttp(this IHttpClientBuilder builder, Action<PollHttpHandler>? configure = null) =>
        UsePollHttp(builder, (handler, _) => configure?.Invoke(handler));

    /// <inheritdoc cref="UsePollHttp(IHttpClientBuilder, Action{PollHttpHandler})"/>
    public static IHttpClientBuilder UsePollHttp(this IHttpClientBuilder builder, Action<PollHttpHandler, IServiceProvider> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(configure);
        return builder.ConfigurePrimaryHttpMessageHandler(services =>
        {
            PollHttpHandler handler = new()
            {
                UseCookies = false, // handlers are shared and replaced by the factory, so cookies would appear and disappear
                LoggerFactory = services.GetService<ILoggerFactory>(),
                MeterFactory = services.GetService<IMeterFactory>(),
            };
            configure(handler, services);
            return handler;
        });
    }
}
