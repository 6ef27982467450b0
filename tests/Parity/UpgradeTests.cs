using System.Net.WebSockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace PollHttp.Parity;

public sealed class UpgradeTests
{
    private static RawServer EchoingServer(string head) => new(async connection =>
    {
        await connection.ReadRequestAsync();
        await connection.WriteAsync(head);
        string some;
        while ((some = await connection.ReadSomeAsync()).Length > 0)
        {
            await connection.WriteAsync(some.ToUpperInvariant());
            if (some.EndsWith('.'))
            {
                connection.Close();
            }
        }
    });

    private static HttpRequestMessage UpgradeRequest(RawServer server)
    {
        HttpRequestMessage request = new(HttpMethod.Get, server.Uri());
        request.Headers.Connection.Add("Upgrade");
        request.Headers.Upgrade.ParseAdd("own");
        return request;
    }

    private static HttpRequestMessage ConnectRequest(RawServer server)
    {
        HttpRequestMessage request = new(HttpMethod.Connect, server.Uri());
        request.Headers.Host = "far.example:443";
        return request;
    }

    [Theory]
    [Trait("parity", "P-087")]
    [InlineData(false, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: own\r\n\r\nfirst ")]
    [InlineData(true, "HTTP/1.1 200 Established\r\n\r\nfirst ")]
    [InlineData(true, "HTTP/1.1 200 Established\r\nContent-Length: 7\r\n\r\nfirst ")]
    [Trait("parity", "P-129")]
    [Trait("parity", "P-020")]
    public Task The_stream_goes_both_ways(bool isConnect, string head) => Compare.RunAsync(async (subject, seen) =>
    {
        await using RawServer server = EchoingServer(head);
        using HttpRequestMessage request = isConnect ? ConnectRequest(server) : UpgradeRequest(server);
        using HttpResponseMessage response = await subject.Invoker().SendAsync(request, default);
        seen.Note(response, server);
        Stream stream = await response.Content.ReadAsStreamAsync();
        seen.Note("can", $"{stream.CanRead} {stream.CanWrite} {stream.CanSeek}");
        byte[] buffer = new byte[100];
        await stream.ReadExactlyAsync(buffer.AsMemory(0, 6));
        seen.Note("leftover", Encoding.ASCII.GetString(buffer, 0, 6));
        await stream.WriteAsync("hello"u8.ToArray());
        await stream.FlushAsync();
        await stream.ReadExactlyAsync(buffer.AsMemory(0, 5));
        seen.Note("echo", Encoding.ASCII.GetString(buffer, 0, 5));
        stream.Write("sync"u8);
        stream.ReadExactly(buffer, 0, 4);
        seen.Note("sync", Encoding.ASCII.GetString(buffer, 0, 4));
        await stream.WriteAsync("bye."u8.ToArray());
        MemoryStream rest = new();
        await stream.CopyToAsync(rest);
        seen.Note("rest", Encoding.ASCII.GetString(rest.ToArray()));
        seen.Note("end", await stream.ReadAsync(buffer));
        seen.Try("null", () => stream.Write(null!, 0, 0));
        seen.Try("range", () => stream.Write([1], 1, 1));
        seen.Try("length", () => seen.Note("length", stream.Length));
        stream.Dispose();
        seen.Note("after", $"{stream.CanRead} {stream.CanWrite}");
        seen.Note("received", server.Received);
    });

    [Fact]
    [Trait("parity", "P-127")]
    public Task A_refused_CONNECT_is_an_ordinary_response() => Compare.RunAsync(async (subject, seen) =>
    {
        await using RawServer server = RawServer.Replying("HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno");
        using HttpRequestMessage request = ConnectRequest(server);
        using HttpResponseMessage response = await subject.Invoker().SendAsync(request, default);
        seen.Note(response, server);
        seen.Note("body", await response.Content.ReadAsStringAsync());
        seen.Note("received", server.Received);
    });

    [Fact]
    [Trait("parity", "P-127")]
    public Task CONNECT_without_Host() => Compare.RunAsync(async (subject, seen) =>
    {
        await using RawServer server = EchoingServer("HTTP/1.1 200 OK\r\n\r\n");
        using HttpRequestMessage request = new(HttpMethod.Connect, server.Uri());
        await seen.TryAsync("error", () => subject.Invoker().SendAsync(request, default));
    });

    [Fact]
    [Trait("parity", "P-087")]
    public Task A_waiting_read_is_canceled() => Compare.RunAsync(async (subject, seen) =>
    {
        await using RawServer server = EchoingServer("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: own\r\n\r\n");
        using HttpRequestMessage request = UpgradeRequest(server);
        using HttpResponseMessage response = await subject.Invoker().SendAsync(request, default);
        Stream stream = await response.Content.ReadAsStreamAsync();
        using CancellationTokenSource cancel = new();
        Task<int> read = stream.ReadAsync(new byte[1], 0, 1, cancel.Token);
        seen.Note("waits", !read.IsCompleted);
        cancel.Cancel();
        try
        {
            await read;
        }
        catch (OperationCanceledException e)
        {
            seen.Note("token", e.CancellationToken == cancel.Token);
        }
    });

    [Fact]
    [Trait("parity", "P-087")]
    public Task Web_sockets() => Compare.RunAsync(async (subject, seen) =>
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        await using WebApplication app = builder.Build();
        app.UseWebSockets();
        app.Run(static async context =>
        {
            using WebSocket socket = await context.WebSockets.AcceptWebSocketAsync();
            byte[] buffer = new byte[100_000];
            while (true)
            {
                ValueWebSocketReceiveResult result = await socket.ReceiveAsync(buffer.AsMemory(), default);
                if (result.MessageType == WebSocketMessageType.Close)
                {
                    await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "bye", default);
                    return;
                }

                await socket.SendAsync(buffer.AsMemory(0, result.Count), result.MessageType, result.EndOfMessage, default);
            }
        });
        await app.StartAsync();
        using ClientWebSocket client = new();
        await client.ConnectAsync(new Uri(app.Urls.First().Replace("http", "ws", StringComparison.Ordinal)), subject.Invoker(), default);
        byte[] message = new byte[50_000];
        new Random(1).NextBytes(message);
        await client.SendAsync(message, WebSocketMessageType.Binary, true, default);
        byte[] back = new byte[100_000];
        int count = 0;
        WebSocketReceiveResult received;
        do
        {
            received = await client.ReceiveAsync(new ArraySegment<byte>(back, count, back.Length - count), default);
            count += received.Count;
        }
        while (!received.EndOfMessage);
        seen.Note("same", back.AsSpan(0, count).SequenceEqual(message));
        await client.CloseAsync(WebSocketCloseStatus.NormalClosure, "done", default);
        seen.Note("state", $"{client.State} {client.CloseStatus} {client.CloseStatusDescription}");
    });
}
