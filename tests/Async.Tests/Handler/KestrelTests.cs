using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Xunit;

namespace PollHttp.Tests.Handler;

/// <summary>HttpClient over our handler, against a server of some size.</summary>
public sealed class KestrelTests : IAsyncLifetime
{
    private WebApplication? _app;
    private HttpClient? _client;

    public async Task InitializeAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        _app = builder.Build();
        _app.MapGet("/hello", () => "hello");
        _app.MapPost("/echo", async (HttpContext context) =>
        {
            context.Response.ContentType = context.Request.ContentType;
            await context.Request.Body.CopyToAsync(context.Response.Body);
        });
        _app.MapGet("/many/{count:int}", async (int count, HttpContext context) =>
        {
            byte[] piece = new byte[1000];
            for (int i = 0; i < count; i++)
            {
                await context.Response.Body.WriteAsync(piece);
            }
        });
        await _app.StartAsync();
        _client = new(new PollHttpHandler()) { BaseAddress = new(_app.Urls.First()) };
    }

    public async Task DisposeAsync()
    {
        _client?.Dispose();
        await _app!.DisposeAsync();
    }

    [Fact]
    public async Task Text_comes_back() => Assert.Equal("hello", await _client!.GetStringAsync("/hello"));

    [Fact]
    public async Task Content_is_echoed_with_its_type()
    {
        using StringContent content = new("{\"a\":1}", System.Text.Encoding.UTF8, "application/json");
        using HttpResponseMessage response = await _client!.PostAsync("/echo", content);
        Assert.Equal("{\"a\":1}", await response.Content.ReadAsStringAsync());
        Assert.Equal("application/json", response.Content.Headers.ContentType!.MediaType);
    }

    [Fact]
    public async Task Large_chunked_body_is_whole()
    {
        using HttpResponseMessage response = await _client!.GetAsync("/many/5000", HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal(5_000_000, (await response.Content.ReadAsByteArrayAsync()).Length);
    }

    [Fact]
    public async Task Two_hundred_at_once_come_back()
    {
        string[] all = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => _client!.GetStringAsync("/hello")));
        Assert.All(all, static text => Assert.Equal("hello", text));
    }
}
