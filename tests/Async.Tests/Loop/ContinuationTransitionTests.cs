using Xunit;

namespace PollHttp.Tests.Loop;

public sealed class ContinuationTransitionTests
{
    [Fact]
    public void The_table_says_what_may_follow_what() => Assert.Equal(
        [
            "Inline to Spread", "Inline to Pool",
            "Spread to Inline", "Spread to Pool",
            "Pool to Sample",
            "Sample to Inline", "Sample to Pool",
        ],
        from before in Enum.GetValues<ContinuationPlace>()
        from after in Enum.GetValues<ContinuationPlace>()
        where ContinuationTransitions.Allows(before, after)
        select $"{before} to {after}");

    [Fact]
    public void A_mode_that_is_none_is_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new PollHttpClientOptions { Continuations = (ContinuationMode)3 });
        using PollHttpHandler handler = new();
        Assert.Throws<ArgumentOutOfRangeException>(() => handler.Continuations = (ContinuationMode)(-1));
    }
}
