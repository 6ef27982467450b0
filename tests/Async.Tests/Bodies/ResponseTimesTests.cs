using PollHttp.Core;
using Xunit;

namespace PollHttp.Tests.Bodies;

public sealed class ResponseTimesTests
{
    private static readonly Instant s_start = new(1_000_000);

    [Theory]
    [InlineData("00:00:00")]
    [InlineData("00:00:00.0000010")]
    [InlineData("00:35:47.4836470")]
    [InlineData("00:35:48.0010000")]
    [InlineData("20.00:00:00.0010000")]
    public void What_happened_is_known_to_the_microsecond_or_later_on_to_the_millisecond(string after)
    {
        TimeSpan span = TimeSpan.Parse(after, System.Globalization.CultureInfo.InvariantCulture);
        ResponseTimes times = new(s_start, new() { Begun = s_start, Sent = s_start + span, FirstByte = s_start + span, LastByte = s_start + span });
        Assert.Equal((TimeSpan.Zero, span, span, span), (times.Queued, times.Sent, times.FirstByte, times.LastByte));
    }

    [Fact]
    public void What_has_not_happened_or_happened_before_is_unknown()
    {
        ResponseTimes times = new(s_start, new() { Begun = new(1) });
        Assert.Equal((null, null, null, null), (times.Queued, times.Sent, times.FirstByte, times.LastByte));
    }

    [Fact]
    public void What_took_longest_is_no_less_than_what_can_be_told() =>
        Assert.InRange(new ResponseTimes(s_start, new() { Sent = s_start + TimeSpan.FromDays(400) }).Sent!.Value, TimeSpan.FromDays(24), TimeSpan.FromDays(400));
}
