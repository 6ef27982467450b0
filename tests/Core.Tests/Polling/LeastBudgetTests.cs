using PollHttp.Testing;
using Xunit;

namespace PollHttp.Core.Tests;

/// <summary>A budget that was given is a limit, however small: zero and less are the least there is.</summary>
public sealed class LeastBudgetTests
{
    private const int Size = 4_000_000;

    public static TheoryData<PollBudget> Least =>
    [
        new PollBudget(TimeSpan.Zero),
        new PollBudget(TimeSpan.FromMilliseconds(-1)),
        new PollBudget(TimeSpan.MinValue),
        TimeSpan.FromTicks(-1),
        new PollBudget(0),
        new PollBudget(-1),
        new PollBudget(long.MinValue),
        new PollBudget(-1, TimeSpan.FromSeconds(-1)),
        new PollBudget { Bytes = -1 },
        new PollBudget { Time = TimeSpan.FromDays(-1) },
    ];

    [Theory]
    [MemberData(nameof(Least))]
    public void A_poll_of_a_client_does_one_piece(PollBudget budget)
    {
        using PollClient client = Receiving();
        for (int i = 1; i <= 3; i++)
        {
            long before = Length(client);
            client.Poll(budget);
            Assert.InRange(Length(client) - before, 1, 16 * 1024);
        }
    }

    [Theory]
    [MemberData(nameof(Least))]
    public void A_poll_with_a_consumer_does_one_piece(PollBudget budget)
    {
        using PollClient client = Receiving();
        int got = 0;
        int calls = 0;
        for (int i = 1; i <= 3; i++)
        {
            client.PollBody(budget, bytes =>
            {
                got += bytes.Length;
                calls++;
            });
            Assert.InRange(got, i, i * 32 * 1024);
            Assert.InRange(calls, i, 2 * i);
        }
    }

    [Fact]
    public void An_upload_without_time_still_hears_its_answer()
    {
        SimulatedNetwork network = new();
        network.Listen("h.test", 80, peer =>
        {
            if (peer.State is null)
            {
                peer.State = peer;
                peer.Send("HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
            }

            peer.Consume(peer.Received.Length);
        });
        using PollClient client = new(network);
        client.ConnectToHost("h.test");
        client.Poll();
        client.Request("POST", "/", [], new byte[10_000_000]);
        int polls = 0;
        while (client.Status == PollStatus.Requesting)
        {
            client.Poll(TimeSpan.Zero);
            Assert.InRange(++polls, 1, 20);
        }

        Assert.Equal(413, client.ResponseCode);
    }

    [Fact]
    public void Only_a_missing_limit_is_none()
    {
        Assert.Equal(default, PollBudget.Unlimited);
        Assert.Null(PollBudget.Unlimited.Time);
        Assert.Null(PollBudget.Unlimited.Bytes);
        Assert.Null(new PollBudget(TimeSpan.Zero).Bytes);
        Assert.Null(new PollBudget(1).Time);
        Assert.Equal(TimeSpan.Zero, new PollBudget(TimeSpan.FromSeconds(-5)).Time);
        Assert.Equal(1, new PollBudget(-5).Bytes);
        Assert.NotEqual(PollBudget.Unlimited, TimeSpan.Zero);
        Assert.Equal(PollBudget.Unlimited, new PollBudget(null));
        Assert.Equal(PollBudget.Unlimited, new PollBudget(5) with { Bytes = null });
    }

    [Fact]
    public void The_longest_time_is_no_overflow()
    {
        using PollClient client = Receiving();
        int got = 0;
        client.PollBody(TimeSpan.MaxValue, bytes => got += bytes.Length);
        Assert.Equal(Size, got + 0);
    }

    private static long Length(PollClient client)
    {
        long sum = 0;
        while (client.TryReadResponseBodySlice(out ReadOnlyMemory<byte> slice))
        {
            sum += slice.Length;
            client.AdvanceBody(slice.Length);
        }

        return sum;
    }

    /// <summary>A client that has received the head, and nothing else, of a response that is all there.</summary>
    private static PollClient Receiving()
    {
        SimulatedNetwork network = new();
        byte[] body = new byte[Size];
        network.Listen("h.test", 80, peer =>
        {
            peer.Consume(peer.Received.Length);
            peer.Send($"HTTP/1.1 200 OK\r\nContent-Length: {Size}\r\n\r\n");
            peer.SendAfter(TimeSpan.FromMilliseconds(1), body);
        });
        PollClient client = new(network);
        client.ConnectToHost("h.test");
        client.Poll();
        client.Request("GET", "/", []);
        client.Poll();
        Assert.Equal(PollStatus.Body, client.Status);
        network.Advance(TimeSpan.FromMilliseconds(1));
        return client;
    }
}
