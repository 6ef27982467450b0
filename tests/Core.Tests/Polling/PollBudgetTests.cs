using System.Buffers;
using Moq;
using PollHttp.Testing;
using Xunit;

namespace PollHttp.Core.Tests;

public class PollBudgetTests
{
    private const int Piece = 1000;

    [Theory]
    [InlineData(1, 1)]
    [InlineData(5, 5)]
    [InlineData(20, 20)]
    public void A_poll_ends_with_the_read_that_uses_up_its_time(int milliseconds, int reads)
    {
        (PollConnection connection, Func<int> readsDone) = Responding();
        using (connection)
        {
            connection.Poll(new PollBudget(TimeSpan.FromMilliseconds(milliseconds)));
            Assert.Equal(reads, readsDone());
        }
    }

    [Fact]
    public void A_poll_receives_no_more_bytes_than_its_budget()
    {
        (PollConnection connection, Func<int> readsDone) = Responding();
        using (connection)
        {
            connection.Poll(new PollBudget(3 * Piece, default));
            Assert.Equal(3, readsDone());
        }
    }

    /// <summary>A server that always has more to send, each read taking 1 ms.</summary>
    private static (PollConnection Connection, Func<int> Reads) Responding()
    {
        VirtualClock clock = new();
        int reads = 0;
        bool isAsked = false;
        Mock<ITransport> transport = new();
        transport.Setup(t => t.Poll()).Returns(TransportStatus.Open);
        transport.Setup(t => t.GetInterest(It.IsAny<TransportInterest>()))
            .Returns((TransportInterest wanted) => wanted | TransportInterest.Immediate);
        transport.Setup(t => t.TryWrite(It.IsAny<ReadOnlySequence<byte>>()))
            .Returns((ReadOnlySequence<byte> bytes) =>
            {
                isAsked = true;
                return IoResult.Done((int)bytes.Length);
            });
        transport.Setup(t => t.TryRead(It.IsAny<Memory<byte>>())).Returns((Memory<byte> buffer) =>
        {
            if (!isAsked)
            {
                return IoResult.WouldBlock;
            }

            clock.Advance(TimeSpan.FromMilliseconds(1));
            int count = Math.Min(Piece, buffer.Length);
            buffer.Span[..count].Fill((byte)'x');
            if (reads++ == 0)
            {
                "HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n"u8.CopyTo(buffer.Span);
            }

            return IoResult.Done(count);
        });

        PollConnection connection = new(transport.Object, clock, null);
        connection.Poll();
        connection.Http.Begin(
            new RequestHead { Method = "GET", Target = "/", Authority = "example.org" }, ContentFraming.None, connection.Now);
        connection.Poll();
        Assert.Equal(0, reads);
        return (connection, () => reads);
    }
}
