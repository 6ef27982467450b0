using PollHttp.Testing;
using Xunit;

namespace PollHttp.Tests.Exchanges;

public class LateTimerTests
{
    /// <summary>A frame that took long, a machine that slept: a time that has passed meanwhile counts once, when somebody looks.</summary>
    [Fact]
    [Trait("fault", "F-54")]
    public void A_timer_that_is_looked_at_late_fires_once()
    {
        using World world = new(o => o.Timeout = TimeSpan.FromSeconds(10));
        int requests = 0;
        world.Network.Listen("a.test", 80, peer =>
        {
            requests++;
            peer.Consume(peer.Received.Length);
        });
        Task<Response> sending = world.Client.GetAsync("http://a.test/");
        world.Drive(() => requests == 1);
        world.Network.Advance(TimeSpan.FromSeconds(15));
        Assert.False(sending.IsCompleted);
        world.Loop.Poll();
        RequestTimeoutException error = world.Fails<RequestTimeoutException>(sending);
        Assert.Equal(TimeSpan.FromSeconds(10), error.Limit);
        world.Network.Advance(TimeSpan.FromSeconds(15));
        world.Loop.Poll();
        Assert.Equal(1, requests);
    }

    /// <summary>The timer of the token runs within the wait of the loop, on its thread: the wait does not go on for the next event.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Read_that_is_canceled_in_virtual_time_ends_at_that_time(bool isTask)
    {
        using World world = new();
        world.Serve("a.test", _ => "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n");
        using Response response = world.Get("http://a.test/");
        TimeSpan start = world.Network.Clock.Elapsed;
        using CancellationTokenSource cancel = new(TimeSpan.FromSeconds(5), world.Network.TimeProvider);
        Task reading = isTask ? response.ReadAsByteArrayAsync(cancel.Token) : response.OpenBodyStream().ReadAsync(new byte[5], cancel.Token).AsTask();
        world.Drive(() => reading.IsCompleted);
        Assert.True(reading.IsCanceled);
        Assert.Equal(TimeSpan.FromSeconds(5), world.Network.Clock.Elapsed - start);
    }
}
