using System.Net;
using PollHttp.Core;
using PollHttp.Testing;
using Xunit;

namespace PollHttp.Tests.Exchanges;

/// <summary>A connection whose proxy or server never lets it through, after the request that it is made for.</summary>
public sealed class UnneededDialTests
{
    private const string Address = "https://server.test/";

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void It_ends_some_seconds_after_its_request(bool hasProxy)
    {
        SimulatedNetwork network = Network(hasProxy);
        PollLoop.Run(
            async loop =>
            {
                using PollHttpHandler handler = NewHandler(loop, hasProxy);
                using HttpClient client = new(handler) { Timeout = Timeout.InfiniteTimeSpan };
                using CancellationTokenSource source = new(TimeSpan.FromSeconds(30), network.TimeProvider);
                await Assert.ThrowsAsync<TaskCanceledException>(() => client.GetAsync(Address, source.Token));
                Assert.Equal(1, handler.Pool!.OpenConnections);

                await Task.Delay(TimeSpan.FromSeconds(4), network.TimeProvider);
                Assert.Equal(1, handler.Pool.OpenConnections);

                await Task.Delay(TimeSpan.FromSeconds(7), network.TimeProvider);
                Assert.Equal(0, handler.Pool.OpenConnections);
                Assert.Equal(0, network.OpenTransports);
            },
            network);
    }

    [Fact]
    public void It_ends_at_once_when_the_handler_is_disposed()
    {
        SimulatedNetwork network = Network(hasProxy: true);
        PollLoop.Run(
            async loop =>
            {
                PollHttpHandler handler = NewHandler(loop, hasProxy: true);
                using HttpClient client = new(handler, disposeHandler: false) { Timeout = Timeout.InfiniteTimeSpan };
                using CancellationTokenSource source = new(TimeSpan.FromSeconds(1), network.TimeProvider);
                await Assert.ThrowsAsync<TaskCanceledException>(() => client.GetAsync(Address, source.Token));
                handler.Dispose();
                await Task.Delay(TimeSpan.FromMilliseconds(1), network.TimeProvider);
                Assert.Equal(0, network.OpenTransports);
            },
            network);
    }

    [Fact]
    public void A_request_that_waits_for_it_beyond_that_is_not_disturbed()
    {
        SimulatedNetwork network = new();
        network.Listen("proxy.test", 3128, peer =>
        {
            string text = peer.Received.IndexOf("CONNECT "u8) == 0 ? "HTTP/1.1 200 OK\r\n\r\n" : "HTTP/1.1 204 No Content\r\n\r\n";
            peer.Consume(peer.Received.Length);
            peer.SendAfter(TimeSpan.FromMinutes(1), text);
        });
        PollLoop.Run(
            async loop =>
            {
                using PollHttpHandler handler = NewHandler(loop, hasProxy: true);
                using HttpClient client = new(handler) { Timeout = Timeout.InfiniteTimeSpan };
                using HttpResponseMessage response = await client.GetAsync(Address);
                Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
                Assert.Equal(1, network.TotalDials);
            },
            network);
    }

    [Fact]
    public void Another_request_that_has_come_to_wait_for_it_gets_one_of_its_own()
    {
        SimulatedNetwork network = new();
        int dials = 0;
        network.Listen("proxy.test", 3128, new HeadServer(peer =>
        {
            if (dials++ > 0)
            {
                peer.Send("HTTP/1.1 200 OK\r\n\r\n");
            }
        })
        {
            OnContent = static peer => peer.Send("HTTP/1.1 204 No Content\r\n\r\n"),
        });
        PollLoop.Run(
            async loop =>
            {
                using PollHttpHandler handler = NewHandler(loop, hasProxy: true);
                using HttpClient client = new(handler) { Timeout = Timeout.InfiniteTimeSpan };
                using CancellationTokenSource source = new(TimeSpan.FromSeconds(1), network.TimeProvider);
                await Assert.ThrowsAsync<TaskCanceledException>(() => client.GetAsync(Address, source.Token));
                using HttpResponseMessage response = await client.GetAsync(Address);
                Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
                Assert.Equal(2, network.TotalDials);
            },
            network);
    }

    private static SimulatedNetwork Network(bool hasProxy)
    {
        SimulatedNetwork network = new();
        if (hasProxy)
        {
            network.Listen("proxy.test", 3128, static peer => peer.Consume(peer.Received.Length));
        }
        else
        {
            network.AddHost("server.test", IPAddress.Loopback);
            network.BlackHole(new IPEndPoint(IPAddress.Loopback, 443));
        }

        return network;
    }

    private static PollHttpHandler NewHandler(PollLoop loop, bool hasProxy) =>
        new(loop) { UseProxy = hasProxy, Proxy = hasProxy ? new WebProxy("http://proxy.test:3128") : null };
}
