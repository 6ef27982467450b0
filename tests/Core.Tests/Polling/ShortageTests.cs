using PollHttp.Testing;
using Xunit;

namespace PollHttp.Core.Tests;

/// <summary>A transport that is out of buffers is left alone for a moment, in which nothing spins, and tried once more.</summary>
public sealed class ShortageTests
{
    private readonly SimulatedNetwork _network = new();

    public ShortageTests() => _network.Listen("a.test", 80, new ScriptedHttpServer(static _ => ServerReply.Text("fine")));

    [Theory]
    [Trait("fault", "F-49")]
    [InlineData(1)] // the request
    [InlineData(2)] // a read before the response, or of it
    [InlineData(3)]
    public void An_exchange_goes_on_after_a_moment(int call)
    {
        using PollClient client = Connect(new() { OutOfBuffersOnCall = call });
        TimeSpan before = _network.Clock.Elapsed;
        client.Request("GET", "/");
        Assert.Equal(PollStatus.Body, client.Poll());
        Assert.Equal("fine"u8.ToArray(), client.ReadResponseBodyChunk());
        Assert.Equal(PollStatus.Connected, client.Status);
        Assert.Equal(TimeSpan.FromMilliseconds(50), _network.Clock.Elapsed - before);
    }

    [Fact]
    [Trait("fault", "F-49")]
    public void Until_then_nothing_is_tried_and_only_time_is_waited_for()
    {
        using PollClient client = Connect(new() { OutOfBuffersOnCall = 1 });
        client.BlockingMode = false;
        client.Request("GET", "/");
        client.Poll();
        Assert.Equal((TransportInterest.None, WantFlags.None), (client.Interest, client.Wants.Flags));
        Instant resumesAt = client.Wants.Deadline;
        _network.Advance(TimeSpan.FromMilliseconds(49));
        client.Poll();
        Assert.Equal((resumesAt, PollStatus.Requesting), (client.Wants.Deadline, client.Status));
        _network.Advance(TimeSpan.FromMilliseconds(1));
        client.Poll();
        Assert.Equal(TransportInterest.Read, client.Interest);
    }

    [Theory]
    [Trait("fault", "F-49")]
    [InlineData(1)]
    [InlineData(2)]
    public void What_is_missing_again_is_the_fault(int call)
    {
        using PollClient client = Connect(new() { OutOfBuffersOnCall = call, FailOnCall = call + 1, Error = TransportError.ResourceExhausted });
        client.Request("GET", "/");
        Assert.Equal(PollStatus.ConnectionError, client.Poll());
        Assert.Equal(TransportError.ResourceExhausted, client.Fault.Transport.Error);
        Assert.Contains("buffers", client.Fault.Describe(), StringComparison.Ordinal);
    }

    private PollClient Connect(FaultPlan plan)
    {
        PollClient client = new(new FaultyNetwork(_network, plan)) { BlockingMode = true };
        client.ConnectToHost("a.test");
        while (client.Status is PollStatus.Resolving or PollStatus.Connecting)
        {
            client.Poll();
        }

        return client;
    }
}
