using System.Buffers;
using System.Net;
using System.Net.Sockets;

namespace PollHttp.Sockets.Tests;

/// <summary>Networks of each kind, and listeners to dial.</summary>
internal static class TestNetwork
{
    public static TheoryData<bool> Kinds =>
        OperatingSystem.IsLinux() ? new TheoryData<bool> { true, false } : new TheoryData<bool> { false };

    public static SocketNetwork Make(bool native, bool handshakeOnPool = false) => new(new SocketNetworkOptions
    {
        HandshakeOnThreadPool = handshakeOnPool,
        Poller = native ? SocketPollerKind.Epoll : SocketPollerKind.Select,
        PortableCalls = !native,
    });

    public static Socket Listen()
    {
        var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        return listener;
    }

    public static ReadOnlySequence<byte> Sequence(params byte[][] parts)
    {
        Segment? first = null;
        Segment? last = null;
        foreach (byte[] part in parts)
        {
            last = new Segment(part, last);
            first ??= last;
        }
        return new(first!, 0, last!, last!.Memory.Length);
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(byte[] data, Segment? previous)
        {
            Memory = data;
            if (previous is not null)
            {
                RunningIndex = previous.RunningIndex + previous.Memory.Length;
                previous.Next = this;
            }
        }
    }
}
