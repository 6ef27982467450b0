using PollHttp.Core;
using PollHttp.Testing;
using Xunit;

namespace PollHttp.Tests.Exchanges;

public class ShortageTests
{
    [Theory]
    [Trait("fault", "F-49")]
    [InlineData(1, false)]
    [InlineData(2, false)]
    [InlineData(3, false)]
    [InlineData(1, true)]
    [InlineData(2, true)]
    [InlineData(3, true)]
    public void A_connection_without_buffers_goes_on_after_a_moment(int call, bool isBlocking)
    {
        using World world = new(around: network => new FaultyNetwork(network, new FaultPlan { OutOfBuffersOnCall = call }), isSteady: true);
        world.Serve("a.test", static _ => World.Reply(200, body: "fine"));
        Request request = new("GET", "http://a.test/");
        using Response response = isBlocking ? world.Client.Send(request) : world.Run(world.Client.SendAsync(request));
        Assert.Equal("fine", isBlocking ? response.ReadAsString() : world.Run(response.ReadAsStringAsync()));
        Assert.Equal(TimeSpan.FromMilliseconds(50), world.Network.Clock.Elapsed);
    }
}
