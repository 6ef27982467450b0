using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;
using Xunit;

namespace PollHttp.Tests.Handler;

/// <summary>HttpClient over our handler in HTTP/2, by prior knowledge and by ALPN, against a server that shares no code with ours.</summary>
public sealed class Http2KestrelTests : IAsyncLifetime
{
    private WebApplication? _app;
    private HttpClient? _client;
    private readonly SemaphoreSlim _never = new(0);
    private string[] _urls = [];

    public async Task InitializeAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(static options =>
        {
            options.Limits.Http2.MaxStreamsPerConnection = 20;
            options.Limits.MaxRequestBodySize = null;
            options.Listen(IPAddress.Loopback, 0, static listen => listen.Protocols = HttpProtocols.Http2);
            options.Listen(IPAddress.Loopback, 0, static listen =>
            {
                listen.Protocols = HttpProtocols.Http1AndHttp2;
                listen.UseHttps(NewCertificate());
            });
        });
        _app = builder.Build();
        _app.MapGet("/hello", static (HttpContext context) => $"hello in {context.Request.Protocol}");
        _app.MapPost("/echo", static async (HttpContext context) =>
        {
            context.Response.ContentType = context.Request.ContentType;
            await context.Request.Body.CopyToAsync(context.Response.Body);
        });
        _app.MapPost("/length", static async (HttpContext context) =>
        {
            long length = 0;
            byte[] buffer = new byte[64 * 1024];
            for (int count; (count = await context.Request.Body.ReadAsync(buffer)) > 0;)
            {
                length += count;
            }

            return $"{length}";
        });
        _app.MapPost("/answers", static async (HttpContext context) =>
        {
            await context.Response.Body.FlushAsync();
            byte[] buffer = new byte[100];
            for (int count; (count = await context.Request.Body.ReadAsync(buffer)) > 0;)
            {
                await context.Response.Body.WriteAsync(buffer.AsMemory(0, count));
                await context.Response.Body.FlushAsync();
            }
        });
        _app.MapGet("/many/{count:int}", static async (int count, HttpContext context) =>
        {
            byte[] piece = new byte[1000];
            for (int i = 0; i < count; i++)
            {
                await context.Response.Body.WriteAsync(piece);
            }
        });
        _app.MapGet("/trailers", static async (HttpContext context) =>
        {
            context.Response.DeclareTrailer("x-sum");
            await context.Response.WriteAsync("body");
            context.Response.AppendTrailer("x-sum", "4");
        });
        _app.MapGet("/abort", static async (HttpContext context) =>
        {
            await context.Response.WriteAsync("part");
            await context.Response.Body.FlushAsync();
            context.Abort();
        });
        _app.MapGet("/never", (HttpContext context) =>
        {
            _never.Release();
            return Task.Delay(Timeout.Infinite, context.RequestAborted);
        });
        await _app.StartAsync();
        _urls = [.. _app.Urls];
        _client = new(new PollHttpHandler { SslOptions = new() { RemoteCertificateValidationCallback = static (_, _, _, _) => true } })
        {
            DefaultRequestVersion = HttpVersion.Version20,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
    }

