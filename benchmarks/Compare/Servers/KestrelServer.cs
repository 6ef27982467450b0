using System.Buffers;
using System.Globalization;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace PollHttp.Compare;

/// <summary>Kestrel with everything the scenarios ask for. Prints its ports, http and https, then those of HTTP/2, and ends when its input
/// does.</summary>
internal static class KestrelServer
{
    private static readonly byte[] s_hello = "Hello, World!"u8.ToArray();
    private static readonly byte[] s_zeros = new byte[256 * 1024];
    private static readonly Lock s_gate = new();
    private static TaskCompletionSource s_gathered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private static int s_waiting;

    public static async Task<int> RunAsync(string certificatePath)
    {
        using X509Certificate2 certificate = X509CertificateLoader.LoadPkcs12FromFile(certificatePath, null);
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(options =>
        {
            options.Limits.MaxRequestBodySize = null;
            options.Limits.MinRequestBodyDataRate = null;
            options.Limits.MinResponseDataRate = null;
            options.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http1);
            options.Listen(IPAddress.Loopback, 0, listen =>
            {
                listen.Protocols = HttpProtocols.Http1;
                listen.UseHttps(certificate);
            });
            options.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2);
            options.Listen(IPAddress.Loopback, 0, listen =>
            {
                listen.Protocols = HttpProtocols.Http2;
                listen.UseHttps(certificate);
            });
        });
        builder.Services.AddRoutingCore();
        builder.Services.AddGrpc();
        await using WebApplication app = builder.Build();
        app.UseRouting();
        app.MapGrpcService<GreeterService>();
        app.MapFallback(AnswerAsync);
        await app.StartAsync();
        Console.WriteLine(string.Join(' ', app.Urls.Select(url => new Uri(url).Port.ToString(CultureInfo.InvariantCulture))));
        while (await Console.In.ReadLineAsync() is not null)
        {
        }

        await app.StopAsync();
        return 0;
    }

    private static async Task AnswerAsync(HttpContext context)
    {
        string path = context.Request.Path.Value!;
        string[] parts = path.Split('/');
        switch (parts[1])
        {
            case "json":
                await WriteAsync(context, JsonItems.Text, "application/json");
                break;
            case "post":
            case "upload":
                long received = await ReadAllAsync(context.Request.BodyReader);
                await WriteAsync(context, System.Text.Encoding.ASCII.GetBytes(received.ToString(CultureInfo.InvariantCulture)), "text/plain");
                break;
            case "bytes":
            case "chunks":
                await WriteZerosAsync(context, long.Parse(parts[2], CultureInfo.InvariantCulture), parts[1] == "chunks");
                break;
            case "close":
                context.Response.Headers.Connection = "close";
                await WriteAsync(context, s_hello, "text/plain");
                break;
            case "slow":
                context.Response.ContentLength = s_hello.Length;
                foreach (byte b in s_hello)
                {
                    await context.Response.Body.WriteAsync(new[] { b }, context.RequestAborted);
                    await Task.Delay(TimeSpan.FromMilliseconds(1000 / s_hello.Length), context.RequestAborted);
                }

                break;
            case "gather":
                await GatherAsync(int.Parse(parts[2], CultureInfo.InvariantCulture));
                await WriteAsync(context, s_hello, "text/plain");
                break;
            default:
                await WriteAsync(context, s_hello, "text/plain");
                break;
        }
    }

    private static Task WriteAsync(HttpContext context, byte[] body, string type)
    {
        context.Response.ContentLength = body.Length;
        context.Response.ContentType = type;
        return context.Response.Body.WriteAsync(body, 0, body.Length);
    }

    private static async Task<long> ReadAllAsync(System.IO.Pipelines.PipeReader reader)
    {
        long received = 0;
        while (true)
        {
            System.IO.Pipelines.ReadResult result = await reader.ReadAsync();
            received += result.Buffer.Length;
            reader.AdvanceTo(result.Buffer.End);
            if (result.IsCompleted)
            {
                return received;
            }
        }
    }

    private static async Task WriteZerosAsync(HttpContext context, long length, bool chunked)
    {
        context.Features.Get<IHttpResponseBodyFeature>()!.DisableBuffering();
        context.Response.ContentLength = chunked ? null : length;
        while (length > 0)
        {
            int count = (int)Math.Min(length, s_zeros.Length);
            await context.Response.Body.WriteAsync(s_zeros.AsMemory(0, count), context.RequestAborted);
            length -= count;
        }
    }

    /// <summary>Answers nobody until so many wait: each has a connection of its own then.</summary>
    private static Task GatherAsync(int count)
    {
        lock (s_gate)
        {
            TaskCompletionSource gathered = s_gathered;
            if (++s_waiting == count)
            {
                s_waiting = 0;
                s_gathered = new(TaskCreationOptions.RunContinuationsAsynchronously);
                gathered.SetResult();
            }

            return gathered.Task;
        }
    }
}
