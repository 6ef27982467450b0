using System.IO.Pipelines;
using System.Net;
using System.Text;
using PollHttp.Core;
using PollHttp.Testing;
using Xunit;

namespace PollHttp.Tests.Exchanges;

/// <summary>Streams of HTTP/2 beside each other and at their ends, as the callers of client and handler see them.</summary>
public sealed class Http2StreamTests
{
    private const string Address = "http://a.test/";
    private const int Window = 65_535;
    private const long FlowControlError = 3;

    private static readonly TimeSpan s_latency = TimeSpan.FromMilliseconds(20);

    private static World NewWorld(ScriptedHttp2Server server, Action<ServerPeer>? onConnected = null, int? segmentSize = null)
    {
        SynchronizationContext.SetSynchronizationContext(null); // contents would go on in that of the test runner, on other threads, while time moves
        World world = new();
        LinkOptions link = segmentSize is { } size ? new() { Latency = s_latency, SegmentSize = size } : new() { Latency = s_latency };
        world.Network.Listen("a.test", 80, new TappedServer(server, peer => onConnected?.Invoke(peer)), new ListenOptions { Link = link });
        world.Client.DefaultRequestVersion = HttpVersion.Version20;
        world.Client.DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact;
        return world;
    }

    private static HttpClient NewHandlerClient(World world) => new(new PollHttpHandler(world.Loop))
    {
        Timeout = Timeout.InfiniteTimeSpan,
        DefaultRequestVersion = HttpVersion.Version20,
        DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
    };

    private static void End(World world, HttpClient client)
    {
        client.Dispose();
        world.Drive(() => world.Network.OpenTransports == 0);
    }

    [Theory, Trait("rule", "R2-067"), Trait("rule", "R2-037"), Trait("fault", "F2-20")]
    [InlineData("stream", false)]
    [InlineData("stream", true)]
    [InlineData("writer", false)]
    [InlineData("writer", true)]
    [InlineData("handler", false)]
    [InlineData("handler", true)]
    public void Window_past_its_largest_fails_a_call_whose_content_waits_with_the_code_of_the_rule(string way, bool isOfConnection)
    {
        ServerPeer? peer = null;
        ScriptedHttp2Server server = new("yes") { GivesCredit = false };
        using World world = NewWorld(server, p => peer = p);
        using HttpClient client = NewHandlerClient(world);
        byte[] bytes = new byte[200_000];
        Task sending = way switch
        {
            "stream" => world.Client.PostAsync(Address, RequestContent.FromStream(new MemoryStream(bytes))),
            "writer" => world.Client.PostAsync(Address, RequestContent.FromWriter(async (writer, token) => await writer.WriteAsync(bytes, token))),
            _ => client.PostAsync(Address, new StreamContent(new MemoryStream(bytes))),
        };
        world.Drive(() => server.Requests.Count == 1 && server.Requests[0].Body.Length == Window);
        Assert.False(sending.IsCompleted);
        TimeSpan start = world.Network.Clock.Elapsed;
        int stream = isOfConnection ? 0 : server.Requests[0].StreamId;
        ScriptedHttp2Server.Send(peer!, Http2Frame.WindowUpdate(stream, int.MaxValue));
        ScriptedHttp2Server.Send(peer!, Http2Frame.WindowUpdate(stream, int.MaxValue));
        world.Drive(() => sending.IsCompleted);
        Assert.InRange(world.Network.Clock.Elapsed - start, s_latency, TimeSpan.FromSeconds(1));
        HttpRequestException error = Assert.ThrowsAny<HttpRequestException>(() => sending.GetAwaiter().GetResult());
        Assert.Equal(HttpRequestError.HttpProtocolError, error.HttpRequestError);
        Assert.Equal(FlowControlError, Assert.IsType<HttpProtocolException>(error.InnerException).ErrorCode);
        Assert.Equal("yes", way == "handler" ? world.Run(client.GetStringAsync(Address)) : world.GetText(Address));
        Assert.Equal(isOfConnection ? 2 : 1, server.ConnectionCount);
        Assert.Empty(server.Problems);
        if (way == "handler")
        {
            End(world, client);
        }
    }

