using System.Net;
using PollHttp.Testing;
using Xunit;

namespace PollHttp.Core.Tests;

/// <summary>A loop of the application's that sleeps in a poller for exactly what the client says it waits for.</summary>
public class PollClientOuterLoopTests
{
    [Fact]
    public void With_a_silent_first_address_it_is_connected_as_soon_as_in_blocking_mode()
    {
        SimulatedNetwork network = new();
        IPAddress silent = IPAddress.Parse("10.0.0.1");
        IPAddress good = IPAddress.Parse("10.0.0.2");
        network.AddHost("two.example", silent, good);
        network.BlackHole(new IPEndPoint(silent, 80));
        network.Listen(new IPEndPoint(good, 80), new ScriptedHttpServer(_ => "HTTP/1.1 204 No Content\r\n\r\n"));

        using PollClient blocking = new(network) { BlockingMode = true };
        TimeSpan start = network.Clock.Elapsed;
        blocking.ConnectToHost("two.example");
        while (blocking.Poll() is PollStatus.Resolving or PollStatus.Connecting)
        {
        }

        TimeSpan expected = network.Clock.Elapsed - start;
        Assert.Equal(PollStatus.Connected, blocking.Status);

        using PollClient client = new(network);
        using OuterLoop loop = new(network);
        start = network.Clock.Elapsed;
        client.ConnectToHost("two.example");
        loop.RunWhile(client, PollStatus.Resolving, PollStatus.Connecting);
        Assert.Equal(PollStatus.Connected, client.Status);
        Assert.Empty(client.Contenders);
        Assert.InRange(network.Clock.Elapsed - start, TimeSpan.Zero, expected + TimeSpan.FromMilliseconds(20));

        client.Request("GET", "/");
        loop.RunWhile(client, PollStatus.Requesting);
        Assert.Equal((PollStatus.Connected, 204), (client.Status, client.ResponseCode));
    }

    [Fact]
    public void A_lookup_that_wakes_nothing_is_looked_at_every_10_ms()
    {
        SimulatedNetwork network = new() { LookupLatency = TimeSpan.FromMilliseconds(300) };
        network.Listen("slow.example", 80, new ScriptedHttpServer());
        using PollClient client = new(network);
        using OuterLoop loop = new(network);
        client.ConnectToHost("slow.example");
        loop.RunWhile(client, PollStatus.Resolving, PollStatus.Connecting);
        Assert.Equal(PollStatus.Connected, client.Status);
        Assert.InRange(network.Clock.Elapsed.TotalMilliseconds, 300, 330);
        Assert.InRange(loop.Polls, 10, 60);
    }

    [Fact]
    public void A_connection_that_ended_needs_no_waiting()
    {
        SimulatedNetwork network = new();
        network.Listen("a.example", 80, new ScriptedHttpServer(_ => new("HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n") { Then = AfterReply.End }));
        using PollClient client = new(network);
        using OuterLoop loop = new(network);
        client.ConnectToHost("a.example");
        loop.RunWhile(client, PollStatus.Resolving, PollStatus.Connecting);
        client.Request("GET", "/");
        loop.RunWhile(client, PollStatus.Requesting);
        TimeSpan start = network.Clock.Elapsed;
        client.Request("GET", "/");
        loop.RunWhile(client, PollStatus.Requesting);
        Assert.Equal((PollStatus.ConnectionError, start), (client.Status, network.Clock.Elapsed));
    }
}
