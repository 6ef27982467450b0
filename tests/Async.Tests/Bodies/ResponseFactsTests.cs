using PollHttp.Core;
using PollHttp.Testing;
using Xunit;

namespace PollHttp.Tests;

/// <summary>What a response tells beside its content: when, over what, how much, and what came before it.</summary>
public sealed class ResponseFactsTests
{
    [Fact]
    [Trait("ask", "A-11")]
    public void Each_phase_has_its_time_and_a_kept_connection_has_none_for_connecting()
    {
        var network = new SimulatedNetwork { LookupLatency = TimeSpan.FromMilliseconds(5), Link = new() { Latency = TimeSpan.FromMilliseconds(10) } };
        network.Listen("facts.example", 80, new ScriptedHttpServer(_ => new ServerReply("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello")
        {
            Delay = TimeSpan.FromMilliseconds(100),
        }));
        LoopDrive.Run(
            async loop =>
            {
                using var client = new PollHttpClient(loop);
                using Response first = await client.GetAsync("http://facts.example/");
                ResponseTimings timings = first.Timings;

                Assert.Equal(TimeSpan.FromMilliseconds(5), timings.Resolved);
                Assert.True(timings.Connected >= timings.Resolved);
                Assert.Equal(timings.Secured, timings.Connected);
                Assert.True(timings.Queued >= timings.Secured);
                Assert.True(timings.Sent >= timings.Queued);
                Assert.True(timings.FirstByte >= timings.Sent + TimeSpan.FromMilliseconds(100));
                Assert.Equal(timings.FirstByte, timings.LastByte);
                Assert.Equal(5, first.BodyBytesReceived);

                using Response second = await client.GetAsync("http://facts.example/");
                Assert.Null(second.Timings.Resolved);
                Assert.Null(second.Timings.Connected);
                Assert.Equal(TimeSpan.Zero, second.Timings.Queued);
            },
            network);
    }

    [Fact]
    public void The_last_byte_has_its_time_when_it_has_come()
    {
        var scene = new BodyScene(Framing.Chunked);
        scene.Run(async response =>
        {
            scene.Write("hello");
            Assert.Null(response.Timings.LastByte);
            await scene.SettleAsync();
            scene.End();
            Assert.Equal("hello", await response.ReadAsStringAsync());
            Assert.Equal(TimeSpan.FromSeconds(1), response.Timings.LastByte - response.Timings.FirstByte);
            Assert.Equal(5, response.BodyBytesReceived);
        });
    }

    [Fact]
    public void A_response_that_is_read_into_memory_keeps_its_facts()
    {
        var scene = new BodyScene(Framing.Chunked) { Trailers = "Digest: x\r\n" };
        scene.Run(async response =>
        {
            scene.Write("hello");
            scene.End();
            await response.BufferAsync(100, default);
            Assert.NotNull(response.Timings.LastByte);
            Assert.Equal(5, response.BodyBytesReceived);
            Assert.Equal("Digest", Assert.Single(response.Trailers).Name);
            Assert.Equal("hello", await response.ReadAsStringAsync());
            Assert.Equal("Digest", Assert.Single(response.Trailers).Name);
        });
    }

    [Fact]
    [Trait("rule", "R-103")]
    [Trait("ask", "A-26")]
    public void Interim_responses_are_told_in_order_before_the_response_and_stay_out_of_it()
    {
        var told = new List<string>();
        Send(
            "HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
            head => told.Add($"{head.StatusCode} {head.Headers.GetCombined("Link")}"),
            response =>
            {
                Assert.Equal(["102 ", "103 </a.css>"], told);
                Assert.False(response.Headers.Contains("Link"));
            });
    }

    [Fact]
    public void What_the_callback_throws_fails_the_request()
    {
        var thrown = new FormatException("mine");
        Assert.Same(thrown, Assert.Throws<FormatException>(() => Send(
            "HTTP/1.1 103 Early Hints\r\n\r\n", _ => throw thrown, _ => { })));
    }

    private static void Send(string reply, Action<ResponseHead> onInformational, Action<Response> check)
    {
        var network = new SimulatedNetwork();
        network.Listen("facts.example", 80, new ScriptedHttpServer(new ServerReply(reply)));
        LoopDrive.Run(
            async loop =>
            {
                using var client = new PollHttpClient(loop);
                using Response response = await client.SendAsync(
                    new Request("GET", "http://facts.example/") { Options = new() { OnInformational = onInformational } });
                check(response);
            },
            network);
    }

    [Fact]
    public void An_address_is_known_before_the_connection_is_made_although_one_poll_does_both()
    {
        TimeSpan dialling = TimeSpan.FromMilliseconds(5);
        using Exchanges.World world = new();
        world.Network.Costs = new CallCosts { Dial = dialling };
        world.Serve("a.test", static _ => Exchanges.World.Reply(200, body: "hi"));
        using Response response = world.Get("http://a.test/");
        Assert.Equal((TimeSpan.Zero, dialling, dialling), (response.Timings.Resolved, response.Timings.Connected, response.Timings.Secured));
    }

    [Fact]
    public void An_HTTP2_connection_that_was_there_has_no_times_of_connecting()
    {
        using Exchanges.World world = new();
        world.Network.Listen("a.test", 80, new ScriptedHttp2Server("hi"), new ListenOptions { Link = new LinkOptions { Latency = TimeSpan.FromMilliseconds(10) } });
        world.Client.DefaultRequestVersion = System.Net.HttpVersion.Version20;
        world.Client.DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact;
        using Response first = world.Get("http://a.test/");
        Assert.Equal(TimeSpan.FromMilliseconds(10), first.Timings.Connected);
        using Response second = world.Get("http://a.test/");
        Assert.Equal((null, null, null), (second.Timings.Resolved, second.Timings.Connected, second.Timings.Secured));
    }
}
