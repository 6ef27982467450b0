using Xunit;

namespace PollHttp.Tests;

/// <summary>The tables of states above Core: debug builds hold every connection of every test to them.</summary>
public sealed class TransitionTests
{
    [Fact]
    public void A_connection_can_close_from_everywhere_and_does_not_come_back()
    {
        foreach (LifeState state in Enum.GetValues<LifeState>())
        {
            Assert.Equal(state < LifeState.Closing, LifeTransitions.Allows(state, LifeState.Closing));
            Assert.Equal(state == LifeState.Closing, LifeTransitions.Allows(state, LifeState.Closed));
            Assert.False(LifeTransitions.Allows(LifeState.Closed, state));
            Assert.False(LifeTransitions.Allows(state, LifeState.Dialing));
        }
    }

    [Fact]
    public void Only_what_was_in_use_is_drained()
    {
        Assert.Equal(
            [LifeState.Active],
            Enum.GetValues<LifeState>().Where(static s => LifeTransitions.Allows(s, LifeState.Draining)));
    }

    [Fact]
    public void An_exchange_ends_before_the_next_begins()
    {
        ExchangeStage[] stages = Enum.GetValues<ExchangeStage>();
        Assert.Equal(
            [ExchangeStage.Queued, ExchangeStage.AwaitingSettings],
            stages.Where(static s => StageTransitions.Allows(s, ExchangeStage.AwaitingHead)));
        Assert.Equal([ExchangeStage.Done], stages.Where(static s => StageTransitions.Allows(s, ExchangeStage.Queued)));
    }

    [Fact]
    public void A_head_is_evaluated_before_its_body_is_anybodys()
    {
        Assert.Equal(
            [ExchangeStage.AwaitingHead, ExchangeStage.Evaluating],
            Enum.GetValues<ExchangeStage>().Where(static s => StageTransitions.Allows(s, ExchangeStage.HeadReceived)));
    }
}
