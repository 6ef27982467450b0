namespace PollHttp.Testing.Tests;

public class SimulatedResolverTests
{
    private static readonly IPAddress[] Two = [IPAddress.Parse("10.0.0.7"), IPAddress.IPv6Loopback];

    [Fact]
    public void A_known_name_gives_its_addresses_in_order()
    {
        var network = new SimulatedNetwork();
        network.AddHost("shop.example", Two);
        using ILookup lookup = network.Resolver.Begin("SHOP.example", null);
        Assert.True(lookup.IsCompleted);
        Assert.Equal(Two, lookup.Addresses);
        Assert.Null(lookup.Failure);
    }

    [Fact]
    public void A_lookup_takes_its_latency_and_wakes_the_poller()
    {
        var network = new SimulatedNetwork { LookupLatency = TimeSpan.FromSeconds(2) };
        network.AddHost("shop.example", Two);
        using IPoller poller = network.CreatePoller();
        using ILookup lookup = network.Resolver.Begin("shop.example", poller);
        Assert.False(lookup.IsCompleted);
        Assert.Empty(lookup.Addresses);
        Assert.Equal(0, poller.Wait(Timeout.InfiniteTimeSpan, []));
        Assert.True(lookup.IsCompleted);
        Assert.Equal(TimeSpan.FromSeconds(2), network.Clock.Elapsed);
    }

    [Fact]
    public void Unknown_and_failing_names_fail_and_stalled_ones_never_answer()
    {
        var network = new SimulatedNetwork();
        network.FailHost("bad.example");
        network.StallHost("slow.example");
        Assert.NotNull(Ask(network, "unknown.example").Failure);
        Assert.NotNull(Ask(network, "bad.example").Failure);
        Assert.False(Ask(network, "slow.example").IsCompleted);
    }

    [Fact]
    public void Listening_at_a_name_gives_it_an_address()
    {
        var network = new SimulatedNetwork();
        network.Listen("shop.example", 80, _ => { });
        IPAddress address = Assert.Single(Ask(network, "shop.example").Addresses);
        using var wire = new Wire(network, new IPEndPoint(address, 80));
        Assert.Equal(TransportStatus.Open, wire.Open());
    }

    private static ILookup Ask(SimulatedNetwork network, string host)
    {
        ILookup lookup = network.Resolver.Begin(host, null);
        network.Advance(TimeSpan.FromHours(1));
        Assert.Equal(lookup.IsCompleted, lookup.Addresses.Count > 0 || lookup.Failure is not null);
        return lookup;
    }
}
