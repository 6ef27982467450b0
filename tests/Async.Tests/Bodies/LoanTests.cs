using Xunit;

namespace PollHttp.Tests;

public sealed class LoanTests
{
    [Fact]
    public void What_is_not_lent_is_released_by_the_one_that_ends_it_once()
    {
        Loan loan = default;
        Assert.True(loan.TryTake());
        Assert.False(loan.GiveBack());

        Assert.True(loan.End());
        Assert.False(loan.End());
        Assert.False(loan.TryTake());
        Assert.False(loan.GiveBack());
    }

    [Fact]
    public void What_is_lent_is_released_by_the_reader_once()
    {
        Loan loan = default;
        Assert.True(loan.TryTake());
        Assert.True(loan.TryTake());

        Assert.False(loan.End());
        Assert.False(loan.TryTake());
        Assert.True(loan.GiveBack());
        Assert.False(loan.GiveBack());
        Assert.False(loan.End());
    }
}
