using Xunit;

namespace PollHttp.Core.Tests;

/// <summary>Whether a connection may be used again (RFC 9112 §9.3), in every cutting.</summary>
public sealed class ReuseTests
{
    [Theory]
    [Trait("rule", "R-115")]
    [InlineData("Content-Length: 2\r\n\r\nhi", "body hi; ")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n", "body hi; ")]
    [InlineData("Content-Length: 0\r\n\r\n", "")]
    public void A_response_that_says_where_it_ends_leaves_the_connection_usable(string rest, string body) =>
        Exchange.Get("HTTP/1.1 200 OK\r\n" + rest).Logs($"head 200; {body}end; reusable");

    [Theory]
    [Trait("rule", "R-042")]
    [Trait("rule", "R-116")]
    [InlineData("close", true)]
    [InlineData("Close", true)]
    [InlineData("CLOSE", true)]
    [InlineData("keep-alive, close", true)]
    [InlineData("close,foo", true)]
    [InlineData(" foo ,\tclose\t, bar", true)]
    [InlineData(",close", true)]
    [InlineData(" , close", true)]
    [InlineData("foo\r\nConnection: close", true)]
    [InlineData("foo\r\nCONNECTION: bar, cLOSE", true)]
    [InlineData("closed", false)]
    [InlineData("close d", false)]
    [InlineData("\"close\"", false)]
    [InlineData("close;q=1", false)]
    [InlineData("not-close", false)]
    [InlineData("keep-alive", false)]
    [InlineData("", false)]
    [InlineData(",,", false)]
    public void The_option_close_is_a_word_of_its_own_in_any_line_and_case(string value, bool closes) =>
        Exchange.Get($"HTTP/1.1 200 OK\r\nConnection: {value}\r\nContent-Length: 0\r\n\r\n")
            .Logs($"head 200; end; {(closes ? "closed (ServerAsked)" : "reusable")}");

    [Theory]
    [Trait("rule", "R-116")]
    [InlineData("close")]
    [InlineData("Close")]
    [InlineData("keep-alive, CLOSE")]
    public void The_option_close_of_a_request_counts_as_well(string value) =>
        Exchange.Get("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi").With("Connection", value)
            .Logs("head 200; body hi; end; closed (ClientAsked)");

    [Theory]
    [Trait("rule", "R-004")]
    [Trait("rule", "R-117")]
    [InlineData("", "Content-Length: 2\r\n\r\nhi", "body hi; end; closed (Http10)")]
    [InlineData("keep-alive", "Content-Length: 2\r\n\r\nhi", "body hi; end; reusable")]
    [InlineData("Keep-Alive", "Content-Length: 0\r\n\r\n", "end; reusable")]
    [InlineData("keep-alive, close", "Content-Length: 0\r\n\r\n", "end; closed (ServerAsked, Http10)")]
    [InlineData("keep-alive", "\r\nhi", "body hi; waiting")]
    public void HTTP_1_0_is_kept_alive_only_where_it_says_so(string connection, string rest, string log) =>
        Exchange.Get($"HTTP/1.0 200 OK\r\nConnection: {connection}\r\n{rest}").Logs("head 200; " + log);

    [Fact]
    [Trait("rule", "R-117")]
    public void A_bodiless_1_0_response_with_keep_alive_is_reusable()
    {
        Exchange.Get("HTTP/1.0 304 Not Modified\r\nConnection: keep-alive\r\n\r\n").Logs("head 304; end; reusable");
        Exchange.Get("HTTP/1.0 200 OK\r\nConnection: keep-alive\r\n\r\n").For("HEAD").Logs("head 200; end; reusable");
    }

    [Theory]
    [Trait("rule", "R-043")]
    [InlineData("Proxy-Connection: close", "reusable")]
    [InlineData("Keep-Alive: timeout=0, max=0", "reusable")]
    public void Other_fields_decide_nothing(string field, string then) =>
        Exchange.Get($"HTTP/1.1 200 OK\r\n{field}\r\nContent-Length: 0\r\n\r\n").Logs($"head 200; end; {then}");

    [Fact]
    [Trait("fault", "F-45")]
    public void Each_response_decides_anew()
    {
        var driver = new Driver();
        driver.CompleteOne();
        driver.Begin(new RequestHead { Authority = "example.test" });
        driver.Receive("HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 0\r\n\r\n");
        driver.Begin(new RequestHead { Authority = "example.test" });
        driver.Receive("HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n");

        Assert.Equal("head 200; end; head 200; end; closed (Http10)", driver.Finish().Log);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(5)]
    public void A_request_that_ends_after_its_response_says_that_another_may_begin(int unsent)
    {
        Situation made = Situation.Make("early response");
        made.Http.ConsumeBody(made.Exchange, 5);
        made.Http.Write(made.Exchange, "ABCDE"u8.ToArray());
        made.Http.AdvanceSent(5 - unsent, made.Now);
        Assert.Contains(EventKind.EndOfResponse, made.TakeEvents());

        made.Http.FinishBody(made.Exchange);
        made.Http.AdvanceSent(unsent, made.Now);

        Assert.Equal(1, made.Http.AvailableExchanges);
        Assert.Equal(unsent == 0 ? [EventKind.AvailabilityChanged] : [EventKind.BodyReleased, EventKind.AvailabilityChanged], made.TakeEvents());
        Assert.True(made.Http.Wants.Application);
    }

    [Fact]
    public void What_another_event_tells_of_the_next_request_is_not_told_again()
    {
        Situation before = Situation.Make("early response");
        before.Http.ConsumeBody(before.Exchange, 5);
        before.Http.Write(before.Exchange, "ABCDE"u8.ToArray());
        before.Http.FinishBody(before.Exchange);
        before.Http.AdvanceSent(5, before.Now);
        Assert.Equal([EventKind.BodyReleased, EventKind.EndOfResponse], before.TakeEvents());

        Situation begun = Situation.Make("early response");
        begun.Http.ConsumeBody(begun.Exchange, 5);
        begun.Http.Write(begun.Exchange, "ABCDE"u8.ToArray());
        begun.TakeEvents();
        begun.Http.FinishBody(begun.Exchange);
        begun.Http.AdvanceSent(5, begun.Now);
        begun.Http.Begin(new RequestHead { Authority = "example.test" }, default, begun.Now);
        Assert.Equal([EventKind.BodyReleased], begun.TakeEvents());
    }

    [Fact]
    [Trait("rule", "R-120")]
    public void An_idle_connection_closes_at_its_limit_without_a_fault_and_holds_no_memory()
    {
        var driver = new Driver(new() { Timeouts = { KeepAliveIdle = TimeSpan.FromSeconds(60) } });
        driver.CompleteOne();
        Assert.Equal(0, driver.Http.HeldMemory);
        Assert.Equal(driver.Now + TimeSpan.FromSeconds(60), driver.Http.Wants.Deadline);

        driver.Now += TimeSpan.FromSeconds(60);
        driver.Http.HandleDeadline(driver.Now);

        Transcript transcript = driver.Finish();
        Assert.Equal("closed", transcript.Log);
        Assert.False(transcript.Fault.Exists);
    }
}
