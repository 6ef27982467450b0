using System.Net;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace PollHttp.Downloader;

/// <summary>A server that breaks off each answer after a third of the file, and two runs against it: the first gives up, the second ends it.</summary>
internal static class Demonstration
{
    private static readonly byte[] s_file = RandomNumberGenerator.GetBytes(30_000_000);

    public static async Task<int> RunAsync(CancellationToken stop)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(static options => options.Listen(IPAddress.Loopback, 0));
        await using WebApplication server = builder.Build();
        server.Run(SendAsync);
        await server.StartAsync(stop);
        Uri address = new(new Uri(server.Urls.First()), "/large.bin");
        string path = Path.Combine(Directory.CreateTempSubdirectory("pollhttp-downloader-").FullName, "large.bin");
        ContentDigest digest = ContentDigest.Sha256(Convert.ToHexString(SHA256.HashData(s_file)));
        try
        {
            Console.WriteLine("First run: the connection breaks, and this run may not resume by itself.");
            int first = await Transfer.RunAsync(address, path, digest, stop, resumes: 0);
            Console.WriteLine("Second run: it goes on from there, by itself where the connection breaks again.");
            int second = await Transfer.RunAsync(address, path, digest, stop);
            bool isRight = first == 1 && second == 0 && new FileInfo(path).Length == s_file.Length;
            Console.WriteLine(isRight ? "The file is whole." : "The file is not as it should be.");
            return isRight ? 0 : 1;
        }
        finally
        {
            Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
        }
    }

    private static async Task SendAsync(HttpContext context)
    {
        // Kestrel's own answer to a range, cut after a third of the file.
        int from = context.Request.GetTypedHeaders().Range?.Ranges.First().From is { } first ? (int)first : 0;
        context.Response.Headers.ETag = "\"one\"";
        context.Response.Headers.AcceptRanges = "bytes";
        context.Response.ContentLength = s_file.Length - from;
        if (from > 0)
        {
            context.Response.StatusCode = StatusCodes.Status206PartialContent;
            context.Response.Headers.ContentRange = new ContentRangeHeaderValue(from, s_file.Length - 1, s_file.Length).ToString();
        }

        int count = Math.Min(s_file.Length - from, (s_file.Length / 3) + 1);
        await context.Response.Body.WriteAsync(s_file.AsMemory(from, count));
        await context.Response.Body.FlushAsync();
        if (from + count < s_file.Length)
        {
            context.Abort();
        }
    }
}
