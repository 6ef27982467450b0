using System.Net.Sockets;
using Moq;
using PollHttp.Core;

namespace PollHttp.Sockets.Tests;

public sealed class PollerTests
{
    public static TheoryData<bool> Kinds => TestNetwork.Kinds;

    [Theory, MemberData(nameof(Kinds))]
    public void A_wake_from_another_thread_ends_the_sleep(bool native)
    {
        using IPoller poller = TestNetwork.Make(native).CreatePoller();
        var waker = new Thread(poller.Wake);
        waker.Start();
        Assert.Equal(0, poller.Wait(Timeout.InfiniteTimeSpan, []));
        waker.Join();
    }

    [Theory, MemberData(nameof(Kinds))]
    public void Several_wakes_before_a_sleep_count_as_one_and_the_next_counts_again(bool native)
    {
        using IPoller poller = TestNetwork.Make(native).CreatePoller();
        for (int i = 0; i < 3; i++)
        {
            poller.Wake();
            poller.Wake();
            Assert.Equal(0, poller.Wait(Timeout.InfiniteTimeSpan, []));
        }
    }

    [Theory, MemberData(nameof(Kinds))]
    public void No_wake_is_lost_between_threads(bool native)
    {
        using IPoller poller = TestNetwork.Make(native).CreatePoller();
        int wanted = 0;
        int seen = 0;
        var waker = new Thread(() =>
        {
            for (int i = 1; i <= 2000; i++)
            {
                Volatile.Write(ref wanted, i);
                poller.Wake();
                while (Volatile.Read(ref seen) < i)
                {
                    Thread.Yield();
                }
            }
        });
        waker.Start();
        while (seen < 2000)
        {
            poller.Wait(Timeout.InfiniteTimeSpan, []);
            Volatile.Write(ref seen, Volatile.Read(ref wanted));
        }
        waker.Join();
    }

    [Theory, MemberData(nameof(Kinds))]
    public void A_wake_after_disposal_does_nothing(bool native)
    {
        IPoller poller = TestNetwork.Make(native).CreatePoller();
        poller.Dispose();
        poller.Wake();
    }

    [Theory, MemberData(nameof(Kinds))]
    public void What_another_thread_sets_counts_for_a_sleep_under_way(bool native)
    {
        using Pair pair = new(native);
        pair.Remote.Send([1]);
        var ready = new List<ITransport>();
        var setter = new Thread(() => pair.Poller.Set(pair.Transport, TransportInterest.Read));
        setter.Start();
        while (pair.Poller.Wait(Timeout.InfiniteTimeSpan, ready) == 0)
        {
            // Woken up, to sleep with what is set now.
        }
        setter.Join();
        Assert.Same(pair.Transport, Assert.Single(ready));
    }

    [Theory, MemberData(nameof(Kinds))]
    public void A_transport_that_another_thread_takes_out_may_be_closed_during_a_sleep(bool native)
    {
        for (int i = 0; i < 20; i++)
        {
            using Pair pair = new(native);
            pair.Poller.Set(pair.Transport, TransportInterest.Read);
            bool taken = false;
            var closer = new Thread(() =>
            {
                pair.Poller.Set(pair.Transport, TransportInterest.None);
                pair.Transport.Dispose();
                Volatile.Write(ref taken, true);
                pair.Poller.Wake();
            });
            closer.Start();
            while (!Volatile.Read(ref taken))
            {
                Assert.Equal(0, pair.Poller.Wait(Timeout.InfiniteTimeSpan, []));
            }
            closer.Join();
        }
    }

    [Theory, MemberData(nameof(Kinds))]
    public void Interest_decides_what_is_reported_and_readiness_is_level_triggered(bool native)
    {
        using Pair pair = new(native);
        var ready = new List<ITransport>();
        pair.Poller.Set(pair.Transport, TransportInterest.Read);
        Assert.Equal(0, pair.Poller.Wait(TimeSpan.Zero, ready));
        pair.Poller.Set(pair.Transport, TransportInterest.Read | TransportInterest.Write);
        Assert.Equal(1, pair.Poller.Wait(Pump.Guard, ready));
        pair.Poller.Set(pair.Transport, TransportInterest.Read);
        Assert.Equal(0, pair.Poller.Wait(TimeSpan.Zero, ready));
        pair.Remote.Send([1]);
        Assert.Equal(1, pair.Poller.Wait(Pump.Guard, ready));
        Assert.Equal(1, pair.Poller.Wait(Pump.Guard, ready));
        Assert.Equal(3, ready.Count);
        Assert.All(ready, transport => Assert.Same(pair.Transport, transport));
    }

