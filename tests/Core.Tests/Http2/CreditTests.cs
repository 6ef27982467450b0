using System.Buffers;
using PollHttp.Core.Http2;
using PollHttp.Testing;
using Xunit;

namespace PollHttp.Core.Tests;

/// <summary>Readers that pause and go on, and the credit for content that is not read (RFC 9113 §5.2, §6.9).</summary>
public sealed class CreditTests
{
    private const int Window = 65_535;
    private const int FrameSize = 16_384;

    private static Http2Frame Head(int stream) => Http2Frame.Headers(stream, false, (":status", "200"));

    [Theory, Trait("rule", "R2-072"), Trait("fault", "F2-24")]
    [InlineData(Window)]
    [InlineData(1_000)]
    [InlineData(7)]
    public void Reader_that_paused_until_its_window_was_full_gets_credit_for_the_rest(int piece)
    {
        Http2Driver driver = Http2Driver.Open();
        driver.IsLazy = true;
        driver.Receive(Head(1));
        Fill(driver, Window);
        Assert.Equal("", driver.Send().TakeSent());
        driver.PassTime(TimeSpan.FromHours(1));
        for (int read = 0; read < Window; read += piece)
        {
            driver.Read(new(1), piece);
        }

        long credit = Credit(driver.Send(), 1);
        Assert.InRange(credit, Window - (Window / 4), long.MaxValue);
        Fill(driver, credit);
        driver.Read(new(1)).Receive(Http2Frame.Data(1, "", true));
        Assert.Equal($"head 200; body {Window + credit} bytes; end", driver.Log);
        driver.Finish();
    }

    [Theory, Trait("rule", "R2-016"), Trait("fault", "F2-25")]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Bytes_of_streams_that_pause_and_go_on_in_turn_stay_apart(int seed)
    {
        const int Streams = 3;
        const int MostUnread = 40_000;
        Random random = new(seed);
        Http2Driver driver = Http2Driver.Open(Streams);
        driver.IsLazy = true;
        driver.PieceSize = random.Next(2) * random.Next(1, 3_000);
        driver.Receive(Head(1), Head(3), Head(5));
        List<byte>[] sent = [[], [], []];
        List<byte>[] read = [[], [], []];
        for (int step = 0; step < 1_000; step++)
        {
            int of = random.Next(Streams);
            if (random.Next(2) == 0)
            {
                byte[] data = new byte[Math.Min(random.Next(2) == 0 ? random.Next(1, 600) : random.Next(1, FrameSize), MostUnread - (sent[of].Count - read[of].Count))];
                random.NextBytes(data);
                sent[of].AddRange(data);
                driver.Receive(Http2Frame.Data((2 * of) + 1, data));
            }
            else
            {
                Take(driver, of, random.Next(1, 20_000), read[of]);
            }

            driver.Send();
        }

        for (int of = 0; of < Streams; of++)
        {
            Take(driver, of, int.MaxValue, read[of]);
            Assert.Equal(sent[of], read[of]);
        }

        driver.Finish();
    }

    [Theory, Trait("rule", "R2-070"), Trait("rule", "R2-077"), Trait("rule", "R2-090"), Trait("fault", "F2-26"), Trait("fault", "F2-27")]
    [InlineData("read")]
    [InlineData("unread")]
    [InlineData("canceled")]
    [InlineData("dropped while read")]
    [InlineData("malformed")]
    [InlineData("reset")]
    [InlineData("GOAWAY")]
    public void Credit_of_the_connection_comes_back_whatever_became_of_the_stream(string end)
    {
        const int Budget = 131_072;
        byte[] padded = [200, .. new byte[599], .. new byte[200]];
        Http2Frame frame = new(Http2FrameType.Data, Http2FrameFlags.Padded, 3, padded);
        Http2Driver driver = Http2Driver.Open(2, null, new Http2Options { ReceiveBudget = Budget });
        driver.IsLazy = end != "read";
        driver.Receive(Head(1), Head(3));
        driver.Receive([.. Enumerable.Repeat(frame, 30)]);
        switch (end)
        {
            case "canceled":
                driver.Http.Abort(new(2));
                break;
            case "dropped while read":
                driver.Http.Abort(new(2), whileRead: true);
                break;
            case "malformed":
                driver.Receive(Head(3));
                break;
            case "reset":
                driver.Receive(Http2Frame.Reset(3, 8));
                break;
            case "GOAWAY":
                driver.Receive(Http2Frame.GoAway(1, 0));
                break;
        }

        driver.Receive([.. Enumerable.Repeat(frame, 30)]);
        long total = 60 * padded.Length;
        Assert.InRange(Credit(driver.Send(), 0), total - (Budget / 8), total);
        driver.Receive(Http2Frame.Data(1, "goes on", true));
        driver.Read(new(1));
        Assert.Contains("body goes on; end", driver.Log);
        driver.Finish();
    }

    private static void Fill(Http2Driver driver, long count)
    {
        for (; count > 0; count -= FrameSize)
        {
            driver.Receive(Http2Frame.Data(1, new byte[Math.Min(count, FrameSize)]));
        }
    }

    private static long Credit(Http2Driver driver, int stream) =>
        driver.Sent.Where(f => f.StartsWith($"WINDOW {stream} ", StringComparison.Ordinal)).Sum(static f => long.Parse(f.Split(' ')[2]));

    private static void Take(Http2Driver driver, int of, long most, List<byte> target)
    {
        ReadOnlySequence<byte> body = new HttpExchange(driver.Http, new(of + 1)).Body;
        body = body.Slice(0, Math.Min(most, body.Length));
        target.AddRange(body.ToArray());
        driver.Http.ConsumeBody(new(of + 1), body.Length);
        driver.Drain();
    }
}
