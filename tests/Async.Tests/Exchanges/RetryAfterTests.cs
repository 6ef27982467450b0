using System.Net;
using PollHttp.Testing;
using Xunit;

namespace PollHttp.Tests.Exchanges;

public class RetryAfterTests
{
    [Theory]
    [Trait("rule", "R-222")]
    [InlineData(429)]
    [InlineData(503)]
    public void A_server_that_asks_to_come_back_later_is_not_asked_again(int status)
    {
        using World world = new();
        ScriptedHttpServer server = world.Serve("a.test", _ => World.Reply(status, "Retry-After: 0"));
        using Response response = world.Get("http://a.test/");
        Assert.Equal((HttpStatusCode)status, response.StatusCode);
        Assert.Equal(TimeSpan.Zero, response.GetRetryAfter());
        Assert.Single(server.Requests);
    }

    [Theory]
    [Trait("rule", "R-222")]
    [InlineData("0", 0.0)]
    [InlineData(" 120 ", 120.0)]
    [InlineData("00007", 7.0)]
    [InlineData("Mon, 01 Jan 2024 00:01:00 GMT", 60.0)]
    [InlineData("Monday, 01-Jan-24 00:01:00 GMT", 60.0)]
    [InlineData("Mon, 1 Jan 2024 00:01:00 GMT", 60.0)]
    [InlineData("Mon, 01 Jan 2024 0:1:0 GMT", 60.0)]
    [InlineData("Mon, 01 Jan 2024 00:01:00 UTC", 60.0)]
    [InlineData("Mon, 01 Jan 2024 00:01:00", 60.0)]
    [InlineData("Mon, 01 Jan 2024 01:01:00 +0100", 60.0)]
    [InlineData("1 Jan 2024 00:01:00 GMT", 60.0)]
    [InlineData("Mon, 1 Jan 24 00:01:00 GMT", 60.0)]
    [InlineData("Mon, 01-Jan-2024 00:01:00 GMT", 60.0)]
    [InlineData("Monday, 1-Jan-24 00:01:00 GMT", 60.0)]
    [InlineData("Mon Jan 1 00:01:00 2024", 60.0)]
    [InlineData("Mon Jan  1 00:01:00 2024", 60.0)]
    [InlineData("Sun, 31 Dec 2023 23:59:59 GMT", 0.0)]
    [InlineData("2147483", 2147483.647)]
    [InlineData("99999999999", 2147483.647)]
    [InlineData("99999999999999999999999999999999", 2147483.647)]
    [InlineData("Sat, 01 Jan 2124 00:00:00 GMT", 2147483.647)]
    [InlineData("", null)]
    [InlineData("-1", null)]
    [InlineData("+1", null)]
    [InlineData("1.5", null)]
    [InlineData("soon", null)]
    [InlineData("2024-01-01T00:00:00Z", null)]
    public void Seconds_and_dates_are_read_and_bounded(string value, double? seconds)
    {
        using World world = new();
        world.Serve("a.test", _ => World.Reply(503, "Retry-After: " + value));
        using Response response = world.Get("http://a.test/");
        Assert.Equal(seconds, response.GetRetryAfter(new Fixed())?.TotalSeconds);
    }

    [Fact]
    [Trait("rule", "R-222")]
    public void Without_the_field_nothing_is_asked()
    {
        using World world = new();
        world.Serve("a.test", _ => World.Reply(503));
        using Response response = world.Get("http://a.test/");
        Assert.Null(response.GetRetryAfter());
    }

    private sealed class Fixed : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new(2024, 1, 1, 0, 0, 0, TimeSpan.Zero);
    }
}
