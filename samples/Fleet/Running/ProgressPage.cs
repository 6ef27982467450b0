using System.Globalization;
using System.Net;
using System.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using PollHttp.Fleet.Grains;

namespace PollHttp.Fleet.Running;

/// <summary>The page in the browser, which asks for the figures twice a second.</summary>
internal sealed class ProgressPage : IAsyncDisposable
{
    private readonly WebApplication _app;
    private volatile IReadOnlyList<HostProgress> _hosts = [];

    private ProgressPage(WebApplication app, int port)
    {
        _app = app;
        Address = new(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}/"));
    }

    public Uri Address { get; }

    public static async Task<ProgressPage> StartAsync(int port)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(options => options.Listen(IPAddress.Loopback, port));
        ProgressPage page = new(builder.Build(), port);
        page._app.Run(page.AnswerAsync);
        await page._app.StartAsync();
        return page;
    }

    public void Show(IReadOnlyList<HostProgress> hosts) => _hosts = hosts;

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        if (context.Request.Path == "/progress")
        {
            await context.Response.WriteAsJsonAsync(_hosts);
            return;
        }

        context.Response.ContentType = "text/html; charset=utf-8";
        await using Stream page = Assembly.GetExecutingAssembly().GetManifestResourceStream("progress.html")!;
        await page.CopyToAsync(context.Response.Body);
    }
}
