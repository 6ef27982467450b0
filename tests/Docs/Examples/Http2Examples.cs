using System.IO.Pipelines;
using System.Net;
using System.Net.WebSockets;
using System.Text;
using Grpc.Net.Client;
using PollHttp.Core;
using PollHttp.Testing;

namespace PollHttp.Docs.Tests.Examples;

/// <summary>The examples of docs/http2.md.</summary>
public sealed class Http2Examples
{
    [Fact]
    public void A_request()
    {
        ScriptedHttp2Server server = new("hello");
        Run("api.example", server, async client =>
        {
            // example: http2-request
            var options = new RequestOptions { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
            using Response response = await client.GetAsync("http://api.example/", options);
            Console.WriteLine($"{response.Version}: {await response.ReadAsStringAsync()}");
            // end
            Assert.Equal(HttpVersion.Version20, response.Version);
        });

        Assert.Empty(server.Problems);
    }

    [Fact]
    public void A_priority()
    {
        ScriptedHttp2Server server = new("hello");
        Run("api.example", server, async client =>
        {
            client.DefaultRequestVersion = HttpVersion.Version20;
            client.DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact;

            // example: http2-priority
            var late = new RequestOptions { Priority = new() { Urgency = 6, Incremental = true } }; // 0 is the most urgent, 3 the default
            using Response picture = await client.GetAsync("http://api.example/picture", late);
            // end
        });

        Assert.Equal("u=6, i", server.Requests[0].Field("priority"));
        Assert.Empty(server.Problems);
    }

    [Fact]
    public void A_stream_each_way()
    {
        ScriptedHttp2Server server = new(static _ => new Http2Reply { Body = "yes"u8.ToArray() }) { AnswersEarly = true };
        Run("echo.example", server, async client =>
        {
            RequestOptions exact = new() { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };

            // example: http2-duplex
            var pipe = new Pipe();
            Task<Response> sending = client.PostAsync("http://echo.example/", RequestContent.FromPipe(pipe.Reader), exact);
            await pipe.Writer.WriteAsync("are you there?"u8.ToArray());
            using Response response = await sending;
            await foreach (ReadOnlyMemory<byte> piece in response.Body)
            {
                Console.WriteLine(Encoding.UTF8.GetString(piece.Span));
                await pipe.Writer.CompleteAsync(); // or write more
            }

            // end
        });

        Assert.Equal("are you there?", server.Requests[0].BodyText);
        Assert.Empty(server.Problems);
    }

    [Fact]
    public void A_connection_polled_by_hand()
    {
        ScriptedHttp2Server server = new("hello");
        SimulatedNetwork network = new();
        network.Listen("api.example", 80, server);
        int ended = 0;
        void Frame() => _ = network.Step();

        // example: http2-polled
        var target = new ConnectionTarget { Host = "api.example", Port = 80, Versions = HttpVersions.Http2 };
        using var connection = new PollConnection(network, target);
        var head = new RequestHead { Authority = "api.example", Target = "/" };
        for (int begun = 0; ended < 10; Frame())
        {
            connection.Poll();
            for (; begun < 10 && connection.IsReusable; begun++)           // as many at once as the server allows
            {
                connection.Http.Begin(head, ContentFraming.None, connection.Now);
            }

            while (connection.NextEvent() is { Kind: not EventKind.None } happened)
            {
                var exchange = new HttpExchange(connection.Http, happened.Exchange);
                switch (happened.Kind)
                {
                    case EventKind.BodyData:
                        connection.Http.ConsumeBody(happened.Exchange, exchange.BodySlice.Length);
                        break;
                    case EventKind.EndOfResponse:
                        Console.WriteLine(exchange.ResponseHead.StatusCode);
                        connection.Http.Release(happened.Exchange);
                        ended++;
                        break;
                    case EventKind.Faulted:
                        throw new IOException(exchange.Fault.Describe());
                }
            }
        }

        // end
        Assert.Equal(10, server.Requests.Count);
        Assert.Equal(1, server.ConnectionCount);
        Assert.Empty(server.Problems);
    }

    [Fact]
    public void A_channel_of_gRPC()
    {
        // example: grpc-channel
        using GrpcChannel channel = GrpcChannel.ForAddress("http://market.example", new GrpcChannelOptions
        {
            HttpHandler = new PollHttpHandler(),
            DisposeHttpClient = true,
        });
        // end
        Assert.Equal("market.example", channel.Target);
    }

    [Fact]
    public void A_web_socket()
    {
        ScriptedHttp2Server server = new(static _ => new Http2Reply { Tunnel = static piece => piece }) { Settings = [(8, 1)] };
        SimulatedNetwork network = new();
        network.Listen("chat.example", 80, server);
        PollLoop.Run(async loop =>
        {
            using PollHttpHandler handler = new(loop);

            // example: http2-websocket
            using var socket = new ClientWebSocket();
            socket.Options.HttpVersion = HttpVersion.Version20;
            socket.Options.HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact;
            await socket.ConnectAsync(new Uri("ws://chat.example/"), new HttpMessageInvoker(handler), CancellationToken.None);
            // end
            Assert.Equal(WebSocketState.Open, socket.State);
        }, network);
        Assert.Equal("websocket", server.Requests[0].Field(":protocol"));
        Assert.Empty(server.Problems);
    }

    private static void Run(string host, ScriptedHttp2Server server, Func<PollHttpClient, Task> use)
    {
        SimulatedNetwork network = new();
        network.Listen(host, 80, server);
        PollLoop.Run(async loop =>
        {
            using PollHttpClient client = new(loop);
            await use(client);
        }, network);
    }
}
