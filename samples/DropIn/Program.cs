using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;
using PollHttp.DropIn;
using Polly;
using Refit;

// What a service has today: a typed client by Refit, from IHttpClientFactory, with resilience and OpenTelemetry.
// One line is new, UsePollHttp(); everything above it is as it was.
await using WebApplication server = await CatalogServer.StartAsync();

ServiceCollection services = new();
services.AddRefitGeneratedClient<ICatalog>()
    .ConfigureHttpClient(http => http.BaseAddress = new Uri(server.Urls.First()))
    .UsePollHttp()
    .AddStandardResilienceHandler(static options =>
    {
        options.Retry.MaxRetryAttempts = 5;
        options.Retry.Delay = TimeSpan.FromMilliseconds(20);
        options.Retry.BackoffType = DelayBackoffType.Constant;
        options.CircuitBreaker.FailureRatio = 0.5; // a third of the requests fails
    });

// dotnet run -- --metrics 9464: figures for Prometheus at http://localhost:9464/metrics, until Ctrl-C; else everything on the console.
int? port = args is ["--metrics", var number] ? int.Parse(number, CultureInfo.InvariantCulture) : null;
using TracerProvider? traces = port is null ? Sdk.CreateTracerProviderBuilder().AddPollHttpInstrumentation().AddConsoleExporter().Build() : null;
MeterProviderBuilder measuring = Sdk.CreateMeterProviderBuilder().AddPollHttpInstrumentation();
using MeterProvider metrics = (port is null
    ? measuring.AddConsoleExporter()
    : measuring.AddPrometheusHttpListener(options => options.Port = port.Value)).Build();
await using ServiceProvider provider = services.BuildServiceProvider();
ICatalog catalog = provider.GetRequiredService<ICatalog>();

try
{
    await catalog.AddItemAsync(new Item("plum"), CancellationToken.None);
    for (int i = 0; port is null ? i < 5 : !server.Lifetime.ApplicationStopping.IsCancellationRequested; i++)
    {
        Console.WriteLine(string.Join(", ", (await catalog.GetItemsAsync(CancellationToken.None)).Select(static item => item.Name)));
        await Task.Delay(port is null ? TimeSpan.Zero : TimeSpan.FromMilliseconds(100));
    }

    return 0;
}
catch (ApiException error)
{
    await Console.Error.WriteLineAsync(error.Message);
    return 1;
}
