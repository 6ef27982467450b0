using PollHttp.Testing;
using Xunit;

namespace PollHttp.Core.Tests;

public sealed class PollBodyTests
{
    private readonly SimulatedNetwork _network = new();
    private readonly byte[] _body = new byte[2_000_000];

    public PollBodyTests() => new Random(1).NextBytes(_body);

    [Fact]
    public void One_call_hands_out_all_that_is_there()
    {
        using PollClient client = Asking();
        MemoryStream got = new();
        client.PollBody(PollBudget.Unlimited, got.Write);
        client.PollBody(PollBudget.Unlimited, got.Write);
        Assert.Equal(PollStatus.Connected, client.Status);
        Assert.Equal(_body, got.ToArray());
    }

    [Fact]
    public void A_consumer_that_takes_its_time_ends_the_call_when_the_time_is_over()
    {
        using PollClient client = Asking();
        MemoryStream got = new();
        while (client.Status != PollStatus.Connected)
        {
            TimeSpan start = _network.Clock.Elapsed;
            client.PollBody(TimeSpan.FromMilliseconds(3), bytes =>
            {
                got.Write(bytes);
                _network.Advance(TimeSpan.FromMilliseconds(1));
            });
            Assert.InRange(_network.Clock.Elapsed - start, TimeSpan.Zero, TimeSpan.FromMilliseconds(3));
        }

        Assert.Equal(_body, got.ToArray());
    }

    [Fact]
    public void Pieces_become_as_small_as_a_slow_consumer_needs_them()
    {
        using PollClient client = Asking();
        MemoryStream got = new();
        TimeSpan worst = default;
        int calls = 0;
        while (client.Status != PollStatus.Connected)
        {
            TimeSpan start = _network.Clock.Elapsed;
            client.PollBody(TimeSpan.FromMilliseconds(1), bytes =>
            {
                got.Write(bytes);
                _network.Advance(TimeSpan.FromTicks(bytes.Length / 10)); // 100 MB/s
            });
            TimeSpan over = _network.Clock.Elapsed - start - TimeSpan.FromMilliseconds(1);
            worst = calls++ > 0 && over > worst ? over : worst;
        }

        Assert.Equal(_body, got.ToArray());
        Assert.InRange(worst, TimeSpan.MinValue, TimeSpan.FromMilliseconds(0.1)); // 8 KiB take 0.08 ms
    }

    [Fact]
    public void What_the_consumer_throws_comes_out_and_no_byte_is_lost()
    {
        using PollClient client = Asking();
        MemoryStream got = new();
        int calls = 0;
        BodyConsumer consumer = bytes =>
        {
            if (calls++ % 2 == 0)
            {
                throw new IOException("full");
            }

            got.Write(bytes);
        };
        while (client.Status != PollStatus.Connected)
        {
            try
            {
                client.PollBody(new PollBudget(100_000), consumer);
            }
            catch (IOException error) when (error.Message == "full")
            {
            }
        }

        Assert.Equal(_body, got.ToArray());
    }

    [Theory]
    [InlineData("Close")]
    [InlineData("Dispose")]
    [InlineData("Reconnect")]
    public void The_consumer_may_end_it(string way)
    {
        using PollClient client = Asking();
        int calls = 0;
        BodyConsumer consumer = _ =>
        {
            calls++;
            switch (way)
            {
                case "Close":
                    client.Close();
                    break;
                case "Dispose":
                    client.Dispose();
                    break;
                default:
                    client.ConnectToHost("h.test");
                    break;
            }
        };
        while (calls == 0)
        {
            client.PollBody(new PollBudget(100_000), consumer);
        }

        Assert.Equal(1, calls);
        Assert.Equal(way == "Reconnect" ? PollStatus.Resolving : PollStatus.Disconnected, client.Status);
    }

    [Fact]
    public void The_consumer_can_neither_poll_nor_take_bytes_itself()
    {
        using PollClient client = Asking();
        int calls = 0;
        client.PollBody(PollBudget.Unlimited, _ =>
        {
            calls++;
            Assert.Throws<InvalidOperationException>(() => client.Poll());
            Assert.Throws<InvalidOperationException>(() => client.PollBody(PollBudget.Unlimited, static _ => { }));
            Assert.Throws<InvalidOperationException>(() => client.AdvanceBody(1));
            Assert.Throws<InvalidOperationException>(() => client.ReadResponseBodyChunk());
        });
        Assert.NotEqual(0, calls);
    }

    [Fact]
    public void In_blocking_mode_it_returns_with_the_bytes_that_came()
    {
        using PollClient client = Asking(pieces: 100_000);
        client.BlockingMode = true;
        MemoryStream got = new();
        int calls = 0;
        while (client.Status is PollStatus.Requesting or PollStatus.Body)
        {
            client.PollBody(PollBudget.Unlimited, got.Write);
            calls++;
        }

        Assert.Equal(_body, got.ToArray());
        Assert.InRange(calls, 20, 45);
    }

    private PollClient Asking(int pieces = 0)
    {
        _network.Listen("h.test", 80, new ScriptedHttpServer(new ServerReply(
            (byte[])[.. "HTTP/1.1 200 OK\r\nContent-Length: 2000000\r\n\r\n"u8, .. _body])
        { DribbleSize = pieces, DribbleDelay = TimeSpan.FromMilliseconds(1) }));
        PollClient client = new(_network);
        client.ConnectToHost("h.test");
        client.Poll();
        client.Request("GET", "/", []);
        return client;
    }
}
