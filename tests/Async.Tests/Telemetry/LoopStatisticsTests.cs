using System.Net;
using PollHttp.Core;
using PollHttp.Testing;
using PollHttp.Tests.Exchanges;
using Xunit;

namespace PollHttp.Tests.Telemetry;

/// <summary>What the statistics of a loop count, while a request goes through its states.</summary>
public sealed class LoopStatisticsTests
{
    private const string Address = "http://a.test/";
    private static readonly LinkOptions s_far = new() { Latency = TimeSpan.FromMilliseconds(20) };

    [Fact]
    public void Connections_are_counted_by_what_they_do_and_requests_that_wait_for_one()
    {
        using World world = new(static options => options.MaxConnectionsPerServer = 2);
        world.Serve("a.test", static _ => World.Reply(200, body: "hi"), link: s_far);
        Assert.Equal((0, 0, 0, 0, 0), Count(world));
        Task<string>[] all = [.. Enumerable.Range(0, 5).Select(_ => world.Client.GetStringAsync(Address))];
        world.Drive(() => world.Loop.Statistics.Connecting == 2);
        Assert.Equal((2, 0, 0, 0, 5), Count(world));
        world.Drive(() => world.Loop.Statistics.Active == 2);
        Assert.Equal((0, 0, 2, 0, 3), Count(world));
        world.Wait(Task.WhenAll(all));
        Assert.Equal((0, 2, 0, 0, 0), Count(world));
        Assert.Equal(2, world.Client.LoopStatistics.Connections);
        world.Client.Dispose();
        world.Drive(() => world.Loop.Statistics.Connections == 0);
    }

    [Fact]
    public void A_body_that_is_left_early_is_drained()
    {
        using World world = new();
        world.Serve("a.test", static _ => new ServerReply(World.Reply(200, body: new string('x', 10_000)).Bytes) { DribbleSize = 1_000, DribbleDelay = TimeSpan.FromMilliseconds(10) });
        world.Get(Address).Dispose();
        Assert.Equal((0, 0, 0, 1, 0), Count(world));
        world.Drive(() => world.Loop.Statistics.Idle == 1);
    }

    [Fact]
    public void A_request_that_gives_up_waiting_is_not_counted_any_more()
    {
        using World world = new(static options => options.MaxConnectionsPerServer = 1);
        world.Serve("a.test", static _ => new ServerReply("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi") { Delay = TimeSpan.FromSeconds(1) });
        using CancellationTokenSource cancellation = new();
        Task<string> first = world.Client.GetStringAsync(Address);
        world.Drive(() => world.Loop.Statistics.Active == 1);
        Task<Response> second = world.Client.GetAsync(Address, cancellation.Token);
        Assert.Equal(1, world.Loop.Statistics.Waiting);
        cancellation.Cancel();
        world.Fails<OperationCanceledException>(second);
        Assert.Equal(0, world.Loop.Statistics.Waiting);
        Assert.Equal("hi", world.Run(first));
    }

    [Theory]
    [InlineData("")]
    [InlineData("Connection: close")]
    public void Bytes_are_those_of_HTTP_also_after_a_connection_has_closed(string field)
    {
        using World world = new();
        List<ServerRequest> requests = [];
        ServerReply reply = World.Reply(200, field, "hello");
        world.Serve("a.test", request =>
        {
            requests.Add(request);
            return reply;
        });
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal("hello", world.GetText(Address));
        }

        world.Drive(() => field.Length == 0 || world.Loop.Statistics.Connections == 0);
        LoopStatistics statistics = world.Loop.Statistics;
        Assert.Equal(3 * reply.Bytes.Length, statistics.BytesReceived);
        Assert.Equal(requests.Sum(SizeOf), statistics.BytesSent);
        Assert.InRange(statistics.Polls, 3, world.Loop.PassCount);
    }

    [Fact]
    public void An_HTTP2_connection_counts_once_however_many_requests_are_on_it()
    {
        SynchronizationContext.SetSynchronizationContext(null);
        using World world = new();
        ScriptedHttp2Server server = new("hello");
        world.Network.Listen("a.test", 80, server, new ListenOptions { Link = s_far });
        world.Client.DefaultRequestVersion = HttpVersion.Version20;
        world.Client.DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact;
        Assert.Equal("hello", world.GetText(Address));
        Assert.Equal((0, 1, 0, 0, 0), Count(world));
        long before = world.Loop.Statistics.BytesReceived;
        Task<string>[] all = [.. Enumerable.Range(0, 5).Select(_ => world.Client.GetStringAsync(Address))];
        world.Drive(() => world.Loop.Statistics.Active > 0);
        Assert.Equal((0, 0, 1, 0, 0), Count(world));
        world.Wait(Task.WhenAll(all));
        Assert.InRange(world.Loop.Statistics.BytesReceived - before, 5 * "hello".Length, 5 * 1000);
    }

    [Fact]
    public async Task Buffers_in_use_are_counted()
    {
        SimulatedNetwork network = new();
        network.Listen("a.test", 80, new ScriptedHttpServer(static _ =>
            new ServerReply("HTTP/1.1 200 OK\r\nContent-Length: 200000\r\n\r\n" + new string('x', 200_000))));
        using PollLoop loop = new(network);
        using PollHttpClient client = new(loop);
        Task<Response> pending = client.GetAsync(Address);
        while (!pending.IsCompleted)
        {
            if (!loop.Poll())
            {
                Assert.True(network.Step(), "The program hangs.");
            }
        }

        using Response response = await pending;
        Assert.InRange(loop.Statistics.Slabs, 1, long.MaxValue); // other tests share the pool
    }

    [Fact]
    public void A_handler_shows_those_of_its_loop()
    {
        using World world = new();
        world.Serve("a.test", static _ => World.Reply(200, body: "hi"));
        using PollHttpHandler handler = new(world.Loop);
        using HttpClient client = new(handler, disposeHandler: false);
        Assert.Equal(0, handler.LoopStatistics.Connections);
        Assert.Equal("hi", world.Run(client.GetStringAsync(new Uri(Address))));
        Assert.Equal(1, handler.LoopStatistics.Idle);
    }

    private static (int Connecting, int Idle, int Active, int Draining, int Waiting) Count(World world)
    {
        LoopStatistics statistics = world.Loop.Statistics;
        Assert.Equal(statistics.Connecting + statistics.Idle + statistics.Active + statistics.Draining + statistics.Closing, statistics.Connections);
        return (statistics.Connecting, statistics.Idle, statistics.Active, statistics.Draining, statistics.Waiting);
    }

    private static int SizeOf(ServerRequest request) =>
        $"{request.Method} {request.Target} HTTP/1.1\r\n\r\n".Length + request.Headers.Sum(static field => field.Key.Length + ": ".Length + field.Value.Length + "\r\n".Length);
}
