using System.Net;
using PollHttp.Testing;
using Xunit;

namespace PollHttp.Tests.Pool;

/// <summary>That a loop waits for every transport of a race, and lets go of each.</summary>
public class ConnectRaceTests
{
    private static readonly IPAddress s_v6 = IPAddress.Parse("2001:db8::1");
    private static readonly IPAddress s_otherV6 = IPAddress.Parse("2001:db8::2");
    private static readonly IPAddress s_v4 = IPAddress.Parse("192.0.2.1");

    private readonly SimulatedNetwork _network = new();

    [Theory, Trait("fault", "F-04"), Trait("rule", "R-236")]
    [InlineData(20, 250 + 3 * 20)] // the second address answers first: connect, request, response
    [InlineData(200, 3 * 400)] // the first does, after all
    public void The_first_address_to_answer_serves_the_request(int latency, int elapsed)
    {
        _network.AddHost("example.org", s_v6, s_v4);
        Serve(s_v6, TimeSpan.FromMilliseconds(400));
        Serve(s_v4, TimeSpan.FromMilliseconds(latency));
        LoopDrive.Run(
            async loop =>
            {
                await using PollHttpClient client = new(loop);
                Assert.Equal("ok", await client.GetStringAsync("http://example.org/"));
                Assert.Equal(TimeSpan.FromMilliseconds(elapsed), _network.Clock.Elapsed);
                Assert.Equal((2, 1), (_network.TotalDials, _network.OpenTransports));
            },
            _network);
        Assert.Equal(0, _network.OpenTransports);
    }

    [Fact, Trait("rule", "R-236")]
    public void An_address_that_is_found_late_joins_the_race()
    {
        _network.AddHostInTwoAnswers("example.org", [s_v6, s_otherV6], TimeSpan.FromSeconds(1), [s_v4]);
        _network.BlackHole(new IPEndPoint(s_v6, 80));
        _network.BlackHole(new IPEndPoint(s_otherV6, 80));
        Serve(s_v4, TimeSpan.Zero);
        LoopDrive.Run(
            async loop =>
            {
                await using PollHttpClient client = new(loop);
                Assert.Equal("ok", await client.GetStringAsync("http://example.org/"));
                Assert.Equal(TimeSpan.FromSeconds(1), _network.Clock.Elapsed);
            },
            _network);
        Assert.Equal((0, 0), (_network.OpenTransports, _network.OpenLookups));
    }

    private void Serve(IPAddress address, TimeSpan latency) => _network.Listen(
        new IPEndPoint(address, 80),
        new FixedResponseServer("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"),
        new ListenOptions { Link = new LinkOptions { Latency = latency } });
}
