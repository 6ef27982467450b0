using System.Net;
using PollHttp.Testing;
using Xunit;

namespace PollHttp.Core.Tests;

public class PollClientBlockingTests
{
    [Fact]
    public void Each_blocking_poll_returns_at_the_next_status()
    {
        using PollScene scene = new();
        scene.AnswerWith("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc");
        scene.Client.BlockingMode = true;
        scene.Client.ConnectToHost(PollScene.Host);
        int polls = 0;
        while (scene.Client.Status is PollStatus.Resolving or PollStatus.Connecting)
        {
            PollStatus before = scene.Client.Status;
            Assert.NotEqual(before, scene.Client.Poll());
            polls++;
        }

        Assert.Equal(PollStatus.Connected, scene.Client.Status);
        Assert.InRange(polls, 1, 2);
        scene.Client.Request("GET", "/");
        Assert.Equal(PollStatus.Body, scene.Client.Poll());
        if (!scene.Client.TryReadResponseBodySlice(out _))
        {
            Assert.Equal(PollStatus.Body, scene.Client.Poll());
        }

        Assert.True(scene.Client.TryReadResponseBodySlice(out _));
        Assert.Equal(PollStatus.Body, scene.Client.Poll());
        Assert.Equal("abc", scene.ReadAll());
        Assert.Equal(PollStatus.Connected, scene.Client.Status);
    }

    [Theory, Trait("rule", "R-236")]
    [InlineData(20, 270)]
    [InlineData(300, 400)]
    public void Every_address_of_a_race_is_waited_for(int latency, int elapsed)
    {
        SimulatedNetwork network = new();
        IPAddress[] addresses = [IPAddress.Parse("2001:db8::1"), IPAddress.Parse("192.0.2.1")];
        network.AddHost(PollScene.Host, addresses);
        network.Listen(new IPEndPoint(addresses[0], 80), _ => { }, Latency(400));
        network.Listen(new IPEndPoint(addresses[1], 80), _ => { }, Latency(latency));
        using PollClient client = new(network) { BlockingMode = true };
        client.ConnectToHost(PollScene.Host);
        while (client.Status is PollStatus.Resolving or PollStatus.Connecting)
        {
            client.Poll();
        }

        Assert.Equal(PollStatus.Connected, client.Status);
        Assert.Equal(TimeSpan.FromMilliseconds(elapsed), network.Clock.Elapsed);
        Assert.Equal(1, network.OpenTransports);

        static ListenOptions Latency(int milliseconds) => new() { Link = new() { Latency = TimeSpan.FromMilliseconds(milliseconds) } };
    }

    [Fact]
    public void An_idle_connection_is_not_waited_on()
    {
        using PollScene scene = PollScene.Connected();
        scene.Client.BlockingMode = true;
        Assert.Equal(PollStatus.Connected, scene.Client.Poll());
        scene.Client.Close();
        Assert.Equal(PollStatus.Disconnected, scene.Client.Poll());
    }

    [Fact]
    public void A_deadline_ends_the_sleep()
    {
        using PollScene scene = PollScene.Connected();
        scene.Client.BlockingMode = true;
        scene.Client.Request("GET", "/");
        Instant before = scene.Now;
        Assert.Equal(PollStatus.ConnectionError, scene.Client.Poll());
        Assert.Equal(TimerKind.ResponseHead, scene.Client.Fault.Timer);
        Assert.InRange((scene.Now - before).TotalSeconds, 30, 31);
    }

    [Fact]
    public void A_black_hole_ends_the_sleep_at_the_connect_timeout()
    {
        using PollScene scene = new();
        scene.Client.BlockingMode = true;
        scene.Client.ConnectToHost(PollScene.BlackHoleAddress);
        Instant before = scene.Now;
        Assert.Equal(PollStatus.CantConnect, scene.Client.Poll());
        Assert.InRange((scene.Now - before).TotalSeconds, 10, 11);
    }

    [Fact]
    public void A_lookup_begun_without_blocking_mode_is_still_ended()
    {
        using PollScene scene = new();
        scene.Client.ConnectToHost(PollScene.SilentHost);
        scene.Client.BlockingMode = true;
        Assert.Equal(PollStatus.CantResolve, scene.Client.Poll());
    }
}