    public async Task DisposeAsync()
    {
        _client?.Dispose();
        await _app!.DisposeAsync();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task Response_is_of_version_2(int listener)
    {
        using HttpResponseMessage response = await _client!.GetAsync(_urls[listener] + "/hello");
        Assert.Equal((HttpVersion.Version20, "OK"), (response.Version, response.ReasonPhrase));
        Assert.Equal("hello in HTTP/2", await response.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task Two_hundred_at_once_come_back_within_a_limit_of_twenty(int listener)
    {
        string[] all = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => _client!.GetStringAsync(_urls[listener] + "/hello")));
        Assert.All(all, static text => Assert.Equal("hello in HTTP/2", text));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task Large_body_is_whole(int listener)
    {
        using HttpResponseMessage response = await _client!.GetAsync(_urls[listener] + "/many/5000", HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal(5_000_000, (await response.Content.ReadAsByteArrayAsync()).Length);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task Contents_of_many_requests_are_echoed_at_once(int listener)
    {
        async Task Echo(int size, bool isKnown)
        {
            byte[] content = new byte[size];
            new Random(size).NextBytes(content);
            using HttpContent sent = isKnown ? new ByteArrayContent(content) : new StreamContent(new MemoryStream(content));
            using HttpResponseMessage response = await _client!.PostAsync(_urls[listener] + "/echo", sent);
            Assert.Equal(content, await response.Content.ReadAsByteArrayAsync());
        }

        await Task.WhenAll(Enumerable.Range(0, 40).Select(i => Echo(i * 20_011, i % 2 == 0)));
    }

    [Fact]
    public async Task Large_upload_arrives_whole()
    {
        using HttpResponseMessage response = await _client!.PostAsync(_urls[0] + "/length", new StreamContent(new MemoryStream(new byte[20_000_000])));
        Assert.Equal("20000000", await response.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task Client_reads_an_answer_to_each_piece_before_it_writes_the_next(int listener)
    {
        await using PollHttpClient client = new(new PollHttpClientOptions
        {
            SslOptions = new() { RemoteCertificateValidationCallback = static (_, _, _, _) => true },
        });
        RequestOptions exact = new() { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        System.IO.Pipelines.Pipe pipe = new();
        using Response response = await client.PostAsync(_urls[listener] + "/answers", RequestContent.FromPipe(pipe.Reader), exact);
        Assert.Equal(HttpVersion.Version20, response.Version); // with nothing written
        Stream body = response.OpenBodyStream();
        byte[] buffer = new byte[100];
        for (int i = 0; i < 20; i++)
        {
            byte[] piece = System.Text.Encoding.ASCII.GetBytes($"piece {i}");
            await pipe.Writer.WriteAsync(piece);
            await body.ReadExactlyAsync(buffer.AsMemory(0, piece.Length));
            Assert.Equal(piece, buffer[..piece.Length]);
        }

        await pipe.Writer.CompleteAsync();
        Assert.Equal(0, await body.ReadAsync(buffer));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Calls_of_a_hundred_blocked_threads_are_served_within_a_limit_of_twenty(int listener)
    {
        using PollHttpClient client = new(new PollHttpClientOptions
        {
            SslOptions = new() { RemoteCertificateValidationCallback = static (_, _, _, _) => true },
        });
        RequestOptions exact = new() { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        string?[] texts = new string?[100];
        Thread[] threads = [.. Enumerable.Range(0, texts.Length).Select(i => new Thread(() =>
        {
            using Response hello = client.Send(new Request("GET", _urls[listener] + "/hello") { Options = exact });
            byte[] content = new byte[i * 1000];
            using Response length = client.Send(new Request("POST", _urls[listener] + "/length")
            {
                Content = RequestContent.FromStream(new MemoryStream(content)),
                Options = exact,
            });
            texts[i] = $"{hello.ReadAsString()}: {length.ReadAsString()}";
        }))];
        Array.ForEach(threads, static t => t.Start());
        Assert.All(threads, static t => Assert.True(t.Join(TimeSpan.FromSeconds(60)), "A call hangs."));
        Assert.Equal(Enumerable.Range(0, texts.Length).Select(static i => $"hello in HTTP/2: {i * 1000}"), texts);
    }

    [Fact]
    public async Task Trailers_come_behind_the_body()
    {
        using HttpResponseMessage response = await _client!.GetAsync(_urls[0] + "/trailers");
        Assert.Equal("body", await response.Content.ReadAsStringAsync());
        Assert.Equal("4", response.TrailingHeaders.GetValues("x-sum").Single());
    }

    [Fact]
    public async Task Stream_reset_in_a_body_is_the_platforms_exception()
    {
        using HttpResponseMessage response = await _client!.GetAsync(_urls[0] + "/abort", HttpCompletionOption.ResponseHeadersRead);
        Stream body = await response.Content.ReadAsStreamAsync();
        byte[] buffer = new byte[100];
        HttpProtocolException error = await Assert.ThrowsAsync<HttpProtocolException>(async () =>
        {
            while (await body.ReadAsync(buffer) > 0)
            {
            }
        });
        Assert.Equal(2, error.ErrorCode);
        Assert.Equal("hello in HTTP/2", await _client.GetStringAsync(_urls[0] + "/hello"));
    }

    [Fact]
    public async Task Canceled_requests_leave_their_places_to_others()
    {
        for (int round = 0; round < 5; round++)
        {
            using CancellationTokenSource cancel = new();
            Task[] never = [.. Enumerable.Range(0, 20).Select(_ => _client!.GetAsync(_urls[0] + "/never", cancel.Token))];
            Assert.True(await _never.WaitAsync(TimeSpan.FromSeconds(60))); // some have reached the server, in the first round for certain
            cancel.Cancel();
            foreach (Task each in never)
            {
                await Assert.ThrowsAnyAsync<OperationCanceledException>(() => each);
            }
        }

        Assert.Equal("hello in HTTP/2", await _client!.GetStringAsync(_urls[0] + "/hello"));
    }

    [Fact]
    public async Task Policy_that_allows_less_gets_it()
    {
        using HttpClient client = new(new PollHttpHandler { SslOptions = new() { RemoteCertificateValidationCallback = static (_, _, _, _) => true } });
        Assert.Equal("hello in HTTP/1.1", await client.GetStringAsync(_urls[1] + "/hello"));
        using HttpRequestMessage higher = new(HttpMethod.Get, _urls[1] + "/hello") { VersionPolicy = HttpVersionPolicy.RequestVersionOrHigher };
        using HttpResponseMessage response = await client.SendAsync(higher);
        Assert.Equal(HttpVersion.Version20, response.Version);
    }

    private static X509Certificate2 NewCertificate()
    {
        using RSA key = RSA.Create(2048);
        CertificateRequest request = new("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using X509Certificate2 made = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(30));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
    }
}
