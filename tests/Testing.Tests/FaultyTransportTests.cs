namespace PollHttp.Testing.Tests;

public class FaultyTransportTests
{
    private static Wire Connect(FaultPlan plan)
    {
        var network = new SimulatedNetwork();
        network.Listen(Wire.Server, static peer =>
        {
            peer.Send(peer.Received);
            peer.Consume(peer.Received.Length);
        });
        var wire = new Wire(new FaultyNetwork(network, plan));
        wire.Open();
        return wire;
    }

    [Fact]
    public void Reads_and_writes_move_no_more_than_the_plan_allows()
    {
        using Wire wire = Connect(new() { MaxReadBytes = 2, MaxWriteBytes = 3 });
        Assert.Equal(IoResult.Done(3), wire.Write("abcdef"));
        Assert.Equal(["ab", "c"], new[] { wire.ReadText(), wire.ReadText() });
    }

    [Fact]
    public void Calls_would_block_as_often_as_the_plan_says_and_then_go_through()
    {
        using Wire wire = Connect(new() { WouldBlockBeforeEachCall = 2 });
        Assert.Equal(IoStatus.WouldBlock, wire.Write("abc").Status);
        Assert.Equal(TransportInterest.Immediate, wire.Transport.GetInterest(TransportInterest.Write));
        Assert.Equal(IoStatus.WouldBlock, wire.Write("abc").Status);
        Assert.Equal(IoResult.Done(3), wire.Write("abc"));
        Assert.Equal("abc", wire.ReadText());
    }

    [Fact]
    public void The_connection_fails_after_the_planned_bytes()
    {
        using Wire wire = Connect(new() { FailAfterBytesRead = 4 });
        wire.Write("abcdef");
        Assert.Equal(("abcd", IoStatus.Failed), wire.ReadToEnd());
        Assert.Equal(TransportError.Reset, wire.Transport.Failure.Error);
        Assert.Equal(TransportStatus.Failed, wire.Transport.Poll());
    }

    [Fact]
    public void The_nth_call_fails()
    {
        using Wire wire = Connect(new() { FailOnCall = 2, Error = TransportError.TimedOut });
        Assert.Equal(IoStatus.Done, wire.Write("a").Status);
        Assert.Equal(IoStatus.Failed, wire.Write("b").Status);
        Assert.Equal(TransportError.TimedOut, wire.Transport.Failure.Error);
    }

    [Fact]
    public void Random_sizes_come_from_the_seed()
    {
        Assert.Equal(SizesOf(1), SizesOf(1));
        Assert.NotEqual(SizesOf(1), SizesOf(2));
    }

    private static List<int> SizesOf(int seed)
    {
        using Wire wire = Connect(new() { Seed = seed, RandomSizes = true });
        var sizes = new List<int>();
        for (int i = 0; i < 20; i++)
        {
            sizes.Add(wire.Write(new byte[1000]).Count);
        }

        return sizes;
    }
}
