using Xunit;

namespace PollHttp.Core.Tests;

/// <summary>Ends of the connection in each state (RFC 9112 §8, §9.8), in every cutting, announced early and late.</summary>
public sealed class TruncationTests
{
    private const string Length = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n";
    private const string UntilClose = "HTTP/1.1 200 OK\r\n\r\n";
    private const string Chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";

    [Theory]
    [Trait("rule", "R-091")]
    [Trait("fault", "F-26")]
    [InlineData("")]
    [InlineData("h")]
    [InlineData("hell")]
    public void A_body_shorter_than_its_length_is_truncated_and_says_by_how_much(string body)
    {
        string delivered = body.Length == 0 ? "" : $"body {body}; ";
        foreach (EndKind kind in Enum.GetValues<EndKind>())
        {
            Fault fault = Exchange.Get(Length + body).ThenEnds(kind).Logs($"head 200; {delivered}fault TruncatedBody; closed").Fault;
            Assert.Equal((body.Length, 5), (fault.BytesReceived, fault.BytesExpected));
            Assert.False(fault.Retryable);
        }
    }

    [Fact]
    [Trait("rule", "R-092")]
    [Trait("rule", "R-094")]
    public void A_clean_end_completes_a_body_that_runs_to_the_close() =>
        Exchange.Get(UntilClose + "hello").ThenEnds().Logs("head 200; body hello; end; closed (CloseDelimitedBody)");

    [Fact]
    [Trait("rule", "R-093")]
    public void A_reset_completes_nothing()
    {
        Exchange.Get(UntilClose + "hello").ThenResets().Logs("head 200; body hello; fault ConnectionReset; closed");
        Exchange.Get(Length + "hel").ThenResets().Logs("head 200; body hel; fault ConnectionReset; closed");
        Exchange.Get(Chunked + "5\r\nhello\r\n0\r\n").ThenResets().Logs("head 200; body hello; fault ConnectionReset; closed");
        Exchange.Get("HTTP/1.1 2").ThenResets().IsRefused(FaultKind.ConnectionReset);
    }

    [Fact]
    [Trait("rule", "R-020")]
    [Trait("fault", "F-15")]
    public void A_reset_before_any_byte_may_be_retried_on_a_reused_connection_only()
    {
        Assert.True(Exchange.Get("").OnReused().ThenResets().IsRefused(FaultKind.ConnectionReset).Fault.Retryable);
        Assert.False(Exchange.Get("").ThenResets().IsRefused(FaultKind.ConnectionReset).Fault.Retryable);
    }

    [Fact]
    [Trait("rule", "R-095")]
    [Trait("fault", "F-38")]
    public void An_end_without_close_notify_completes_such_a_body_only_behind_its_switch()
    {
        Exchange.Get(UntilClose + "hello").ThenEnds(EndKind.NoCloseNotify).Logs("head 200; body hello; fault TruncatedBody; closed");
        Exchange.Get(UntilClose + "hello").Lenient(Leniency.MissingCloseNotify).ThenEnds(EndKind.NoCloseNotify)
            .Logs("head 200; body hello; end; closed (CloseDelimitedBody)");
        Exchange.Get(Length + "hell").Lenient(Leniency.MissingCloseNotify).ThenEnds(EndKind.NoCloseNotify)
            .Logs("head 200; body hell; fault TruncatedBody; closed");
    }

    [Theory]
    [Trait("rule", "R-096")]
    [InlineData(Length + "hello", "body hello; ")]
    [InlineData(Chunked + "5\r\nhello\r\n0\r\n\r\n", "body hello; ")]
    [InlineData("HTTP/1.1 204 No Content\r\n\r\n", "")]
    public void An_end_after_a_complete_response_takes_nothing_from_it(string response, string body)
    {
        string status = response.Substring(9, 3);
        Exchange.Get(response).ThenEnds(EndKind.NoCloseNotify).Logs($"head {status}; {body}end; closed (ServerAsked)");
        Exchange.Get(response).ThenEnds().Logs($"head {status}; {body}end; closed (ServerAsked)");
        Exchange.Get(response).ThenResets().Logs($"head {status}; {body}end; closed (ServerAsked)");
    }

