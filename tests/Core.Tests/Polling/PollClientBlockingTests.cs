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
