using PollHttp.Core.Http2;
using PollHttp.Testing;
using Xunit;

namespace PollHttp.Core.Tests;

/// <summary>What the flood budget takes for useless, and what it does not.</summary>
public sealed class FloodBudgetTests
{
    private const int More = 1_500; // than the budget

    private static Http2Frame Head(int stream) => Http2Frame.Headers(stream, false, (":status", "200"));

    [Fact, Trait("rule", "R2-062"), Trait("rule", "R2-140")]
    public void GOAWAYs_that_lower_the_last_stream_again_and_again_end_the_connection()
    {
        Http2Driver driver = Http2Driver.Open();
        for (int i = 0; i < More; i++)
        {
            driver.Receive(Http2Frame.GoAway(int.MaxValue - (2 * i), 0));
        }

        Assert.EndsWith("GOAWAY 0 11", driver.Send().TakeSent());
        driver.Finish();
    }

    [Fact, Trait("rule", "R2-028"), Trait("rule", "R2-141")]
    public void Small_messages_under_way_when_their_stream_is_canceled_are_no_flood()
    {
        Http2Driver driver = Http2Driver.Open(2);
        driver.Receive(Head(1), Head(3));
        driver.Http.Abort(new(1));
        driver.Send().TakeLog();
        for (int i = 0; i < More; i++)
        {
            driver.Receive(Http2Frame.Data(1, "tick"));
        }

        driver.Receive(Http2Frame.Data(3, "", true));
        Assert.Equal("2: end", driver.Log);
        driver.Finish();
    }

    [Theory, Trait("rule", "R2-028"), Trait("rule", "R2-141")]
    [InlineData("")]
    [InlineData("abcdefghijklmnopqrstuvwxyzabc")]
    public void Small_frames_of_a_canceled_stream_that_its_window_did_not_allow_end_the_connection(string content)
    {
        Http2Driver driver = Http2Driver.Open(2);
        driver.Receive(Head(1), Head(3));
        driver.Http.Abort(new(1));
        driver.Send();
        for (int i = 0; i < 100_000 && driver.Http.Stage == Http2Stage.Open; i++)
        {
            driver.Receive(Http2Frame.Data(1, content)).Send();
        }

        Assert.EndsWith("GOAWAY 0 11", driver.TakeSent());
        driver.Finish();
    }

    [Theory, Trait("rule", "R2-028"), Trait("rule", "R2-141")]
    [InlineData(true)]
    [InlineData(false)]
    public void Heads_and_ends_of_a_canceled_stream_again_and_again_end_the_connection(bool withHead)
    {
        Http2Driver driver = Http2Driver.Open(2);
        driver.Http.Abort(new(1));
        driver.Send();
        for (int i = 0; i < More && driver.Http.Stage == Http2Stage.Open; i++)
        {
            driver.Receive(withHead ? Head(1) : Http2Frame.Data(1, "", true)).Send();
        }

        Assert.EndsWith("GOAWAY 0 11", driver.TakeSent());
        driver.Finish();
    }

    [Fact, Trait("rule", "R2-028"), Trait("rule", "R2-141")]
    public void Whole_responses_under_way_when_their_streams_are_canceled_are_no_flood()
    {
        Http2Driver driver = Http2Driver.Open(0);
        driver.Get();
        driver.Send().Receive(Http2Frame.Settings());
        for (int i = 0; i < 3 * More; i++)
        {
            ExchangeId id = driver.Get();
            driver.Http.Abort(id);
            driver.Http.Release(id);
            int stream = (2 * i) + 3;
            driver.Send().Receive(Http2Frame.Headers(stream, false, (":status", "103")), Head(stream), Http2Frame.Data(stream, "", true));
        }

        Assert.DoesNotContain("GOAWAY", driver.TakeSent());
        driver.Finish();
    }

    [Fact, Trait("rule", "R2-141")]
    public void Small_messages_of_streams_that_are_canceled_unread_are_no_flood()
    {
        Http2Driver driver = Http2Driver.Open(0);
        driver.Get();
        driver.Send().Receive(Http2Frame.Settings());
        driver.IsLazy = true;
        for (int i = 0; i < More; i++)
        {
            ExchangeId id = driver.Get();
            int stream = (2 * i) + 3;
            driver.Send().Receive(Head(stream), Http2Frame.Data(stream, "a"), Http2Frame.Data(stream, "b"), Http2Frame.Data(stream, "c"));
            driver.Http.Abort(id);
            driver.Http.Release(id);
        }

        Assert.DoesNotContain("GOAWAY", driver.Send().TakeSent());
        driver.Finish();
    }

