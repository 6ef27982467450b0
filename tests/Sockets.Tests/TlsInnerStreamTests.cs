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
        transport.Setup(t => t.TryWrite(It.IsAny<System.Buffers.ReadOnlySequence<byte>>())).Returns(IoResult.Done(4));
        using (new PollingStep(stream))
        {
            stream.Progress();
        }
        Assert.True(write.IsCompletedSuccessfully);
        Assert.True(read.IsCompletedSuccessfully);
        Assert.False(stream.HasUntried);
    }
}
