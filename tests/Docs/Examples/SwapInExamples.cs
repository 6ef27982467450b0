using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;

namespace PollHttp.Docs.Tests.Examples;

internal static class SwapInExamples
{
    public static void Handler()
    {
        // example: swap-in
        using var client = new HttpClient(new PollHttpHandler { MaxConnectionsPerServer = 16 });
        // end
    }

    public static async Task<string> TypeName()
    {
        // example: swap-by-type-name
        await using var client = new PollHttpClient(new PollHttpClientOptions
        {
            BaseAddress = new Uri("https://api.example/"),
            Timeout = TimeSpan.FromSeconds(30),
        });
        using Response response = await client.GetAsync("items"); // ends at the head
        response.EnsureSuccessStatusCode();
        string items = await response.ReadAsStringAsync();        // once
        // end
        return items;
    }

    public static string OnALoop(PollHttp.Testing.SimulatedNetwork network)
    {
        // example: swap-in-loop
        string answer = PollLoop.Run(
            async loop =>
            {
                using var client = new HttpClient(new PollHttpHandler(loop)) { Timeout = Timeout.InfiniteTimeSpan };
                return await client.GetStringAsync("http://api.example/health");
            },
            network);
        // end
        return answer;
    }

    public static async Task Fault(HttpClient client)
    {
        try
        {
            await client.GetStringAsync("http://example.org");
        }
        // example: swap-in-fault
        catch (HttpRequestException error) when (error.InnerException is PollHttpException { Fault: var fault, InnerException: SocketException })
        {
            Console.WriteLine($"{fault.Kind} in {fault.Phase}: {fault.Describe()}");
        }
        // end
    }

    public static void ServiceDiscovery(IServiceCollection services)
    {
        // example: service-discovery
        services.AddServiceDiscovery(); // from configuration: Services:catalog:http:0 = 10.0.0.7:8080
        services.AddHttpClient<CatalogClient>(http => http.BaseAddress = new Uri("https+http://catalog"))
            .UsePollHttp()
            .AddServiceDiscovery();
        // end
    }

    internal sealed class CatalogClient(HttpClient http)
    {
        public Task<string> GetAsync() => http.GetStringAsync("/items");
    }
}
