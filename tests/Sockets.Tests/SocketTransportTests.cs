using System.Buffers;
using System.Net;
using System.Net.Sockets;
using PollHttp.Core;

namespace PollHttp.Sockets.Tests;

public sealed class SocketTransportTests
{
    public static TheoryData<bool> Kinds => TestNetwork.Kinds;

    [Theory, MemberData(nameof(Kinds))]
    public void Connects_and_moves_bytes_both_ways(bool native)
    {
        using Peer peer = new(native);
        Assert.Equal(IoStatus.Done, peer.Pump.Write([1, 2, 3]));
        byte[] got = new byte[8];
        Assert.Equal(3, peer.Remote.Receive(got));
        Assert.Equal(IoResult.WouldBlock, peer.Transport.TryRead(got));
        peer.Remote.Send([4, 5]);
        Assert.Equal(IoResult.Done(2), peer.Pump.Read(got));
        Assert.Equal(new byte[] { 4, 5 }, got[..2]);
        Assert.Equal(TransportError.None, peer.Transport.Failure.Error);
    }

    [Theory, MemberData(nameof(Kinds))]
    public void Nobody_listening_is_refused(bool native)
    {
        SocketNetwork network = TestNetwork.Make(native);
        using Socket bound = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        bound.Bind(new IPEndPoint(IPAddress.Loopback, 0)); // bound but not listening: nobody else can take the port
        ITransport transport = network.Dial(bound.LocalEndPoint!);
        using Pump pump = new(network.CreatePoller(), transport);
        Assert.Equal(TransportStatus.Failed, pump.Open());
        Assert.Equal(TransportError.Refused, transport.Failure.Error);
        Assert.IsType<SocketException>(transport.Failure.Cause);
        Assert.Equal(IoStatus.Failed, transport.TryRead(new byte[1]).Status);
        Assert.Equal(IoStatus.Failed, transport.TryWrite(new(new byte[1])).Status);
        Assert.Equal(TransportInterest.Immediate, transport.GetInterest(TransportInterest.Read));
    }

    [Theory, MemberData(nameof(Kinds))]
    [Trait("rule", "R-238")]
    public void A_socket_connected_to_itself_is_refused(bool native)
    {
        ISocketCalls calls = native ? LinuxSocketCalls.Instance : PortableSocketCalls.Instance;
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        socket.Connect(socket.LocalEndPoint!);
        Assert.True(calls.IsSelfConnected(socket));
        using Peer peer = new(native);
        Assert.False(calls.IsSelfConnected(((SocketTransport)peer.Transport).Socket!));
    }

    [Theory, MemberData(nameof(Kinds))]
    public void The_end_of_the_peer_is_the_end_and_stays_it(bool native)
    {
        using Peer peer = new(native);
        peer.Remote.Send([7]);
        peer.Remote.Shutdown(SocketShutdown.Send);
        byte[] got = new byte[8];
        Assert.Equal(IoResult.Done(1), peer.Pump.Read(got));
        Assert.Equal(IoResult.End, peer.Pump.Read(got));
        Assert.Equal(IoResult.End, peer.Transport.TryRead(got));
        Assert.Equal(IoStatus.Done, peer.Pump.Write([1]));
    }

    [Theory, MemberData(nameof(Kinds))]
    public void A_reset_is_a_failure_with_its_cause(bool native)
    {
        using Peer peer = new(native);
        peer.Remote.LingerState = new LingerOption(true, 0);
        peer.Remote.Dispose();
        Assert.Equal(IoResult.Failed, peer.Pump.Read(new byte[8]));
        Assert.Equal(TransportError.Reset, peer.Transport.Failure.Error);
        Assert.Equal(TransportStatus.Failed, peer.Transport.Poll());
        Assert.Equal(IoResult.Failed, peer.Transport.TryWrite(new(new byte[1])));
    }

    [Theory, MemberData(nameof(Kinds))]
    [Trait("rule", "F-18")]
    public void A_reset_that_a_write_finds_is_no_end_in_order_of_what_is_read_after_it(bool native)
    {
        using Peer peer = new(native);
        peer.Remote.Send([1, 2, 3]);
        peer.Remote.LingerState = new LingerOption(true, 0);
        peer.Remote.Dispose();
        Assert.Equal(IoResult.Failed, peer.Transport.TryWrite(new(new byte[1])));
        byte[] got = new byte[8];
        Assert.Equal(IoResult.Done(3), peer.Transport.TryRead(got));
        Assert.Equal(IoResult.Failed, peer.Transport.TryRead(got));
        Assert.Equal(IoResult.Failed, peer.Transport.TryRead(got));
        Assert.Equal(TransportError.Reset, peer.Transport.Failure.Error);
    }

    [Theory, MemberData(nameof(Kinds))]
    [Trait("rule", "F-18")]
    public void An_end_that_came_before_the_reset_of_a_write_stays_an_end(bool native)
    {
        using Peer peer = new(native);
        peer.Remote.Send([1, 2, 3]);
        peer.Remote.Dispose();
        while (peer.Transport.TryWrite(new(new byte[1])).Status != IoStatus.Failed)
        {
        }

        byte[] got = new byte[8];
        Assert.Equal(IoResult.Done(3), peer.Transport.TryRead(got));
        Assert.Equal(IoResult.End, peer.Transport.TryRead(got));
    }

