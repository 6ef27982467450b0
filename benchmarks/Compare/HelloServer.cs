using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace PollHttp.Compare;

/// <summary>Kestrel answering every request with 13 bytes. Prints its port, and ends when its input does.</summary>
internal static class HelloServer
{
    private static readonly byte[] s_hello = "Hello, World!"u8.ToArray();

    public static async Task<int> RunAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(options => options.Listen(IPAddress.Loopback, 0));
        await using WebApplication app = builder.Build();
        app.Run(context =>
        {
            context.Response.ContentLength = s_hello.Length;
            context.Response.ContentType = "text/plain";
            return context.Response.Body.WriteAsync(s_hello, 0, s_hello.Length);
        });
        await app.StartAsync();
        Console.WriteLine(new Uri(app.Urls.First()).Port.ToString(CultureInfo.InvariantCulture));
        while (await Console.In.ReadLineAsync() is not null)
        {
        }

        await app.StopAsync();
        return 0;
    }
}
