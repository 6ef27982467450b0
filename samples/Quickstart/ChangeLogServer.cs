using System.Globalization;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace PollHttp.Quickstart;

/// <summary>
/// The server of the sample: Kestrel on a free loopback port. Says its port first; answers each further line of its input with
/// the number of connections accepted so far; ends when its input does.
/// </summary>
internal static class ChangeLogServer
{
    public static async Task<int> RunAsync()
    {
        int connections = 0;
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(options => options.Listen(IPAddress.Loopback, 0, listen =>
            listen.Use(next => connection =>
            {
                Interlocked.Increment(ref connections);
                return next(connection);
            })));
        await using WebApplication app = builder.Build();
        app.Run(SendChangeLogAsync);
        await app.StartAsync();
        Say(new Uri(app.Urls.First()).Port);
        while (await Console.In.ReadLineAsync() is not null)
        {
            Say(Volatile.Read(ref connections));
        }

        await app.StopAsync();
        return 0;
    }

    private static async Task SendChangeLogAsync(HttpContext context)
    {
        // No Content-Length is set, so Kestrel sends the body in chunks.
        context.Response.ContentType = "text/markdown; charset=utf-8";
        foreach (string release in ChangeLogText.Releases())
        {
            await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(release));
        }
    }

    private static void Say(int number)
    {
        Console.Out.WriteLine(number.ToString(CultureInfo.InvariantCulture));
        Console.Out.Flush();
    }
}
