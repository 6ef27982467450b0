using PollHttp.Sockets;
using PollHttp.Testing;
using PollHttp.Tests.EndToEnd;
using Xunit;

namespace PollHttp.Tests;

public sealed class LoopChoiceTests
{
    [Fact]
    public void A_loop_may_be_an_option_and_its_network_another()
    {
        SimulatedNetwork network = new();
        network.Listen("a.test", 80, new ScriptedHttpServer(_ => ServerReply.Text("body")));
        PollLoop.Run(
            async loop =>
            {
                using PollHttpClient client = new(new PollHttpClientOptions { Loop = loop });
                Assert.Equal("body", await client.GetStringAsync("http://a.test/"));
                using PollHttpClient other = new(loop, new PollHttpClientOptions { Loop = loop, Network = network });
                Assert.Equal("body", await other.GetStringAsync("http://a.test/"));
                using HttpClient platform = new(new PollHttpHandler { Loop = loop, Network = network }) { Timeout = Timeout.InfiniteTimeSpan };
                Assert.Equal("body", await platform.GetStringAsync("http://a.test/"));
            },
            network);
    }

    [Fact]
    public void A_network_that_is_not_the_loops_is_refused()
    {
        using PollLoop loop = new(new SimulatedNetwork());
        using PollLoop second = new(new SimulatedNetwork());
        PollHttpClientOptions options = new() { Loop = loop, Network = new SimulatedNetwork() };
        Assert.Contains("another network", Assert.Throws<ArgumentException>(() => new PollHttpClient(options)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new PollHttpClient(second, new PollHttpClientOptions { Loop = loop }));
        Assert.Throws<ArgumentException>(() => new PollHttpHandler { Loop = loop, Network = new SimulatedNetwork() });
        Assert.Throws<ArgumentException>(() => new PollHttpHandler(loop) { Network = SocketNetwork.Default });
        Assert.Throws<ArgumentException>(() => new PollHttpHandler { Network = SocketNetwork.Default, Loop = loop });
    }

    [Fact]
    public async Task A_simulated_network_alone_is_refused_with_the_way_to_do_it()
    {
        SimulatedNetwork network = new();
        ArgumentException error = Assert.Throws<ArgumentException>(() => new PollHttpClient(new PollHttpClientOptions { Network = network }));
        Assert.Contains("PollLoop.Run(loop => …, network)", error.Message, StringComparison.Ordinal);
        using HttpClient platform = new(new PollHttpHandler { Network = network });
        await Assert.ThrowsAsync<ArgumentException>(() => platform.GetAsync("http://a.test/"));
    }

    [Fact]
    public async Task A_network_of_sockets_alone_is_polled_in_the_background()
    {
        using LoopbackServer server = new(new ScriptedHttpServer(_ => ServerReply.Text("body")), isTls: false);
        SocketNetwork network = new();
        string address = $"http://127.0.0.1:{server.Port}/";
        using (PollHttpClient client = new(new PollHttpClientOptions { Network = network }))
        using (PollHttpClient other = new(new PollHttpClientOptions { Network = network }))
        using (HttpClient platform = new(new PollHttpHandler { Network = network }))
        using (PollHttpClient usual = new(new PollHttpClientOptions { Network = SocketNetwork.Default }))
        using (PollHttpClient plain = new())
        {
            Assert.Equal("body", await client.GetStringAsync(address));
            Assert.Equal("body", await platform.GetStringAsync(address));
            Assert.Equal("body", client.GetString(address));
            Assert.Same(client.Pool.Loop, other.Pool.Loop);
            Assert.Same(plain.Pool.Loop, usual.Pool.Loop);
            Assert.NotSame(plain.Pool.Loop, client.Pool.Loop);
        }

        server.AssertAllClientsHaveClosed();
    }

    [Fact]
    public void The_loop_of_a_handler_is_what_it_was_made_with()
    {
        using PollLoop loop = new(new SimulatedNetwork());
        using PollHttpHandler handler = new(loop);
        Assert.Same(loop, handler.Loop);
        Assert.Null(handler.Network);
        handler.Loop = null;
        Assert.Null(handler.Loop);
    }
}
