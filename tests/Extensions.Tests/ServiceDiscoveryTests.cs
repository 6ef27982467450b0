using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace PollHttp.Extensions.Http.Tests;

/// <summary>Names of services become addresses above the handler, which sends to those and nowhere else.</summary>
public sealed class ServiceDiscoveryTests
{
    public sealed class Catalog(HttpClient client)
    {
        public Task<string> GetAsync(string item) => client.GetStringAsync(new Uri(item, UriKind.Relative));
    }

    [Theory]
    [InlineData("http://catalog", false)]
    [InlineData("http://catalog", true)]
    [InlineData("https+http://catalog", false)]
    [InlineData("https+http://catalog", true)]
    public async Task A_typed_client_finds_its_service_in_configuration(string address, bool isResilient)
    {
        int calls = 0;
        await using TestServer server = await TestServer.StartAsync(context =>
        {
            context.Response.StatusCode = Interlocked.Increment(ref calls) == 1 && isResilient ? 503 : 200;
            return context.Response.WriteAsync($"{context.Request.Host.Port} {context.Request.Path}");
        });
        await using ServiceProvider services = Build(address, isResilient, [server.Uri]);
        Assert.Equal($"{server.Uri.Port} /items/1", await services.GetRequiredService<Catalog>().GetAsync("/items/1"));
        Assert.Equal(isResilient ? 2 : 1, calls);
    }

    [Fact]
    public async Task Several_endpoints_of_a_service_take_turns()
    {
        await using TestServer first = await TestServer.StartAsync(static context => context.Response.WriteAsync("first"));
        await using TestServer second = await TestServer.StartAsync(static context => context.Response.WriteAsync("second"));
        await using ServiceProvider services = Build("http://catalog", isResilient: false, [first.Uri, second.Uri]);
        Catalog catalog = services.GetRequiredService<Catalog>();
        string[] answers = [await catalog.GetAsync("/"), await catalog.GetAsync("/"), await catalog.GetAsync("/"), await catalog.GetAsync("/")];
        Assert.Equal(["first", "first", "second", "second"], answers.Order());
    }

    private static ServiceProvider Build(string address, bool isResilient, Uri[] endpoints)
    {
        ServiceCollection collection = new();
        collection.AddSingleton<IConfiguration>(new ConfigurationBuilder()
            .AddInMemoryCollection(endpoints.Select(static (uri, i) => KeyValuePair.Create($"Services:catalog:http:{i}", (string?)uri.GetLeftPart(UriPartial.Authority))))
            .Build());
        collection.AddServiceDiscovery();
        IHttpClientBuilder client = collection.AddHttpClient<Catalog>(http => http.BaseAddress = new(address)).UsePollHttp();
        if (isResilient)
        {
            client.AddStandardResilienceHandler(static options => options.Retry.Delay = TimeSpan.FromMilliseconds(1));
        }

        client.AddServiceDiscovery();
        return collection.BuildServiceProvider();
    }
}
