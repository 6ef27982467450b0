using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using PollHttp;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>PollHttp under the clients of IHttpClientFactory.</summary>
public static class PollHttpClientBuilderExtensions
{
    /// <summary>Has the clients of this builder send through a <see cref="PollHttpHandler"/>, with the container's logging and
    /// metrics.</summary>
    /// <param name="builder">What AddHttpClient returned.</param>
    /// <param name="configure">Changes the handler's settings; called for each handler the factory makes.</param>
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
                UseCookies = false, // handlers are shared and replaced by the factory, so cookies would come and go
                LoggerFactory = services.GetService<ILoggerFactory>(),
                MeterFactory = services.GetService<IMeterFactory>(),
            };
            configure(handler, services);
            return handler;
        });
    }
}