    [Fact]
    [Trait("rule", "R-097")]
    [Trait("fault", "F-39")]
    public void A_TLS_alert_inside_a_body_is_named()
    {
        var driver = new Driver();
        driver.Begin(new RequestHead { Authority = "example.test" });
        driver.Receive(UntilClose + "hello");
        driver.Http.TransportFailed(TransportDirection.Receive, new(TransportError.TlsData, new IOException("alert: bad_record_mac")));

        Transcript transcript = driver.Finish();
        Assert.Equal("head 200; body hello; fault ConnectionReset; closed", transcript.Log);
        Assert.Equal(TransportError.TlsData, transcript.Fault.Transport.Error);
        Assert.Contains("bad_record_mac", transcript.Fault.Describe(), StringComparison.Ordinal);
    }

    [Fact]
    [Trait("rule", "R-098")]
    public void An_end_after_an_early_response_stops_the_upload_and_keeps_the_response()
    {
        var driver = new Driver();
        ExchangeId exchange = driver.Http.Begin(
            new RequestHead { Method = "POST", Authority = "example.test" }, ContentFraming.OfLength(100), driver.Now);
        _ = driver.Send();
        Assert.Equal(10, driver.Http.Write(exchange, new byte[10]));

        Assert.Equal(EventKind.None, driver.Http.Poll(driver.Now).Kind);
        Feed(driver.Http, Length + "hello");
        driver.Http.ReceiveEnd(EndKind.Clean);

        Assert.Equal([EventKind.ResponseHead, EventKind.FinalHeadBeforeBodyEnd, EventKind.BodyData], Poll(driver.Http, 3));
        driver.Http.ConsumeBody(exchange, 5);
        Assert.Equal([EventKind.EndOfResponse, EventKind.BodyReleased, EventKind.Closed, EventKind.None], Poll(driver.Http, 4));
        Assert.Equal(Wants.Nothing, driver.Http.Wants);
        Assert.True(driver.Http.GetOutput().IsEmpty);
        Assert.False(driver.Http.Fault.Exists);
    }

    [Fact]
    [Trait("rule", "R-098")]
    public void An_upload_that_stalls_after_its_response_ends_the_connection_at_its_limit()
    {
        var driver = new Driver(new() { Timeouts = { SendStall = TimeSpan.FromSeconds(5) } });
        ExchangeId exchange = driver.Http.Begin(
            new RequestHead { Method = "POST", Authority = "example.test" }, ContentFraming.OfLength(100), driver.Now);
        _ = driver.Send();
        Assert.Equal(10, driver.Http.Write(exchange, new byte[10]));
        Feed(driver.Http, "HTTP/1.1 204 No Content\r\n\r\n");
        Assert.Equal([EventKind.ResponseHead, EventKind.FinalHeadBeforeBodyEnd, EventKind.EndOfResponse, EventKind.None], Poll(driver.Http, 4));

        driver.Http.HandleDeadline(driver.Now); // from now on the content waits
        driver.Http.HandleDeadline(driver.Http.Wants.Deadline);

        Assert.Equal([EventKind.BodyReleased, EventKind.Closed, EventKind.None], Poll(driver.Http, 3));
        Assert.Equal(Wants.Nothing, driver.Http.Wants);
    }

