using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace PollHttp.Fleet.Running;

/// <summary>Files to fetch from eight hosts, 127.0.0.1 to 127.0.0.8, which are slow, answer 503 at times, and break off in the middle of a file.</summary>
internal sealed class OwnFiles : IAsyncDisposable
{
    private const int Hosts = 8;
    private const int Piece = 32 * 1024;
    private static readonly TimeSpan s_pieceTime = TimeSpan.FromMilliseconds(40);
    private readonly WebApplication _app;
    private readonly int _port;
    private readonly int _filesPerHost;
    private int _requests;

    private OwnFiles(WebApplication app, int port, int filesPerHost)
    {
        _app = app;
        _port = port;
        _filesPerHost = filesPerHost;
    }

    public static async Task<OwnFiles> StartAsync(int port, int filesPerHost)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(options => options.Listen(IPAddress.Any, port));
        OwnFiles files = new(builder.Build(), port, filesPerHost);
        files._app.Run(files.AnswerAsync);
        await files._app.StartAsync();
        return files;
    }

    public IEnumerable<Uri> Addresses => from host in Enumerable.Range(1, Hosts)
                                         from file in Enumerable.Range(1, _filesPerHost)
                                         select new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.{host}:{_port}/{file}.bin"));

    /// <summary>Gets the SHA-256 that a file must have.</summary>
    public static string DigestOf(Uri address) => Convert.ToHexString(SHA256.HashData(ContentOf(address.Host, address.AbsolutePath)));

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        int request = Interlocked.Increment(ref _requests);
        if (request % 7 == 0)
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return;
        }

        byte[] content = ContentOf(context.Request.Host.Host, context.Request.Path);
        int start = StartOf(context.Request.Headers.Range.ToString());
        context.Response.Headers.ETag = "\"1\"";
        context.Response.ContentLength = content.Length - start;
        if (start > 0)
        {
            context.Response.StatusCode = StatusCodes.Status206PartialContent;
            context.Response.Headers.ContentRange = string.Create(CultureInfo.InvariantCulture, $"bytes {start}-{content.Length - 1}/{content.Length}");
        }

        for (int i = start; i < content.Length; i += Piece)
        {
            if (request % 11 == 0 && i > start)
            {
                context.Abort();
                return;
            }

            await context.Response.Body.WriteAsync(content.AsMemory(i, Math.Min(Piece, content.Length - i)), context.RequestAborted);
            await Task.Delay(s_pieceTime, context.RequestAborted);
        }
    }

    private static int StartOf(string range) => range.StartsWith("bytes=", StringComparison.Ordinal)
        ? int.Parse(range["bytes=".Length..].TrimEnd('-'), CultureInfo.InvariantCulture)
        : 0;

    /// <summary>What a file has: the same each time, and different for each.</summary>
    private static byte[] ContentOf(string host, string path)
    {
        byte[] seed = SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(host + path));
        byte[] content = new byte[(256 * 1024) + (seed[0] * 1024)];
        new Random(BitConverter.ToInt32(seed, 4)).NextBytes(content);
        return content;
    }
}
