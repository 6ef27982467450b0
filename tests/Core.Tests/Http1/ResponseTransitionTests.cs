using Xunit;

namespace PollHttp.Core.Tests;

public sealed class ResponseTransitionTests
{
    [Fact]
    public void Every_state_of_a_response_can_be_reached_and_none_is_left_but_by_its_rows()
    {
        HashSet<ResponseProgress> reached = [ResponseProgress.None];
        Queue<ResponseProgress> open = new([ResponseProgress.None]);
        while (open.TryDequeue(out ResponseProgress from))
        {
            foreach (ResponseEvent cause in Enum.GetValues<ResponseEvent>())
            {
                if (ResponseTransitions.Next(from, cause) is { } to && reached.Add(to))
                {
                    open.Enqueue(to);
                }
            }
        }

        Assert.Equal(Enum.GetValues<ResponseProgress>(), reached.Order());
    }

    [Fact]
    public void A_close_leaves_nothing_to_report_wherever_the_response_stands()
    {
        foreach (ResponseProgress from in Enum.GetValues<ResponseProgress>())
        {
            ResponseProgress to = ResponseTransitions.Next(from, ResponseEvent.Discard)!.Value;
            Assert.Null(ResponseTransitions.Next(to, ResponseEvent.Report));
            Assert.Null(ResponseTransitions.Next(to, ResponseEvent.Breakage));
        }
    }

    [Fact]
    public void The_next_exchange_begins_only_after_the_end_was_reported()
    {
        Assert.Equal(
            [ResponseProgress.None, ResponseProgress.Ended],
            Enum.GetValues<ResponseProgress>().Where(static p => ResponseTransitions.Next(p, ResponseEvent.BeginResponse) is not null));
    }

    [Theory]
    [InlineData("idle", nameof(ResponseProgress.None))]
    [InlineData("waiting", nameof(ResponseProgress.Head))]
    [InlineData("in head", nameof(ResponseProgress.InHead))]
    [InlineData("in body", nameof(ResponseProgress.Body))]
    [InlineData("all received", nameof(ResponseProgress.Whole))]
    [InlineData("used", nameof(ResponseProgress.Ended))]
    [InlineData("failed", nameof(ResponseProgress.Failed))]
    [InlineData("failed unread", nameof(ResponseProgress.Broken))]
    [InlineData("upgraded", nameof(ResponseProgress.Tunnel))]
    [InlineData("tunnel taken", nameof(ResponseProgress.TunnelTaken))]
    [InlineData("closed", nameof(ResponseProgress.Failed))]
    public void A_connection_is_as_far_as_its_situation_says(string situation, string progress) =>
        Assert.Equal(progress, Situation.Make(situation).Http.Progress.ToString());

    [Fact]
    public void A_body_dropped_by_a_close_is_not_received()
    {
        Situation closed = Situation.Make("closed");
        Assert.False(closed.Http.Latest().IsBodyReceived);
    }
}