    [Fact]
    [Trait("rule", "R-098")]
    public void The_last_of_a_content_that_stalls_after_its_response_ends_the_connection_at_its_limit()
    {
        (Driver driver, _) = Answered(new() { Timeouts = { SendStall = TimeSpan.FromSeconds(5) } });
        Assert.Equal([EventKind.ResponseHead, EventKind.EndOfResponse, EventKind.None], Poll(driver.Http, 3));

        driver.Http.HandleDeadline(driver.Now);
        driver.Http.HandleDeadline(driver.Http.Wants.Deadline);

        Assert.Equal([EventKind.BodyReleased, EventKind.Closed, EventKind.None], Poll(driver.Http, 3));
        Assert.Equal(Wants.Nothing, driver.Http.Wants);
        Assert.False(driver.Http.Fault.Exists);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [Trait("rule", "R-113")]
    public void A_content_that_was_written_and_not_sent_can_be_given_up_once_its_response_is_there(bool isReported)
    {
        (Driver driver, ExchangeId exchange) = Answered(new());
        Assert.Equal(EventKind.ResponseHead, driver.Http.Poll(driver.Now).Kind);
        if (isReported)
        {
            Assert.Equal(EventKind.EndOfResponse, driver.Http.Poll(driver.Now).Kind);
        }

        driver.Http.AbandonBody(exchange);

        Assert.True(driver.Http.GetOutput().IsEmpty);
        EventKind[] rest = isReported ? [EventKind.BodyReleased, EventKind.Closed] : [EventKind.BodyReleased, EventKind.EndOfResponse, EventKind.Closed];
        Assert.Equal(rest, Poll(driver.Http, rest.Length));
        Assert.Equal(CloseReasons.RequestAbandoned, driver.Http.CloseReasons);
        Assert.False(driver.Http.Fault.Exists);
    }

    [Fact]
    [Trait("rule", "R-113")]
    public void A_content_that_was_written_can_not_be_given_up_before_a_response_or_once_it_was_sent()
    {
        Driver driver = new();
        ExchangeId exchange = driver.Http.Begin(
            new RequestHead { Method = "POST", Authority = "example.test" }, ContentFraming.OfLength(10), driver.Now);
        Assert.Equal(10, driver.Http.Write(exchange, new byte[10]));
        driver.Http.FinishBody(exchange);
        Assert.Throws<InvalidOperationException>(() => driver.Http.AbandonBody(exchange));
        _ = driver.Send();
        Feed(driver.Http, Length + "hello");
        Assert.Equal([EventKind.BodyReleased, EventKind.ResponseHead, EventKind.BodyData], Poll(driver.Http, 3));
        Assert.Throws<InvalidOperationException>(() => driver.Http.AbandonBody(exchange));
    }

    /// <summary>A response without a body, to a request of which all was written and only the head sent.</summary>
    private static (Driver Driver, ExchangeId Exchange) Answered(ExchangeOptions options)
    {
        Driver driver = new(options);
        ExchangeId exchange = driver.Http.Begin(
            new RequestHead { Method = "POST", Authority = "example.test" }, ContentFraming.OfLength(10), driver.Now);
        _ = driver.Send();
        Assert.Equal(10, driver.Http.Write(exchange, new byte[10]));
        driver.Http.FinishBody(exchange);
        Feed(driver.Http, "HTTP/1.1 204 No Content\r\n\r\n");
        return (driver, exchange);
    }

    [Fact]
    [Trait("rule", "R-099")]
    [Trait("fault", "F-24")]
    public void A_half_close_before_the_response_is_an_empty_response() =>
        Assert.False(Exchange.Get("").Sending("hello").For("POST").ThenEnds().IsRefused(FaultKind.ClosedBeforeResponse).Fault.Retryable);

    [Fact]
    [Trait("rule", "R-100")]
    public void After_the_end_a_body_stays_empty()
    {
        var driver = new Driver();
        driver.Begin(new RequestHead { Authority = "example.test" });
        driver.Receive(Length + "hello");
        for (int i = 0; i < 2; i++)
        {
            Assert.True(driver.Http.Latest().Body.IsEmpty);
            Assert.True(driver.Http.Latest().BodySlice.IsEmpty);
            Assert.True(driver.Http.Latest().IsBodyReceived);
            driver.Http.Close();
        }
    }

    [Fact]
    public void Closing_before_a_body_was_read_is_no_end_of_it()
    {
        var http = new Http1Connection();
        http.Begin(new RequestHead { Authority = "example.test" }, ContentFraming.None, default);
        http.AdvanceSent(http.GetOutput().Length, default);
        Feed(http, Length + "hello");
        Assert.Equal([EventKind.ResponseHead, EventKind.BodyData], Poll(http, 2));

        http.Close();

        Assert.Equal([EventKind.Closed, EventKind.None], Poll(http, 2));
        Assert.True(http.Latest().Body.IsEmpty);
    }

    private static void Feed(Http1Connection http, string bytes)
    {
        Memory<byte> room = http.GetReceiveBuffer();
        http.CommitReceived(System.Text.Encoding.Latin1.GetBytes(bytes, room.Span), default);
    }

    private static EventKind[] Poll(Http1Connection http, int count) => [.. Enumerable.Range(0, count).Select(_ => http.Poll(default).Kind)];
}
