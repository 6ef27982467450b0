using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Xunit;

namespace PollHttp.Tests.SwapIn;

/// <summary>One file of ordinary code, compiled against HttpClient and against PollHttpClient, must see the same.</summary>
public sealed class SwapInTests
{
    [Fact]
    public async Task Ordinary_code_for_HttpClient_does_the_same_by_another_type_name()
    {
        await using WebApplication app = await StartAsync();
        var server = new Uri(app.Urls.First());
        using var theirs = new HttpClient();
        await using var ours = new PollHttpClient();

        List<string> expected = await Platform.OrdinaryCode.RunAsync(theirs, server);
        List<string> actual = await Ours.OrdinaryCode.RunAsync(ours, server);

        Assert.Equal(expected, actual);
        Assert.DoesNotContain("nothing thrown", actual);
        Assert.True(actual.Count > 35);
    }

    private static async Task<WebApplication> StartAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        WebApplication app = builder.Build();
        app.Use((context, next) =>
        {
            context.Response.Headers["X-Served-By"] = "test";
            return next();
        });
        app.Map("/api/echo", EchoAsync);
        app.MapGet("/api/bytes", (int count) => Results.Bytes([.. Enumerable.Range(0, count).Select(i => (byte)i)]));
        app.MapGet("/api/items", () => Enumerable.Range(1, 3).Select(i => new { Id = i, Name = $"n{i}" }));
        app.MapMethods("/api/items/{id:int}", ["GET", "DELETE"], (int id) => new { Id = id, Name = "ñ" });
        app.MapMethods("/api/items", ["POST", "PUT", "PATCH"], EchoBodyAsync);
        app.MapGet("/api/hang", (HttpContext context) => Task.Delay(Timeout.Infinite, context.RequestAborted));
        await app.StartAsync();
        return app;
    }

    /// <summary>Everything of the request that the two clients must have in common.</summary>
    private static async Task EchoAsync(HttpContext context)
    {
        HttpRequest request = context.Request;
        var body = new MemoryStream();
        await request.Body.CopyToAsync(body);
        string[] fields = ["User-Agent", "Authorization", "Accept", "X-Api-Key", "X-More", "Content-Type", "Content-Length", "Transfer-Encoding"];
        var text = new StringBuilder($"{request.Method} {request.Path}{request.QueryString}");
        foreach (string field in fields)
        {
            text.Append(CultureInfo.InvariantCulture, $"|{field}={request.Headers[field]}");
        }

        text.Append('|').Append(body.Length > 1000 ? $"{body.Length} bytes" : Encoding.UTF8.GetString(body.ToArray()));
        await context.Response.WriteAsync(text.ToString());
    }

    private static async Task EchoBodyAsync(HttpContext context)
    {
        context.Response.ContentType = context.Request.ContentType;
        await context.Request.Body.CopyToAsync(context.Response.Body);
    }
}
