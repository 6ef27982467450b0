using Xunit;

namespace PollHttp.Tests;

public sealed class ContentRangeTests
{
    [Theory]
    [InlineData("bytes 0-4/10", 0, 4, 10L)]
    [InlineData("Bytes 5-9/*", 5, 9, null)]
    [InlineData("bytes */10", -1, -1, 10L)]
    public void A_range_has_its_ends_and_the_total(string value, long first, long last, long? total)
    {
        Assert.True(ContentRange.TryParse(value, out ContentRange range));
        Assert.Equal(new(first, last, total), range);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("lines 0-4/10")]
    [InlineData("bytes 4-0/10")]
    [InlineData("bytes 0-10/10")]
    [InlineData("bytes */*")]
    [InlineData("bytes 0-4")]
    [InlineData("bytes +0-4/10")]
    [InlineData("bytes 0--4/10")]
    [InlineData("bytes 0-99999999999999999999/*")]
    public void What_is_no_range_is_refused(string? value) => Assert.False(ContentRange.TryParse(value, out _));
}