    [Theory, Trait("rule", "R2-138"), Trait("rule", "R2-028"), Trait("fault", "F2-45")]
    [InlineData(0, false)]
    [InlineData(0, true)]
    [InlineData(1, true)]
    [InlineData(16_384, false)]
    [InlineData(16_384, true)]
    public void Block_that_does_not_end_ends_the_connection_also_on_a_canceled_stream(int size, bool isCanceled)
    {
        Http2Driver driver = Http2Driver.Open(2);
        if (isCanceled)
        {
            driver.Http.Abort(new(1));
            driver.Send();
        }

        byte[] longField = [0x88, 0x00, 1, (byte)'a', 0x7F, 0x80, 0x80, 0x80, 0x01]; // a value of two million octets
        driver.Receive(new Http2Frame(Http2FrameType.Headers, Http2FrameFlags.None, 1, longField));
        int frames = 0;
        for (; driver.Http.Stage == Http2Stage.Open && frames < More; frames++)
        {
            driver.Receive(new Http2Frame(Http2FrameType.Continuation, Http2FrameFlags.None, 1, Enumerable.Repeat((byte)'v', size).ToArray()));
        }

        Assert.InRange(frames, 1, size > 1 ? 9 : 17);
        Assert.Equal("GOAWAY 0 11", driver.Send().Sent[^1]);
        driver.Finish();
    }

    [Theory, Trait("rule", "R2-115"), Trait("fault", "F2-36")]
    [InlineData(0)]
    [InlineData(10_000)]
    public void Interim_heads_without_end_end_their_stream_alone(int size)
    {
        Http2Driver driver = Http2Driver.Open(2);
        Http2Frame interim = Http2Frame.Headers(1, false, (":status", "103"), ("link", new string('x', size)));
        int heads = 0;
        for (; driver.Http.OpenExchanges == 2 && heads < More; heads++)
        {
            driver.Receive(interim);
        }

        Assert.InRange(heads, 2, size > 0 ? 7 : 101);
        Assert.Equal("RST 1 8", driver.Send().TakeSent());
        driver.TakeLog();
        driver.Receive(Head(3), Http2Frame.Data(3, "on", true));
        Assert.Equal("2: head 200; 2: body on; 2: end", driver.Log);
        driver.Finish();
    }

    [Theory, Trait("rule", "R2-142"), Trait("fault", "F2-48")]
    [InlineData("malformed head")]
    [InlineData("content before the head")]
    [InlineData("window of 0")]
    [InlineData("window too large")]
    [InlineData("priority of a wrong length")]
    [InlineData("reset")]
    public void Resets_that_the_peer_sends_or_provokes_again_and_again_end_the_connection(string way)
    {
        Http2Driver driver = Http2Driver.Open(0);
        int streams = 0;
        for (; driver.Http.AvailableExchanges > 0 && streams < More; streams++)
        {
            int stream = (2 * streams) + 1;
            ExchangeId id = driver.Get();
            driver.Send().Receive(way switch
            {
                "malformed head" => Http2Frame.Headers(stream, true, ("a", "b")),
                "content before the head" => Http2Frame.Data(stream, "x"),
                "window of 0" => Http2Frame.WindowUpdate(stream, 0),
                "window too large" => Http2Frame.WindowUpdate(stream, int.MaxValue),
                "priority of a wrong length" => new(Http2FrameType.Priority, Http2FrameFlags.None, stream, new byte[4]),
                _ => Http2Frame.Reset(stream, 2),
            });
            driver.Http.Release(id);
        }

        Assert.InRange(streams, 80, 111);
        Assert.Equal("GOAWAY 0 11", driver.Send().Sent[^1]);
        driver.Finish();
    }

    [Theory, Trait("rule", "R2-030"), Trait("rule", "R2-145"), Trait("fault", "F2-49")]
    [InlineData(true)]
    [InlineData(false)]
    public void Streams_that_were_reset_are_not_kept(bool byPeer)
    {
        Http2Driver driver = Http2Driver.Open(0);
        driver.IsLazy = true;
        for (int i = 0; i < 3 * More; i++)
        {
            ExchangeId id = driver.Get();
            int stream = (2 * i) + 1;
            driver.Send().Receive(Head(stream), Http2Frame.Data(stream, "unread"));
            if (byPeer)
            {
                driver.Receive(Http2Frame.Reset(stream, 8));
            }

            driver.Http.Abort(id);
            driver.Http.Release(id);
            driver.Send();
        }

        Assert.Equal((0, 0), (driver.Http.HeldStreams, driver.Http.OpenExchanges));
        Assert.InRange(driver.Http.HeldMemory, 0, 600_000);
        driver.Finish();
    }

    [Fact, Trait("rule", "R2-141")]
    public void Small_messages_that_are_seen_and_kept_are_no_flood()
    {
        Http2Driver driver = Http2Driver.Open();
        driver.IsLazy = true;
        driver.Receive(Head(1));
        for (int i = 1; i <= More; i++)
        {
            driver.Receive(Http2Frame.Data(1, "tick"));
            driver.Http.ExamineBody(new(1), 4 * i);
        }

        Assert.Equal("head 200", driver.Log);
        driver.Finish();
    }
}
