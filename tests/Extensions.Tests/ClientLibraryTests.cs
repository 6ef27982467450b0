using Flurl.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Refit;

namespace PollHttp.Extensions.Http.Tests;

/// <summary>Libraries over HttpClient work unchanged over our handler.</summary>
public sealed class ClientLibraryTests
{
    private static async Task HandleAsync(HttpContext context)
    {
        switch (context.Request.Method, context.Request.Path.Value)
        {
            case ("GET", "/things/a"):
                await context.Response.WriteAsJsonAsync(new Thing("a", 1));
                break;
            case ("POST", "/things"):
                await context.Response.WriteAsJsonAsync((await context.Request.ReadFromJsonAsync<Thing>())! with { Count = 2 });
                break;
            default:
                context.Response.StatusCode = 404;
                break;
        }
    }

    [Fact]
    public async Task Refit()
    {
        await using TestServer server = await TestServer.StartAsync(HandleAsync);
        ServiceCollection collection = new();
        collection.AddRefitGeneratedClient<IThings>().ConfigureHttpClient(client => client.BaseAddress = server.Uri).UsePollHttp();
        await using ServiceProvider services = collection.BuildServiceProvider();
        IThings things = services.GetRequiredService<IThings>();
        Assert.Equal(new Thing("a", 1), await things.GetAsync("a"));
        Assert.Equal(new Thing("b", 2), await things.AddAsync(new Thing("b", 1)));
        ApiException missing = await Assert.ThrowsAnyAsync<ApiException>(() => things.GetAsync("missing"));
        Assert.Equal(System.Net.HttpStatusCode.NotFound, missing.StatusCode);
    }

    [Fact]
    public async Task Flurl()
    {
        await using TestServer server = await TestServer.StartAsync(HandleAsync);
        using HttpClient http = new(new PollHttpHandler()) { BaseAddress = server.Uri };
        using FlurlClient client = new(http);
        Assert.Equal(new Thing("a", 1), await client.Request("things", "a").GetJsonAsync<Thing>());
        Assert.Equal(new Thing("b", 2), await client.Request("things").PostJsonAsync(new Thing("b", 1)).ReceiveJson<Thing>());
        FlurlHttpException error = await Assert.ThrowsAsync<FlurlHttpException>(() => client.Request("missing").GetStringAsync());
        Assert.Equal(404, error.StatusCode);
    }
}
