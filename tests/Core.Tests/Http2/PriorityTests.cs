using PollHttp.Core.Http2;
using Xunit;

namespace PollHttp.Core.Tests;

/// <summary>Priorities (RFC 9218): the field, the order of content, and later changes.</summary>
public sealed class PriorityTests
{
    private static ExchangeId Post(Http2Driver driver, string? priority, int size)
    {
        ExchangeId id = priority is null ? driver.Post(ContentFraming.Chunked) : driver.Post(ContentFraming.Chunked, ("Priority", priority));
        driver.Http.Write(id, new byte[size]);
        return id;
    }

    [Theory, Trait("rule", "R2-124")]
    [InlineData("", 3)]
    [InlineData("u=0", 0)]
    [InlineData("u=7, i", 7)]
    [InlineData("i,\tu=5", 5)]
    [InlineData("u=1, u=2", 2)]
    [InlineData("u=1;a=b, i;q", 1)]
    [InlineData("u=8", 3)]
    [InlineData("u=-1", 3)]
    [InlineData("u=1.0", 3)]
    [InlineData("u", 3)]
    [InlineData("u=", 3)]
    [InlineData("U=1", 3)]
    [InlineData("ux=1", 3)]
    [InlineData(", ,", 3)]
    public void Urgency_is_a_number_from_0_to_7_or_the_default(string field, int urgency) => Assert.Equal(urgency, PriorityField.UrgencyOf(field));

    [Fact, Trait("rule", "R2-124")]
    public void Field_set_by_hand_is_sent_and_no_other()
    {
        Http2Driver driver = Http2Driver.Open(0);
        driver.TellsFields = true;
        driver.Post(ContentFraming.None, ("Priority", "u=1, i"));
        driver.Get();
        Assert.Equal(
            "HEADERS 1 end [:method: POST] [:scheme: http] [:authority: example.test] [:path: /] [priority: u=1, i]; "
            + "HEADERS 3 end [:method: GET] [:scheme: http] [:authority: example.test] [:path: /]",
            driver.Send().TakeSent());
        driver.Finish();
    }

    [Fact, Trait("rule", "R2-124")]
    public void Urgent_content_is_sent_first_and_content_of_one_urgency_in_turns()
    {
        Http2Driver driver = Http2Driver.Open(0, settings: (4, 1_000_000));
        Post(driver, "u=6", 20_000);
        Post(driver, null, 20_000);
        Post(driver, "u=3", 20_000);
        Post(driver, "u=0", 20_000);
        Assert.Equal(
            "HEADERS 1; HEADERS 3; HEADERS 5; HEADERS 7; DATA 7 16384; DATA 7 3616; DATA 3 16384; DATA 5 16384; DATA 3 3616; DATA 5 3616",
            driver.Send().TakeSent().Replace("; DATA 1 5535", ""));
        driver.Finish();
    }

    [Fact, Trait("rule", "R2-124")]
    public void Change_of_a_priority_is_told_and_moves_the_content()
    {
        Http2Driver driver = Http2Driver.Open(0, settings: (4, 1_000_000));
        ExchangeId first = Post(driver, "u=1", 40_000);
        ExchangeId second = Post(driver, null, 16_384);
        driver.Http.UpdatePriority(second, "u=0");
        driver.Http.UpdatePriority(first, "u=7, i");
        Assert.Equal(
            "HEADERS 1; HEADERS 3; PRIORITY_UPDATE 0 3 u=0; PRIORITY_UPDATE 0 1 u=7, i; DATA 3 16384; DATA 1 16384; DATA 1 16384; DATA 1 7232",
            driver.Send().TakeSent());
        driver.Finish();
    }

    [Fact, Trait("rule", "R2-124")]
    public void Change_of_a_priority_is_refused_if_it_is_no_field_and_not_sent_for_a_stream_that_has_ended()
    {
        Http2Driver driver = Http2Driver.Open(1);
        Assert.Throws<ArgumentException>(() => driver.Http.UpdatePriority(new(1), "u=1\r\n"));
        Assert.ThrowsAny<ArgumentException>(() => driver.Http.UpdatePriority(new(1), new string('a', 257)));
        Assert.Throws<InvalidOperationException>(() => driver.Http.UpdatePriority(new(2), "u=1"));
        driver.IsLazy = true;
        driver.Receive(Testing.Http2Frame.Headers(1, false, (":status", "200")), Testing.Http2Frame.Data(1, "unread", true));
        driver.Http.UpdatePriority(new(1), "u=1");
        Assert.Equal("", driver.Send().TakeSent());
        driver.Finish();
    }

    [Fact, Trait("rule", "R2-124")]
    public void HTTP_1_takes_a_change_and_sends_nothing()
    {
        Http1Connection http = new();
        ExchangeId id = http.Begin(new() { Authority = "a.test" }, ContentFraming.None, default);
        long length = http.GetOutput().Length;
        http.UpdatePriority(id, "u=1");
        Assert.Equal(length, http.GetOutput().Length);
        Assert.Throws<ArgumentException>(() => http.UpdatePriority(id, "u=1\n"));
        http.Close();
    }

    [Fact, Trait("rule", "R2-124"), Trait("rule", "R2-078")]
    public void Content_that_waits_for_more_urgent_content_does_not_time_out()
    {
        Http2Driver driver = Http2Driver.Open(0, new ConnectionTimeouts { SendStall = TimeSpan.FromSeconds(5) }, (4, 1_000_000));
        ExchangeId urgent = Post(driver, "u=0", 60_000);
        Post(driver, "u=7", 10);
        for (int i = 0; i < 5; i++)
        {
            driver.Send(40_000).PassTime(TimeSpan.FromSeconds(4));
            driver.Receive(Testing.Http2Frame.WindowUpdate(0, 60_000));
            driver.Http.Write(urgent, new byte[60_000]);
        }

        Assert.DoesNotContain("fault", driver.Log);
        driver.Finish();
    }
}