    [Theory, MemberData(nameof(Kinds))]
    public void Shutting_down_sending_ends_the_peers_reading_only(bool native)
    {
        using Peer peer = new(native);
        peer.Transport.ShutdownSend();
        Assert.Equal(0, peer.Remote.Receive(new byte[1]));
        peer.Remote.Send([9]);
        Assert.Equal(IoResult.Done(1), peer.Pump.Read(new byte[4]));
    }

    [Theory, MemberData(nameof(Kinds))]
    public void Segments_are_gathered_in_order(bool native)
    {
        using Peer peer = new(native);
        byte[][] parts = [.. Enumerable.Range(1, 40).Select(i => Enumerable.Repeat((byte)i, i % 7).ToArray())];
        byte[] expected = [.. parts.SelectMany(part => part)];
        ReadOnlySequence<byte> data = TestNetwork.Sequence(parts);
        Assert.Equal(IoStatus.Done, peer.Pump.Write(data));
        byte[] got = new byte[expected.Length];
        for (int at = 0; at < got.Length;)
        {
            at += peer.Remote.Receive(got.AsSpan(at));
        }
        Assert.Equal(expected, got);
    }

    [Theory, MemberData(nameof(Kinds))]
    public void A_full_socket_would_block_until_the_peer_reads(bool native)
    {
        using Peer peer = new(native);
        byte[] chunk = new byte[64 * 1024];
        long sent = 0;
        IoResult result;
        while ((result = peer.Transport.TryWrite(new(chunk))).Status == IoStatus.Done)
        {
            sent += result.Count;
        }
        Assert.Equal(IoResult.WouldBlock, result);
        for (long left = sent; left > 0;)
        {
            left -= peer.Remote.Receive(chunk);
        }
        Assert.Equal(IoStatus.Done, peer.Pump.Write([1]));
    }

    [Theory, MemberData(nameof(Kinds))]
    public void A_unix_socket_is_dialled_like_any_other(bool native)
    {
        string path = Path.Combine(Path.GetTempPath(), $"ph-{Guid.NewGuid():N}.sock");
        SocketNetwork network = TestNetwork.Make(native);
        using ITransport missing = network.Dial(new UnixDomainSocketEndPoint(path));
        Assert.Equal(TransportStatus.Failed, missing.Poll());
        Assert.Equal(TransportError.Refused, missing.Failure.Error);
        try
        {
            using Socket listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            listener.Bind(new UnixDomainSocketEndPoint(path));
            listener.Listen();
            ITransport transport = network.Dial(new UnixDomainSocketEndPoint(path));
            using Pump pump = new(network.CreatePoller(), transport);
            using Socket remote = listener.Accept();
            Assert.Equal(TransportStatus.Open, pump.Open());
            remote.Send([1, 2]);
            Assert.Equal(IoResult.Done(2), pump.Read(new byte[8]));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void An_address_family_that_does_not_exist_fails_without_throwing()
    {
        using var transport = new SocketTransport(new StrangeEndPoint(), noDelay: true, PortableSocketCalls.Instance);
        Assert.Equal(TransportStatus.Failed, transport.Poll());
        Assert.NotEqual(TransportError.None, transport.Failure.Error);
        Assert.Throws<ArgumentException>(() => SocketNetwork.Default.Dial(new DnsEndPoint("a.test", 1)));
    }

    [Fact]
    public void Steady_reads_and_writes_allocate_nothing()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }
        using Peer peer = new(native: true);
        var echo = new Thread(() =>
        {
            byte[] buffer = new byte[256];
            int count;
            while ((count = peer.Remote.Receive(buffer)) > 0)
            {
                peer.Remote.Send(buffer.AsSpan(0, count));
            }
        })
        { IsBackground = true };
        echo.Start();
        byte[] received = new byte[256];
        ReadOnlySequence<byte> request = TestNetwork.Sequence(new byte[20], new byte[30]);
        RoundTrips(200);
        long least = long.MaxValue;
        for (int round = 0; round < 4 && least > 0; round++) // the runtime allocates too, once, when it compiles a loop anew
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            RoundTrips(1000);
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        peer.Transport.ShutdownSend();
        echo.Join();
        Assert.Equal(0, least);

        void RoundTrips(int count)
        {
            for (int i = 0; i < count; i++)
            {
                peer.Transport.TryWrite(request);
                for (int left = 50; left > 0;)
                {
                    left -= peer.Pump.ReadQuietly(received);
                }
            }
        }
    }

    private sealed class StrangeEndPoint : EndPoint
    {
        public override AddressFamily AddressFamily => AddressFamily.Ipx;
    }

    private sealed class Peer : IDisposable
    {
        public Peer(bool native)
        {
            SocketNetwork network = TestNetwork.Make(native);
            using Socket listener = TestNetwork.Listen();
            Transport = network.Dial(listener.LocalEndPoint!);
            Pump = new(network.CreatePoller(), Transport);
            Remote = listener.Accept();
            Assert.Equal(TransportStatus.Open, Pump.Open());
        }

        public ITransport Transport { get; }

        public Pump Pump { get; }

        public Socket Remote { get; }

        public void Dispose()
        {
            Pump.Dispose();
            Remote.Dispose();
        }
    }
}
