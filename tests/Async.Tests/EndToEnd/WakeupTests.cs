using PollHttp.Sockets;
using PollHttp.Testing;
using Xunit;

namespace PollHttp.Tests.EndToEnd;

/// <summary>A driver wakes up for what happens, and for nothing else.</summary>
public sealed class WakeupTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_silent_server_costs_a_few_wakeups_until_the_limit(bool sync)
    {
        SimulatedNetwork simulation = new();
        simulation.Listen("server.test", 80, _ => { });
        CountingNetwork network = new(simulation);
        int waits = Waits(network, sync, client => Record.Exception(() => Get(client, sync)));

        Assert.InRange(simulation.Clock.Elapsed.TotalSeconds, 30, 101);
        Assert.InRange(waits, 1, 15);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_slow_body_costs_about_a_wakeup_a_piece(bool sync)
    {
        SimulatedNetwork simulation = new();
        simulation.Listen("server.test", 80, new ScriptedHttpServer(_ => new ServerReply("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n" + new string('x', 1000))
        {
            DribbleSize = 10,
            DribbleDelay = TimeSpan.FromMilliseconds(50),
        }));
        CountingNetwork network = new(simulation);
        int waits = Waits(network, sync, client => Assert.Equal(1000, Get(client, sync)));

        Assert.InRange(waits, 50, 250); // 104 pieces; sync waits once more where it hands over
    }

    [Fact]
    public void A_consumer_that_pauses_costs_no_wakeups()
    {
        SimulatedNetwork simulation = new();
        byte[] content = new byte[4_000_000];
        simulation.Listen("server.test", 80, new ScriptedHttpServer(_ => new ServerReply((byte[])[.. "HTTP/1.1 200 OK\r\nContent-Length: 4000000\r\n\r\n"u8, .. content])));
        CountingNetwork network = new(simulation);
        int during = 0;
        PollLoop.Run(
            async loop =>
            {
                using PollHttpClient client = new(loop);
                using Response response = await client.GetAsync("http://server.test/");
                bool paused = false;
                await foreach (ReadOnlyMemory<byte> slice in response.Body)
                {
                    if (!paused)
                    {
                        paused = true;
                        int before = network.Waits;
                        await Task.Delay(TimeSpan.FromHours(1), simulation.Clock); // the server has much more to send
                        during = network.Waits - before;
                    }
                }
            },
            network);

        Assert.True(simulation.Clock.Elapsed >= TimeSpan.FromHours(1));
        Assert.InRange(during, 0, 25);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_blocking_read_in_a_continuation_sleeps_although_other_continuations_are_due(bool posted)
    {
        SimulatedNetwork simulation = new();
        simulation.Listen("server.test", 80, new ScriptedHttpServer(_ => new ServerReply("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n" + new string('x', 1000))
        {
            DribbleSize = 100,
            DribbleDelay = TimeSpan.FromSeconds(1),
        }));
        CountingNetwork network = new(simulation);
        bool ranMeanwhile = false;
        PollLoop.Run(
            async loop =>
            {
                using PollHttpClient client = new(loop);
                using Response response = await client.GetAsync("http://server.test/");
                Task<Response> other = client.GetAsync("http://server.test/");
                if (posted)
                {
                    SynchronizationContext.Current!.Post(_ => ranMeanwhile = true, null);
                }

                Assert.Equal(1000, response.ReadAsByteArray().Length);
                Assert.False(ranMeanwhile);
                Assert.False(other.IsCompleted);
                (await other).Dispose();
            },
            network);

        Assert.InRange(network.Waits, 10, 120);
    }

    [Fact]
    public void Requests_over_sockets_cost_a_few_wakeups_each()
    {
        using LoopbackServer server = new(new ScriptedHttpServer(_ => ServerReply.Text("x")), isTls: false);
        CountingNetwork network = new(SocketNetwork.Default);
        PollLoop.Run(
            async loop =>
            {
                using PollHttpClient client = new(loop);
                for (int i = 0; i < 100; i++)
                {
                    Assert.Equal("x", await client.GetStringAsync($"http://127.0.0.1:{server.Port}/"));
                }
            },
            network);

        Assert.InRange(network.Waits, 1, 600);
    }

    private static int Waits(CountingNetwork network, bool sync, Action<PollHttpClient> act)
    {
        SynchronizationContext.SetSynchronizationContext(null);
        using PollLoop unused = new(network);
        using PollHttpClient client = new(unused);
        act(client);
        return network.Waits;
    }

    private static int Get(PollHttpClient client, bool sync)
    {
        Request request = new("GET", "http://server.test/");
        if (sync)
        {
            using Response response = client.Send(request);
            return response.ReadAsByteArray().Length;
        }

        return PollLoop.Run(
            async loop =>
            {
                using PollHttpClient own = new(loop);
                using Response response = await own.SendAsync(request);
                return (await response.ReadAsByteArrayAsync()).Length;
            },
            client.Engine.Loop.Network);
    }
}
