namespace PollHttp.Testing.Tests;

public class SimulatedNetworkTests
{
    private static readonly LinkOptions TenMilliseconds = new() { Latency = TimeSpan.FromMilliseconds(10) };

    private static SimulatedNetwork Echo(LinkOptions? link = null, int seed = 0)
    {
        var network = new SimulatedNetwork(seed) { Link = link ?? new() };
        network.Listen(Wire.Server, static peer =>
        {
            peer.Send(peer.Received);
            peer.Consume(peer.Received.Length);
        });
        return network;
    }

    private static List<string> TraceOf(int seed)
    {
        SimulatedNetwork network = Echo(new() { Latency = TimeSpan.FromMilliseconds(3), RandomSegments = true, SegmentSize = 50 }, seed);
        network.Trace = [];
        using (var wire = new Wire(network))
        {
            wire.Open();
            wire.Write(new string('x', 1000));
            wire.ReadExactly(1000);
        }

        return [.. network.Trace];
    }

    [Fact]
    public void The_same_seed_gives_the_same_trace() => Assert.Equal(TraceOf(7), TraceOf(7));

    [Fact]
    public void Another_seed_gives_another_trace() => Assert.NotEqual(TraceOf(7), TraceOf(8));

    [Fact]
    public void Connect_and_round_trip_take_their_latency_of_virtual_time()
    {
        SimulatedNetwork network = Echo(TenMilliseconds);
        using var wire = new Wire(network);
        Assert.Equal(TransportStatus.Opening, wire.Transport.Poll());
        wire.Open();
        Assert.Equal(TimeSpan.FromMilliseconds(10), network.Clock.Elapsed);
        wire.Write("hello");
        Assert.Equal("hello", wire.ReadText());
        Assert.Equal(TimeSpan.FromMilliseconds(30), network.Clock.Elapsed);
    }

    [Fact]
    public void Without_latency_everything_happens_when_touched_and_without_a_poller()
    {
        SimulatedNetwork network = Echo();
        using ITransport transport = network.Dial(Wire.Server);
        Assert.Equal(TransportStatus.Open, transport.Poll());
        transport.TryWrite(new("abc"u8.ToArray()));
        Assert.Equal(IoResult.Done(3), transport.TryRead(new byte[10]));
        Assert.Equal(TimeSpan.Zero, network.Clock.Elapsed);
    }

    [Fact]
    public void Advancing_the_network_serves_a_client_without_a_poller()
    {
        SimulatedNetwork network = Echo(TenMilliseconds);
        using ITransport transport = network.Dial(Wire.Server);
        network.Advance(TimeSpan.FromMilliseconds(9));
        Assert.Equal(TransportStatus.Opening, transport.Poll());
        Assert.True(network.Step());
        Assert.Equal(TransportStatus.Open, transport.Poll());
        transport.TryWrite(new("abc"u8.ToArray()));
        Assert.Equal(IoStatus.WouldBlock, transport.TryRead(new byte[10]).Status);
        network.Advance(TimeSpan.FromMilliseconds(20));
        Assert.Equal(IoResult.Done(3), transport.TryRead(new byte[10]));
    }

    [Fact]
    public void Segment_size_1_gives_one_byte_a_read()
    {
        SimulatedNetwork network = Echo(new() { SegmentSize = 1 });
        using var wire = new Wire(network);
        wire.Open();
        wire.Write("abc");
        Assert.Equal(["a", "b", "c"], new[] { wire.ReadText(), wire.ReadText(), wire.ReadText() });
    }

    [Fact]
    public void A_listener_has_its_own_link_when_given_one()
    {
        var network = new SimulatedNetwork();
        network.Listen(Wire.Server, _ => { }, new ListenOptions { Link = TenMilliseconds });
        using var wire = new Wire(network);
        wire.Open();
        Assert.Equal(TimeSpan.FromMilliseconds(10), network.Clock.Elapsed);
    }

    [Fact]
    public void Connects_fail_as_the_address_says()
    {
        var network = new SimulatedNetwork();
        var lost = new IPEndPoint(IPAddress.Parse("10.1.1.1"), 80);
        network.Unreachable(lost);
        using var refused = new Wire(network);
        using var unreachable = new Wire(network, lost);
        Assert.Equal(TransportStatus.Failed, refused.Open());
        Assert.Equal(TransportError.Refused, refused.Transport.Failure.Error);
        Assert.Equal(TransportStatus.Failed, unreachable.Open());
        Assert.Equal(TransportError.Unreachable, unreachable.Transport.Failure.Error);
    }

    [Fact]
    public void A_black_hole_never_answers()
    {
        var network = new SimulatedNetwork();
        network.BlackHole(Wire.Server);
        using var wire = new Wire(network);
        network.Advance(TimeSpan.FromDays(1));
        Assert.Equal(TransportStatus.Opening, wire.Transport.Poll());
    }

    [Fact]
    public void A_full_window_blocks_writes_until_the_server_reads()
    {
        var network = new SimulatedNetwork { Link = new() { SendWindow = 10 } };
        ServerPeer? server = null;
        var script = new RecordingScript { Connected = peer => (server = peer).StopReading() };
        network.Listen(Wire.Server, script);
        using var wire = new Wire(network);
        wire.Open();
        Assert.Equal(IoResult.Done(10), wire.Write("0123456789abc"));
        Assert.Equal(IoStatus.WouldBlock, wire.Write("abc").Status);
        server!.ResumeReading();
        Assert.Equal(IoResult.Done(3), wire.Write("abc"));
        wire.Transport.Poll();
        Assert.Equal("0123456789abc", Encoding.Latin1.GetString(server.Received));
    }

    [Fact]
    public void Counters_return_to_zero_when_everything_is_disposed()
    {
        SimulatedNetwork network = Echo();
        using (var wire = new Wire(network))
        using (network.Resolver.Begin("nowhere.example", null))
        {
            wire.Open();
            Assert.Equal((1, 1, 1, 1), (network.OpenTransports, network.TotalDials, network.OpenLookups, network.OpenPollers));
        }

        Assert.Equal((0, 1, 0, 0), (network.OpenTransports, network.TotalDials, network.OpenLookups, network.OpenPollers));
    }

    [Fact]
    public void A_thousand_round_trips_allocate_nothing()
    {
        var network = new SimulatedNetwork { Link = TenMilliseconds };
        var server = new FixedResponseServer("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        network.Listen(Wire.Server, server);
        using var wire = new Wire(network);
        wire.Open();
        var request = new ReadOnlySequence<byte>("GET / HTTP/1.1\r\nHost: x\r\n\r\n"u8.ToArray());
        Exchange(wire, request, 100);
        long least = long.MaxValue;
        int rounds = 0;
        for (; rounds < 4 && least > 0; rounds++) // the runtime allocates too, once, when it compiles a loop anew
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            Exchange(wire, request, 1000);
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal((0L, 100 + (rounds * 1000)), (least, server.RequestCount));
    }

    private static void Exchange(Wire wire, ReadOnlySequence<byte> request, int times)
    {
        for (int i = 0; i < times; i++)
        {
            wire.WriteAll(request);
            wire.ReadExactly(40);
        }
    }
}