    [Theory, MemberData(nameof(Kinds))]
    public void A_removed_transport_is_not_reported_and_may_be_removed_again(bool native)
    {
        using Pair pair = new(native);
        pair.Remote.Send([1]);
        pair.Poller.Set(pair.Transport, TransportInterest.Read);
        Assert.Equal(1, pair.Poller.Wait(Pump.Guard, []));
        pair.Poller.Set(pair.Transport, TransportInterest.None);
        pair.Poller.Set(pair.Transport, TransportInterest.None);
        Assert.Equal(0, pair.Poller.Wait(TimeSpan.Zero, []));
    }

    [Theory, MemberData(nameof(Kinds))]
    public void The_successor_of_a_disposed_transport_gets_its_own_events_only(bool native)
    {
        using Pair pair = new(native);
        pair.Remote.Send([1]);
        pair.Poller.Set(pair.Transport, TransportInterest.Read);
        pair.Poller.Set(pair.Transport, TransportInterest.None);
        pair.Transport.Dispose();
        using Socket listener = TestNetwork.Listen();
        using ITransport next = TestNetwork.Make(native).Dial(listener.LocalEndPoint!); // takes the handle's number
        using Socket remote = listener.Accept();
        Assert.NotEqual(TransportStatus.Failed, next.Poll());
        pair.Poller.Set(next, TransportInterest.Read);
        Assert.Equal(0, pair.Poller.Wait(TimeSpan.Zero, []));
        remote.Send([1]);
        var ready = new List<ITransport>();
        Assert.Equal(1, pair.Poller.Wait(Pump.Guard, ready));
        Assert.Same(next, ready[0]);
        pair.Poller.Set(next, TransportInterest.None);
    }

    [Theory, MemberData(nameof(Kinds))]
    public void A_layer_takes_the_place_of_the_transport_under_it(bool native)
    {
        using Pair pair = new(native);
        using var layer = new TrickleTransport(pair.Transport);
        pair.Remote.Send([1]);
        pair.Poller.Set(pair.Transport, TransportInterest.Read);
        pair.Poller.Set(layer, TransportInterest.Read);
        var ready = new List<ITransport>();
        Assert.Equal(1, pair.Poller.Wait(Pump.Guard, ready));
        Assert.Same(layer, ready[0]);
        pair.Poller.Set(pair.Transport, TransportInterest.None);
        Assert.Equal(1, pair.Poller.Wait(Pump.Guard, ready));
        pair.Poller.Set(layer, TransportInterest.None);
    }

    [Theory, MemberData(nameof(Kinds))]
    public void A_hang_up_is_readiness(bool native)
    {
        using Pair pair = new(native);
        pair.Remote.LingerState = new LingerOption(true, 0);
        pair.Remote.Dispose();
        pair.Poller.Set(pair.Transport, TransportInterest.Write);
        Assert.Equal(1, pair.Poller.Wait(Pump.Guard, []));
        pair.Poller.Set(pair.Transport, TransportInterest.Read);
        Assert.Equal(1, pair.Poller.Wait(Pump.Guard, []));
    }

    [Theory, MemberData(nameof(Kinds))]
    public void A_transport_without_a_socket_is_misuse(bool native)
    {
        using IPoller poller = TestNetwork.Make(native).CreatePoller();
        Assert.Throws<ArgumentException>(() => poller.Set(Mock.Of<ITransport>(), TransportInterest.Read));
    }

    [Fact]
    public void Epoll_is_told_only_of_changes()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }
        using Pair pair = new(native: true);
        var poller = (EpollPoller)pair.Poller;
        int before = poller.ControlCalls;
        pair.Poller.Set(pair.Transport, TransportInterest.Read);
        pair.Poller.Set(pair.Transport, TransportInterest.Read);
        Assert.Equal(before + 1, poller.ControlCalls);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 1)]
    [InlineData(10_000, 1)]
    [InlineData(10_001, 2)]
    [InlineData(long.MaxValue, int.MaxValue)]
    public void Sleeps_are_rounded_up(long ticks, int milliseconds) =>
        Assert.Equal(milliseconds, EpollPoller.Milliseconds(new TimeSpan(ticks)));

    private sealed class Pair : IDisposable
    {
        public Pair(bool native)
        {
            SocketNetwork network = TestNetwork.Make(native);
            using Socket listener = TestNetwork.Listen();
            Poller = network.CreatePoller();
            Transport = network.Dial(listener.LocalEndPoint!);
            Remote = listener.Accept();
            while (Transport.Poll() == TransportStatus.Opening)
            {
                Poller.Set(Transport, TransportInterest.Write);
                Poller.Wait(Pump.Guard, []);
            }
            Poller.Set(Transport, TransportInterest.None);
        }

        public IPoller Poller { get; }

        public ITransport Transport { get; }

        public Socket Remote { get; }

        public void Dispose()
        {
            Poller.Set(Transport, TransportInterest.None);
            Transport.Dispose();
            Remote.Dispose();
            Poller.Dispose();
        }
    }
}
