namespace PollHttp.Testing.Tests;

public class SimulatedPollerTests
{
    private readonly SimulatedNetwork _network = new();
    private readonly List<ITransport> _ready = [];

    [Fact]
    public void A_wait_that_nothing_can_end_throws_and_says_what_it_waited_for()
    {
        _network.BlackHole(Wire.Server);
        using var wire = new Wire(_network);
        string message = Assert.Throws<InvalidOperationException>(() => wire.Open()).Message;
        Assert.StartsWith("The simulation is deadlocked: ", message);
        Assert.Contains("Task.Delay without network.TimeProvider", message, StringComparison.Ordinal);
        Assert.Contains("10.9.9.9:80", message);
    }

    [Fact]
    public void A_wait_with_a_limit_moves_time_to_the_limit()
    {
        using IPoller poller = _network.CreatePoller();
        Assert.Equal(0, poller.Wait(TimeSpan.FromHours(1), _ready));
        Assert.Equal(TimeSpan.FromHours(1), _network.Clock.Elapsed);
    }

    [Fact]
    public void A_wake_ends_the_next_wait_once()
    {
        using IPoller poller = _network.CreatePoller();
        poller.Wake();
        poller.Wake();
        Assert.Equal(0, poller.Wait(Timeout.InfiniteTimeSpan, _ready));
        Assert.Throws<InvalidOperationException>(() => poller.Wait(Timeout.InfiniteTimeSpan, _ready));
    }

    [Fact]
    public void A_wake_from_another_thread_ends_a_wait_that_would_be_a_deadlock()
    {
        _network.ThrowOnDeadlock = false;
        using IPoller poller = _network.CreatePoller();
        var waker = new Thread(poller.Wake);
        waker.Start();
        Assert.Equal(0, poller.Wait(Timeout.InfiniteTimeSpan, _ready));
        waker.Join();
    }

    [Fact]
    public void What_stays_ready_is_reported_again()
    {
        _network.Listen(Wire.Server, _ => { });
        using var wire = new Wire(_network);
        wire.Open();
        wire.Poller.Set(wire.Transport, TransportInterest.Write);
        Assert.Equal(1, wire.Poller.Wait(TimeSpan.Zero, _ready));
        Assert.Equal(1, wire.Poller.Wait(TimeSpan.Zero, _ready));
        wire.Poller.Set(wire.Transport, TransportInterest.None);
        Assert.Equal(0, wire.Poller.Wait(TimeSpan.Zero, _ready));
        Assert.Equal([wire.Transport, wire.Transport], _ready);
    }

    [Fact]
    public void A_transport_disposed_while_registered_is_found()
    {
        using IPoller poller = _network.CreatePoller();
        ITransport transport = _network.Dial(Wire.Server);
        poller.Set(transport, TransportInterest.Read);
        transport.Dispose();
        Assert.Contains("still registered", Assert.Throws<InvalidOperationException>(() => poller.Wait(TimeSpan.Zero, _ready)).Message);
    }
}
