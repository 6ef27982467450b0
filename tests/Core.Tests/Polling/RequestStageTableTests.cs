using Xunit;

namespace PollHttp.Core.Tests;

public class RequestStageTableTests
{
    private static readonly RequestStage[] s_all = Enum.GetValues<RequestStage>();

    [Fact]
    public void Every_stage_can_be_closed() => Assert.All(s_all, static from => Assert.True(RequestStageTable.Allows(from, RequestStage.None)));

    [Fact]
    public void A_request_is_made_only_where_there_is_none() =>
        Assert.All([RequestStage.UnderWay, RequestStage.Unsendable], static to =>
            Assert.Equal([RequestStage.None], s_all.Where(from => RequestStageTable.Allows(from, to))));

    [Fact]
    public void A_body_that_was_shown_stays_shown() =>
        Assert.Equal([RequestStage.None, RequestStage.EndedShown], s_all.Where(static to => RequestStageTable.Allows(RequestStage.BodyShown, to)));

    [Fact]
    public void An_end_that_nothing_was_shown_of_may_still_be_shown() =>
        Assert.Equal([RequestStage.None, RequestStage.EndedShown], s_all.Where(static to => RequestStageTable.Allows(RequestStage.Ended, to)));

    [Fact]
    public void Only_a_response_that_has_not_begun_its_body_switches() =>
        Assert.Equal([RequestStage.UnderWay], s_all.Where(static from => RequestStageTable.Allows(from, RequestStage.Switched)));
}
