using System.Buffers;
using System.Net;
using System.Net.Sockets;
using PollHttp.Core;

namespace PollHttp.Sockets.Tests;

/// <summary>A system that has no buffers for a call may have some a moment later.</summary>
public sealed class ShortageTests
{
    private static readonly ReadOnlySequence<byte> s_bytes = new([1, 2, 3]);

    [Fact, Trait("fault", "F-49")]
    public void A_write_without_buffers_is_made_once_more()
    {
        using Line line = new(SocketError.NoBufferSpaceAvailable, null, SocketError.NoBufferSpaceAvailable, null);
        for (int i = 0; i < 2; i++)
        {
            Assert.Equal(IoResult.WouldBlock, line.Transport.TryWrite(s_bytes));
            Assert.Equal(TransportInterest.Later, line.Transport.GetInterest(TransportInterest.Read | TransportInterest.Write));
            Assert.Equal(TransportInterest.Read, line.Transport.GetInterest(TransportInterest.Read));
            Assert.Equal(IoResult.Done(3), line.Transport.TryWrite(s_bytes));
            Assert.Equal(TransportInterest.Write, line.Transport.GetInterest(TransportInterest.Write));
        }

        Assert.Equal((TransportStatus.Open, TransportError.None), (line.Transport.Poll(), line.Transport.Failure.Error));
    }

    [Fact, Trait("fault", "F-49")]
    public void A_read_without_buffers_is_made_once_more()
    {
        using Line line = new(SocketError.NoBufferSpaceAvailable, SocketError.WouldBlock, SocketError.NoBufferSpaceAvailable);
        byte[] buffer = new byte[8];
        Assert.Equal(IoResult.WouldBlock, line.Transport.TryRead(buffer));
        Assert.Equal(TransportInterest.Later, line.Transport.GetInterest(TransportInterest.Read));
        Assert.Equal(IoResult.WouldBlock, line.Transport.TryRead(buffer));
        Assert.Equal(TransportInterest.Read, line.Transport.GetInterest(TransportInterest.Read));
        Assert.Equal(IoResult.WouldBlock, line.Transport.TryRead(buffer));
        Assert.Equal(TransportInterest.Later, line.Transport.GetInterest(TransportInterest.Read));
    }

    [Theory, Trait("fault", "F-49")]
    [InlineData(true)]
    [InlineData(false)]
    public void Without_buffers_twice_is_a_failure_of_its_own_kind(bool writes)
    {
        using Line line = new(SocketError.NoBufferSpaceAvailable, SocketError.NoBufferSpaceAvailable);
        Assert.Equal(IoStatus.WouldBlock, Call().Status);
        Assert.Equal(IoStatus.Failed, Call().Status);
        Assert.Equal((TransportStatus.Failed, TransportError.ResourceExhausted), (line.Transport.Poll(), line.Transport.Failure.Error));

        IoResult Call() => writes ? line.Transport.TryWrite(s_bytes) : line.Transport.TryRead(new byte[8]);
    }

    [Fact, Trait("fault", "F-49")]
    public void A_reset_is_not_tried_again()
    {
        using Line line = new(SocketError.ConnectionReset);
        Assert.Equal(IoStatus.Failed, line.Transport.TryWrite(s_bytes).Status);
    }

    /// <summary>A transport whose reads and writes go as planned: an error, or null for success.</summary>
    private sealed class Line : ISocketCalls, IDisposable
    {
        private readonly Queue<SocketError?> _plan;

        public Line(params SocketError?[] plan)
        {
            _plan = new(plan);
            Transport = new(new IPEndPoint(IPAddress.Loopback, 1), noDelay: true, this);
        }

        public SocketTransport Transport { get; }

        public TransportStatus Connect(Socket socket, EndPoint endPoint, ref TransportFailure failure) => TransportStatus.Open;

        public TransportStatus PollConnect(Socket socket, ref TransportFailure failure) => TransportStatus.Open;

        public bool IsSelfConnected(Socket socket) => false;

        public EndPoint? GetLocalEndPoint(Socket socket, EndPoint remote) => null;

        public IoResult Receive(Socket socket, Span<byte> buffer, ref TransportFailure failure) => Next(buffer.Length, ref failure);

        public IoResult Send(Socket socket, in ReadOnlySequence<byte> data, ref TransportFailure failure) => Next((int)data.Length, ref failure);

        public void Dispose() => Transport.Dispose();

        private IoResult Next(int count, ref TransportFailure failure)
        {
            switch (_plan.Dequeue())
            {
                case null:
                    return IoResult.Done(count);
                case SocketError.WouldBlock:
                    return IoResult.WouldBlock;
                case { } error:
                    failure = SocketFailure.From(error);
                    return IoResult.Failed;
            }
        }
    }
}
