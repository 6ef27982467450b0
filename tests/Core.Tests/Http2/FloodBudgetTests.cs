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
