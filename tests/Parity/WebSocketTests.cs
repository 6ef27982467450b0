using System.Net.Security;
using System.Net.WebSockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace PollHttp.Parity;

/// <summary>ClientWebSocket over HTTP/2 (RFC 8441) and over HTTP/1.1, against Kestrel.</summary>
public sealed class WebSocketTests
{
    private static readonly SslClientAuthenticationOptions s_trusting = new() { RemoteCertificateValidationCallback = static (_, _, _, _) => true };

    /// <summary>Serves web sockets that echo, and GET.</summary>
    private static async Task<WebApplication> StartAsync(HttpProtocols protocols, bool isTls)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(options => options.Listen(IPAddress.Loopback, 0, listen =>
        {
            listen.Protocols = protocols;
            if (isTls)
            {
                listen.UseHttps(Certificates.Localhost);
            }
        }));
        WebApplication app = builder.Build();
        app.UseWebSockets();
        app.Map("/echo", static async (HttpContext context) =>
        {
            if (!context.WebSockets.IsWebSocketRequest)
            {
                context.Response.StatusCode = 400;
                return;
            }

            using WebSocket socket = await context.WebSockets.AcceptWebSocketAsync(context.WebSockets.WebSocketRequestedProtocols.FirstOrDefault());
            byte[] buffer = new byte[100_000];
            try
            {
                while (true)
                {
                    ValueWebSocketReceiveResult result = await socket.ReceiveAsync(buffer.AsMemory(), default);
                    if (result.MessageType == WebSocketMessageType.Close)
                    {
                        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "bye", default);
                        return;
                    }

                    if (result.Count == 5 && buffer.AsSpan(0, 5).SequenceEqual("close"u8))
                    {
                        await socket.CloseAsync(WebSocketCloseStatus.PolicyViolation, "asked for", default);
                        return;
                    }

                    if (result.Count == 5 && buffer.AsSpan(0, 5).SequenceEqual("abort"u8))
                    {
                        context.Abort();
                        return;
                    }

                    await socket.SendAsync(buffer.AsMemory(0, result.Count), result.MessageType, result.EndOfMessage, default);
                }
            }
            catch (WebSocketException)
            {
            }
        });
        app.Map("/refuses", static (HttpContext context) => context.Response.StatusCode = 403);
        app.MapGet("/hello", static (HttpContext context) => context.Request.Protocol);
        await app.StartAsync();
        return app;
    }

    private static Uri WebSocketUri(WebApplication app, string path = "/echo") => new(app.Urls.First().Replace("http", "ws", StringComparison.Ordinal) + path);

    private static ClientWebSocket NewSocket(HttpVersionPolicy policy = HttpVersionPolicy.RequestVersionExact, string version = "2.0")
    {
        ClientWebSocket socket = new();
        socket.Options.HttpVersion = Version.Parse(version);
        socket.Options.HttpVersionPolicy = policy;
        socket.Options.CollectHttpResponseDetails = true;
        return socket;
    }

    private static HttpMessageInvoker NewInvoker(Subject subject, bool isTls) => isTls ? subject.Invoker(("SslOptions", s_trusting)) : subject.Invoker();

    private static async Task<byte[]> EchoAsync(ClientWebSocket socket, byte[] message, WebSocketMessageType type = WebSocketMessageType.Binary)
    {
        Task sending = socket.SendAsync(message, type, true, default);
        MemoryStream back = new();
        byte[] buffer = new byte[10_000];
        WebSocketReceiveResult received;
        do
        {
            received = await socket.ReceiveAsync(new ArraySegment<byte>(buffer), default);
            back.Write(buffer, 0, received.Count);
        }
        while (!received.EndOfMessage);
        await sending;
        return back.ToArray();
    }

    private static byte[] Message(int size)
    {
        byte[] message = new byte[size];
        new Random(size).NextBytes(message);
        return message;
    }

    [Theory]
    [Trait("rule", "R2-121")]
    [Trait("rule", "R2-123")]
    [InlineData(false, HttpVersionPolicy.RequestVersionExact, "2.0")]
    [InlineData(true, HttpVersionPolicy.RequestVersionExact, "2.0")]
    [InlineData(true, HttpVersionPolicy.RequestVersionOrHigher, "2.0")]
    [InlineData(false, HttpVersionPolicy.RequestVersionOrHigher, "2.0")]
    [InlineData(true, HttpVersionPolicy.RequestVersionOrLower, "2.0")]
    [InlineData(true, HttpVersionPolicy.RequestVersionOrHigher, "1.1")]
    public Task Messages_of_all_sizes_are_echoed(bool isTls, HttpVersionPolicy policy, string version) => Compare.RunAsync(async (subject, seen) =>
    {
        await using WebApplication app = await StartAsync(isTls ? HttpProtocols.Http1AndHttp2 : HttpProtocols.Http2, isTls);
        HttpMessageInvoker invoker = NewInvoker(subject, isTls);
        using ClientWebSocket socket = NewSocket(policy, version);
        socket.Options.AddSubProtocol("own");
        await socket.ConnectAsync(WebSocketUri(app), invoker, default);
        seen.Note("opened", $"{socket.State} {socket.SubProtocol} {socket.HttpStatusCode}");
        foreach (int size in (int[])[0, 1, 125, 126, 65_535, 65_536, 3_000_000])
        {
            byte[] message = Message(size);
            seen.Note($"same {size}", (await EchoAsync(socket, message)).AsSpan().SequenceEqual(message));
        }

        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "done", default);
        seen.Note("closed", $"{socket.State} {socket.CloseStatus} {socket.CloseStatusDescription}");
    });

    [Theory]
    [Trait("rule", "R2-121")]
    [InlineData(false, HttpProtocols.Http1, HttpVersionPolicy.RequestVersionOrLower, "2.0")]
    [InlineData(true, HttpProtocols.Http1, HttpVersionPolicy.RequestVersionOrLower, "2.0")]
    [InlineData(true, HttpProtocols.Http1, HttpVersionPolicy.RequestVersionOrHigher, "1.1")]
    [InlineData(true, HttpProtocols.Http1, HttpVersionPolicy.RequestVersionExact, "2.0")]
    [InlineData(true, HttpProtocols.Http1, HttpVersionPolicy.RequestVersionOrHigher, "2.0")]
    [InlineData(true, HttpProtocols.Http1AndHttp2, HttpVersionPolicy.RequestVersionExact, "1.1")]
    public Task Version_is_what_server_and_policy_allow(bool isTls, HttpProtocols protocols, HttpVersionPolicy policy, string version) => Compare.RunAsync(async (subject, seen) =>
    {
        await using WebApplication app = await StartAsync(protocols, isTls);
        HttpMessageInvoker invoker = NewInvoker(subject, isTls);
        using ClientWebSocket socket = NewSocket(policy, version);
        try
        {
            await socket.ConnectAsync(WebSocketUri(app), invoker, default);
            seen.Note("same", (await EchoAsync(socket, Message(1000))).AsSpan().SequenceEqual(Message(1000)));
            seen.Note("status", socket.HttpStatusCode);
        }
        catch (WebSocketException error)
        {
            seen.Note("error", $"{error.WebSocketErrorCode} {error.InnerException?.GetType().Name} {(error.InnerException as HttpRequestException)?.HttpRequestError}");
            seen.Note("data", string.Join(",", error.InnerException!.Data.Keys.Cast<object>()));
        }
    });

    [Theory]
    [Trait("rule", "R2-123")]
    [InlineData("/refuses")]
    [InlineData("/none")]
    public Task Refusal_is_told(string path) => Compare.RunAsync(async (subject, seen) =>
    {
        await using WebApplication app = await StartAsync(HttpProtocols.Http2, isTls: false);
        HttpMessageInvoker invoker = subject.Invoker();
        using ClientWebSocket socket = NewSocket();
        WebSocketException error = await Assert.ThrowsAsync<WebSocketException>(() => socket.ConnectAsync(WebSocketUri(app, path), invoker, default));
        seen.Note("error", $"{error.WebSocketErrorCode} {error.Message} {error.InnerException?.GetType().Name}");
        seen.Note("status", socket.HttpStatusCode);
        using ClientWebSocket next = NewSocket();
        await next.ConnectAsync(WebSocketUri(app), invoker, default);
        seen.Note("next", next.State);
    });

    [Theory]
    [Trait("rule", "R2-123")]
    [Trait("fault", "F2-38")]
    [InlineData("close")]
    [InlineData("abort")]
    public Task Server_ends_it_and_the_connection_stays(string how) => Compare.RunAsync(async (subject, seen) =>
    {
        await using WebApplication app = await StartAsync(HttpProtocols.Http2, isTls: false);
        HttpMessageInvoker invoker = subject.Invoker();
        using ClientWebSocket other = NewSocket();
        await other.ConnectAsync(WebSocketUri(app), invoker, default);
        using ClientWebSocket socket = NewSocket();
        await socket.ConnectAsync(WebSocketUri(app), invoker, default);
        await socket.SendAsync(Encoding.ASCII.GetBytes(how), WebSocketMessageType.Text, true, default);
        byte[] buffer = new byte[100];
        try
        {
            WebSocketReceiveResult result = await socket.ReceiveAsync(new ArraySegment<byte>(buffer), default);
            seen.Note("received", $"{result.MessageType} {result.CloseStatus} {result.CloseStatusDescription}");
            await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "", default);
        }
        catch (WebSocketException error)
        {
            seen.Note("error", $"{error.WebSocketErrorCode} {error.InnerException?.GetType().Name} {(error.InnerException as HttpProtocolException)?.ErrorCode}");
        }

        seen.Note("state", socket.State);
        seen.Note("other", (await EchoAsync(other, Message(100))).AsSpan().SequenceEqual(Message(100)));
        seen.Note("get", await GetAsync(invoker, app));
    });

    [Fact]
    [Trait("rule", "R2-132")]
    public Task Client_aborts_or_cancels_and_the_connection_stays() => Compare.RunAsync(async (subject, seen) =>
    {
        await using WebApplication app = await StartAsync(HttpProtocols.Http2, isTls: false);
        HttpMessageInvoker invoker = subject.Invoker();
        using ClientWebSocket other = NewSocket();
        await other.ConnectAsync(WebSocketUri(app), invoker, default);
        byte[] buffer = new byte[100];

        using ClientWebSocket aborted = NewSocket();
        await aborted.ConnectAsync(WebSocketUri(app), invoker, default);
        Task receiving = aborted.ReceiveAsync(new ArraySegment<byte>(buffer), default);
        aborted.Abort();
        Exception? error = await Record.ExceptionAsync(() => receiving);
        seen.Note("aborted", $"{aborted.State} {error?.GetType().Name}");

        using ClientWebSocket canceled = NewSocket();
        await canceled.ConnectAsync(WebSocketUri(app), invoker, default);
        using CancellationTokenSource cancel = new();
        receiving = canceled.ReceiveAsync(new ArraySegment<byte>(buffer), cancel.Token);
        cancel.Cancel();
        error = await Record.ExceptionAsync(() => receiving);
        seen.Note("canceled", $"{canceled.State} {error is OperationCanceledException}");

        using ClientWebSocket unconnected = NewSocket();
        error = await Record.ExceptionAsync(() => unconnected.ConnectAsync(WebSocketUri(app), invoker, cancel.Token));
        seen.Note("unconnected", $"{unconnected.State} {error is OperationCanceledException}");

        seen.Note("other", (await EchoAsync(other, Message(100))).AsSpan().SequenceEqual(Message(100)));
        seen.Note("get", await GetAsync(invoker, app));
    });

    [Theory]
    [Trait("rule", "R2-150")]
    [InlineData(false)]
    [InlineData(true)]
    public Task Many_go_on_at_once_beside_requests(bool isTls) => Compare.RunAsync(async (subject, seen) =>
    {
        await using WebApplication app = await StartAsync(HttpProtocols.Http2, isTls);
        HttpMessageInvoker invoker = NewInvoker(subject, isTls);
        async Task<bool> TalkAsync(int number)
        {
            using ClientWebSocket socket = NewSocket();
            await socket.ConnectAsync(WebSocketUri(app), invoker, default);
            for (int i = 0; i < 10; i++)
            {
                byte[] message = Message((number * 1000) + (i * 3000));
                if (!(await EchoAsync(socket, message)).AsSpan().SequenceEqual(message))
                {
                    return false;
                }
            }

            await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "", default);
            return true;
        }

        Task<bool>[] talks = [.. Enumerable.Range(0, 30).Select(TalkAsync)];
        Task<string>[] gets = [.. Enumerable.Range(0, 60).Select(_ => GetAsync(invoker, app))];
        seen.Note("talks", (await Task.WhenAll(talks)).Count(static ok => ok));
        seen.Note("gets", (await Task.WhenAll(gets)).Count(static text => text == "HTTP/2"));
    });

    private static async Task<string> GetAsync(HttpMessageInvoker invoker, WebApplication app)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, app.Urls.First() + "/hello")
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        using HttpResponseMessage response = await invoker.SendAsync(request, default);
        return await response.Content.ReadAsStringAsync();
    }
}
