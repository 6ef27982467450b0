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
}
