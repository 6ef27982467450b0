using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace PollHttp.DropIn;

/// <summary>The service that is called; it fails every third request, as services do.</summary>
internal static class CatalogServer
{
    private static readonly ConcurrentQueue<Item> s_items = new([new("apple"), new("pear")]);
    private static int s_requests;

    public static async Task<WebApplication> StartAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(static options => options.Listen(IPAddress.Loopback, 0));
        WebApplication app = builder.Build();
        app.Run(AnswerAsync);
        await app.StartAsync();
        return app;
    }

    private static async Task AnswerAsync(HttpContext context)
    {
        if (Interlocked.Increment(ref s_requests) % 3 == 0)
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        }
        else if (HttpMethods.IsPost(context.Request.Method))
        {
            s_items.Enqueue(await context.Request.ReadFromJsonAsync<Item>() ?? new(""));
        }
        else
        {
            await context.Response.WriteAsJsonAsync(s_items.ToArray());
        }
    }
}
