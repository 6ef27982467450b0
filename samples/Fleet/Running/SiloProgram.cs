using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace PollHttp.Fleet.Running;

/// <summary>One silo, in a process of its own: Fleet --silo NUMBER SILO-PORT GATEWAY-PORT CLUSTER. It stops with its standard input.</summary>
internal static class SiloProgram
{
    public static async Task<int> RunAsync(int number, int siloPort, int gatewayPort, ClusterSettings cluster)
    {
        HostApplicationBuilder builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders().AddSimpleConsole().SetMinimumLevel(LogLevel.Error);
        builder.Services.AddSingleton(_ => new PollHttpClient(new PollHttpClientOptions { UseProxy = false, Timeout = TimeSpan.FromSeconds(30) }));
        builder.UseOrleans(silo => cluster.Configure(silo, number, siloPort, gatewayPort));
        using IHost host = builder.Build();
        await host.StartAsync();
        Console.WriteLine("started");
        await Console.In.ReadToEndAsync();
        await host.StopAsync();
        return 0;
    }
}
