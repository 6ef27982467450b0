using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace PollHttp.GameLoop;

/// <summary>Serves files of 64 MiB on a free loopback port, over a link that is as fast as it is told and no faster.</summary>
internal static class FileServer
{
    public const long FileBytes = 64 * 1024 * 1024;

    private static readonly byte[] s_piece = new byte[16 * 1024];

    public static async Task<int> RunAsync(long bytesPerSecond)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(options => options.Listen(IPAddress.Loopback, 0));
        await using WebApplication app = builder.Build();
        Link link = new(bytesPerSecond);
        app.Run(context => SendAsync(context, link));
        await app.StartAsync();
        Console.Out.WriteLine(new Uri(app.Urls.First()).Port.ToString(CultureInfo.InvariantCulture));
        Console.Out.Flush();
        await Console.In.ReadToEndAsync(); // until the game closes it
        return 0;
    }

    private static async Task SendAsync(HttpContext context, Link link)
    {
        context.Response.ContentLength = FileBytes;
        for (long sent = 0; sent < FileBytes; sent += s_piece.Length)
        {
            await link.TakeAsync(s_piece.Length, context.RequestAborted);
            await context.Response.Body.WriteAsync(s_piece, context.RequestAborted);
        }
    }
}