    [Fact, Trait("rule", "R2-150"), Trait("fault", "F2-31")]
    public void Posts_beside_an_event_stream_go_on_at_once_and_together()
    {
        const int Posts = 10;
        ServerPeer? peer = null;
        ScriptedHttp2Server server = new(static request => request.Path == "/events"
            ? new Http2Reply { Frames = [Http2Frame.Headers(request.StreamId, false, (":status", "200")), Http2Frame.Data(request.StreamId, "one")] }
            : new Http2Reply { Body = request.Body, Delay = TimeSpan.FromSeconds(1) });
        using World world = NewWorld(server, p => peer = p);
        using Response events = world.Get(Address + "events");
        ResponseBody.Enumerator slices = events.Body.GetAsyncEnumerator();
        Assert.True(world.Run(slices.MoveNextAsync().AsTask()));
        Task<bool> next = slices.MoveNextAsync().AsTask();
        TimeSpan start = world.Network.Clock.Elapsed;
        Task<Response>[] posts = [.. Enumerable.Range(0, Posts).Select(i => world.Client.PostAsync(Address, RequestContent.FromString($"post {i}")))];
        for (int i = 0; i < Posts; i++)
        {
            using Response response = world.Run(posts[i]);
            Assert.Equal($"post {i}", world.Run(response.ReadAsStringAsync()));
        }

        Assert.InRange(world.Network.Clock.Elapsed - start, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1.5)); // one after the other: ten seconds
        Assert.False(next.IsCompleted);
        ScriptedHttp2Server.Send(peer!, Http2Frame.Data(server.Requests[0].StreamId, "two"));
        Assert.True(world.Run(next));
        Assert.Equal("two", Encoding.ASCII.GetString(slices.Current.Span));
        Assert.Equal(1, server.ConnectionCount);
        Assert.Empty(server.Problems);
    }

    [Theory, Trait("rule", "R2-116"), Trait("fault", "F2-29")]
    [InlineData(false)]
    [InlineData(true)]
    public void Trailers_without_a_body_reach_the_caller(bool isHandler)
    {
        ScriptedHttp2Server server = new(static _ => new Http2Reply { Fields = [("x-head", "h")], Trailers = [("x-status", "0")] });
        using World world = NewWorld(server);
        if (isHandler)
        {
            using HttpClient client = NewHandlerClient(world);
            using (HttpResponseMessage response = world.Run(client.GetAsync(Address)))
            {
                Assert.Equal("", world.Run(response.Content.ReadAsStringAsync()));
                Assert.Equal(("h", "0"), (response.Headers.GetValues("x-head").Single(), response.TrailingHeaders.GetValues("x-status").Single()));
            }

            End(world, client);
        }
        else
        {
            using Response response = world.Get(Address);
            Assert.Equal("", world.Run(response.ReadAsStringAsync()));
            Assert.Equal(("h", "0"), (response.Headers["x-head"], response.Trailers[0].Value));
        }

        Assert.Empty(server.Problems);
    }

    [Theory, Trait("rule", "R2-039"), Trait("rule", "R2-032"), Trait("fault", "F2-10"), Trait("fault", "F2-11")]
    [InlineData(false, 10)]
    [InlineData(false, 1_000)]
    [InlineData(true, 10)]
    [InlineData(true, 1_000)]
    public void Early_response_and_the_reset_behind_it_are_the_response(bool isHandler, int segmentSize)
    {
        ScriptedHttp2Server server = new(static request => new Http2Reply
        {
            Frames =
            [
                Http2Frame.Headers(request.StreamId, false, (":status", "200")),
                Http2Frame.Data(request.StreamId, "early", endStream: true),
                Http2Frame.Reset(request.StreamId, 0),
            ],
        })
        {
            AnswersEarly = true,
            GivesCredit = false,
        };
        using World world = NewWorld(server, segmentSize: segmentSize);
        if (isHandler)
        {
            using HttpClient client = NewHandlerClient(world);
            using HttpResponseMessage response = world.Run(client.PostAsync(Address, new StreamContent(new MemoryStream(new byte[100_000]))));
            Assert.Equal("early", world.Run(response.Content.ReadAsStringAsync()));
            End(world, client);
        }
        else
        {
            using Response response = world.Run(world.Client.PostAsync(Address, RequestContent.FromPipe(new Pipe().Reader)));
            Assert.Equal("early", world.Run(response.ReadAsStringAsync()));
        }

        Assert.Null(server.Requests[0].ResetCode);
        Assert.Empty(server.Problems);
    }
}
