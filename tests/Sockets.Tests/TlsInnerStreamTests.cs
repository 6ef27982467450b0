using Moq;
using PollHttp.Core;

namespace PollHttp.Sockets.Tests;

public sealed class TlsInnerStreamTests
{
    [Fact]
    public void Off_the_polling_thread_the_transport_is_not_touched_and_the_waker_is_called()
    {
        var transport = new Mock<ITransport>(MockBehavior.Strict);
        int wakes = 0;
        using var stream = new TlsInnerStream(transport.Object, () => wakes++);
        ValueTask<int> read = stream.ReadAsync(new byte[4]);
        ValueTask write = stream.WriteAsync(new byte[4]);
        Assert.False(read.IsCompleted || write.IsCompleted);
        Assert.True(stream.HasUntried);
        Assert.Equal(2, wakes);

        transport.Setup(t => t.TryRead(It.IsAny<Memory<byte>>())).Returns(IoResult.Done(3));
        transport.Setup(t => t.GetInterest(TransportInterest.Read)).Returns(TransportInterest.Read);
        transport.Setup(t => t.TryWrite(It.IsAny<System.Buffers.ReadOnlySequence<byte>>())).Returns(IoResult.Done(4));
        using (new PollingStep(stream))
        {
            stream.Progress();
        }
        Assert.True(write.IsCompletedSuccessfully);
        Assert.True(read.IsCompletedSuccessfully);
        Assert.False(stream.HasUntried);
    }

    [Theory]
    [InlineData(4, 2)]
    [InlineData(3, 1)]
    public async Task After_a_short_read_the_transport_is_asked_again_only_when_it_is_polled(int count, int calls)
    {
        var transport = new Mock<ITransport>(MockBehavior.Strict);
        transport.SetupSequence(t => t.TryRead(It.IsAny<Memory<byte>>()))
            .Returns(IoResult.Done(count)).Returns(IoResult.WouldBlock).Returns(IoResult.Done(2));
        transport.Setup(t => t.GetInterest(TransportInterest.Read)).Returns(TransportInterest.Read);
        using var stream = new TlsInnerStream(transport.Object, null);
        ValueTask<int> first;
        ValueTask<int> second;
        using (new PollingStep(stream))
        {
            first = stream.ReadAsync(new byte[4]);
            second = stream.ReadAsync(new byte[4]);
        }

        Assert.Equal(count, await first);
        Assert.False(second.IsCompleted);
        Assert.False(stream.HasUntried);
        Assert.True(stream.IsReadPending);
        transport.Verify(t => t.TryRead(It.IsAny<Memory<byte>>()), Times.Exactly(calls));

        while (!second.IsCompleted)
        {
            using (new PollingStep(stream))
            {
                stream.Progress();
            }
        }

        Assert.Equal(2, await second);
        transport.Verify(t => t.TryRead(It.IsAny<Memory<byte>>()), Times.Exactly(3));
    }
}
