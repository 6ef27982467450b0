using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace PollHttp.LinkChecker;

/// <summary>A site to check: pages that link to each other over eight addresses of the loopback, some of them broken.</summary>
internal sealed class OwnSite : IAsyncDisposable
{
    private const int Hosts = 8;
    private const int LinksAPage = 12;
    private const int BrokenEvery = 97;

    private readonly WebApplication _app;
    private readonly int _pages;
    private int _port;

    private OwnSite(WebApplication app, int pages)
    {
        _app = app;
        _pages = pages;
    }

    public Uri Start => AddressOf(0);

    public static async Task<OwnSite> StartAsync(int pages)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(static options => options.Listen(IPAddress.Any, 0));
        OwnSite site = new(builder.Build(), pages);
        site._app.Run(site.AnswerAsync);
        await site._app.StartAsync();
        site._port = new Uri(site._app.Urls.First()).Port;
        return site;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private Uri AddressOf(int page) => new($"http://127.0.0.{1 + (page % Hosts)}:{_port}/{page}");

    private Task AnswerAsync(HttpContext context)
    {
        if (!int.TryParse(context.Request.Path.Value.AsSpan(1), out int page) || page >= _pages || page % BrokenEvery == BrokenEvery - 1)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        }

        StringBuilder html = new($"<html><body><h1>Page {page}</h1>");
        for (int link = 1; link <= LinksAPage; link++)
        {
            html.Append($"<a href=\"{AddressOf(((page * LinksAPage) + link) % _pages)}\">next</a> ");
        }

        context.Response.ContentType = "text/html";
        return context.Response.WriteAsync(html.Append("</body></html>").ToString());
    }
}
