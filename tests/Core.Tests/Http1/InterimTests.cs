using Xunit;

namespace PollHttp.Core.Tests;

/// <summary>Interim responses, Expect and Upgrade (RFC 9110 §10.1.1, §15.2, §7.8).</summary>
public sealed class InterimTests
{
    private const string Final = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
    private readonly ExchangeOptions _options = new() { Timeouts = { Expect100Continue = TimeSpan.FromSeconds(1) } };

    [Theory]
    [Trait("rule", "R-102")]
    [Trait("rule", "R-103")]
    [InlineData(100)]
    [InlineData(102)]
    [InlineData(103)]
    [InlineData(199)]
    public void An_interim_response_nobody_expected_is_reported_and_passed_over(int code)
    {
        Transcript transcript = Exchange.Get($"HTTP/1.1 {code} Soon\r\nLink: </a>\r\nA: 1\r\n\r\n{Final}").Logs($"interim {code}; head 200; end; reusable");
        Assert.Equal(["Content-Length"], transcript.Head!.Headers.Select(f => f.Name));
        Assert.Equal("OK", transcript.Head.ReasonPhrase);
    }

    [Theory]
    [Trait("rule", "R-104")]
    [InlineData(-1)]
    [InlineData(0)]
    [InlineData(1)]
    public void There_may_be_as_many_interim_responses_as_their_limit(int over)
    {
        const int limit = 4;
        string flood = string.Concat(Enumerable.Repeat("HTTP/1.1 102 X\r\n\r\n", limit + over));
        string log = string.Concat(Enumerable.Repeat("interim 102; ", limit + Math.Min(over, 0)));
        Exchange exchange = Exchange.Get(flood + Final).Limited(l => l.InformationalCount = limit);
        if (over <= 0)
        {
            exchange.Logs(log + "head 200; end; reusable");
        }
        else
        {
            Assert.Equal(limit, exchange.Logs(log + "fault TooManyInformational; closed").Fault.BytesExpected);
        }
    }

    [Fact]
    [Trait("rule", "R-104")]
    [Trait("fault", "F-33")]
    public void Interim_responses_count_against_the_time_of_the_head()
    {
        var driver = new Driver(new() { Limits = { InformationalCount = 100 }, Timeouts = { ResponseHead = TimeSpan.FromSeconds(10) } });
        driver.Begin(new RequestHead { Authority = "example.test" });
        for (int i = 0; i < 9; i++)
        {
            driver.Now += TimeSpan.FromSeconds(1);
            driver.Http.HandleDeadline(driver.Now);
            driver.Receive("HTTP/1.1 102 X\r\n\r\n");
        }

        Assert.False(driver.Http.Fault.Exists);
        driver.Now += TimeSpan.FromSeconds(1);
        driver.Http.HandleDeadline(driver.Now);
        Assert.Equal(TimerKind.ResponseHead, driver.Finish().Fault.Timer);
    }

    [Fact]
    [Trait("rule", "R-101")]
    public void Status_100_releases_the_content_that_waits_for_it()
    {
        Http1Connection http = Expect(out ExchangeId exchange);
        Assert.Equal(0, http.Write(exchange, "hello"u8.ToArray()));
        Assert.False(http.Wants.Application);

        Feed(http, "HTTP/1.1 100 Continue\r\n\r\n");
        Assert.Equal([EventKind.Informational, EventKind.WriteReady, EventKind.None], Poll(http, 3));

        Assert.Equal(SendState.Body, http.SendState);
        Assert.True(http.Wants.Application);
        Upload(http, exchange);
        Feed(http, Final);
        Assert.Equal([EventKind.BodyReleased, EventKind.ResponseHead, EventKind.EndOfResponse, EventKind.None], Poll(http, 4));
        Assert.Equal(1, http.AvailableExchanges);
    }

    [Theory]
    [Trait("rule", "R-101")]
    [InlineData(102)]
    [InlineData(103)]
    public void Another_interim_response_releases_nothing(int code)
    {
        Http1Connection http = Expect(out ExchangeId exchange);
        Instant deadline = http.Wants.Deadline;
        Feed(http, $"HTTP/1.1 {code} X\r\n\r\n");

        Assert.Equal([EventKind.Informational, EventKind.None], Poll(http, 2));
        Assert.Equal((SendState.AwaitContinue, deadline), (http.SendState, http.Wants.Deadline));
        Assert.Equal(0, http.Write(exchange, "hello"u8.ToArray()));
    }

    [Fact]
    [Trait("rule", "R-109")]
    [Trait("fault", "F-20")]
    public void Content_is_sent_unasked_when_its_time_has_come()
    {
        Http1Connection http = Expect(out ExchangeId exchange);
        Assert.Equal(new Instant(0) + TimeSpan.FromSeconds(1), http.Wants.Deadline);

        http.HandleDeadline(http.Wants.Deadline);

        Assert.True(http.Wants.Application);
        Upload(http, exchange);
        Feed(http, "HTTP/1.1 100 Continue\r\n\r\n" + Final); // F-22: too late, and harmless
        Assert.Equal([EventKind.BodyReleased, EventKind.Informational, EventKind.ResponseHead, EventKind.EndOfResponse, EventKind.None], Poll(http, 5));
        Assert.Equal(1, http.AvailableExchanges);
    }

    [Theory]
    [Trait("rule", "R-108")]
    [Trait("past", "C-39")]
    [InlineData(200, "", false)]
    [InlineData(401, "", false)]
    [InlineData(413, "", false)]
    [InlineData(417, "", false)]
    [InlineData(200, "Connection: close\r\n", true)]
    [InlineData(417, "Connection: close\r\n", true)]
    public void A_final_response_instead_of_100_leaves_the_choice_to_the_caller(int code, string field, bool closes)
    {
        string response = $"HTTP/1.1 {code} X\r\n{field}Content-Length: 0\r\n\r\n";
        EventKind[] early = [EventKind.ResponseHead, EventKind.FinalHeadBeforeBodyEnd, EventKind.EndOfResponse, EventKind.None];

        Http1Connection abandoned = Expect(out ExchangeId exchange);
        Feed(abandoned, response);
        Assert.Equal(early, Poll(abandoned, 4));
        Assert.True(abandoned.Wants.Application);
        Assert.Equal(0, abandoned.AvailableExchanges);
        abandoned.AbandonBody(exchange);
        Assert.Equal(EventKind.Closed, abandoned.Poll(default).Kind);
        Assert.Equal(CloseReasons.ExpectationRefused, abandoned.CloseReasons & ~CloseReasons.ServerAsked);

        Http1Connection sent = Expect(out exchange);
        Feed(sent, response);
        Assert.Equal(early, Poll(sent, 4));
        Upload(sent, exchange);
        Assert.Equal(EventKind.BodyReleased, sent.Poll(default).Kind);
        Assert.Equal(closes ? EventKind.Closed : EventKind.AvailabilityChanged, sent.Poll(default).Kind);
        Assert.Equal(EventKind.None, sent.Poll(default).Kind);
        Assert.Equal(closes ? 0 : 1, sent.AvailableExchanges);
        if (!closes)
        {
            sent.Begin(new RequestHead { Authority = "example.test" }, ContentFraming.None, default);
            Assert.StartsWith("GET ", Output(sent), StringComparison.Ordinal);
        }
    }

    [Theory]
    [Trait("rule", "R-113")]
    [Trait("past", "C-48")]
    [InlineData(false)]
    [InlineData(true)]
    public void After_an_early_response_the_next_request_begins_only_when_the_content_was_sent(bool abandons)
    {
        var http = new Http1Connection();
        ExchangeId exchange = http.Begin(
            new RequestHead { Method = "POST", Authority = "example.test" }, ContentFraming.OfLength(10), default);
        http.AdvanceSent(http.GetOutput().Length, default);
        Feed(http, Final);
        Assert.Equal([EventKind.ResponseHead, EventKind.FinalHeadBeforeBodyEnd, EventKind.EndOfResponse, EventKind.None], Poll(http, 4));
        Assert.Throws<InvalidOperationException>(() => http.Begin(new RequestHead(), ContentFraming.None, default));
        Assert.Equal(5, http.Write(exchange, "hello"u8.ToArray()));

        if (abandons)
        {
            http.AbandonBody(exchange);
            Assert.Equal([EventKind.BodyReleased, EventKind.Closed, EventKind.None], Poll(http, 3));
            Assert.Equal(CloseReasons.RequestAbandoned, http.CloseReasons);
            Assert.Throws<InvalidOperationException>(() => http.Begin(new RequestHead(), ContentFraming.None, default));
            return;
        }

        Assert.Equal(5, http.Write(exchange, "world"u8.ToArray()));
        http.FinishBody(exchange);
        Assert.Equal(0, http.AvailableExchanges); // nothing left to write, but not all of it is sent
        Assert.Equal("helloworld", Output(http));
        Assert.Equal([EventKind.BodyReleased, EventKind.AvailabilityChanged, EventKind.None], Poll(http, 3));
        Assert.Equal(1, http.AvailableExchanges);
    }

    [Theory]
    [Trait("rule", "R-105")]
    [InlineData("HTTP/1.1 101 Switching\r\n\r\n")]
    [InlineData("HTTP/1.1 101 Switching\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\n")]
    public void Status_101_that_nobody_asked_for_is_refused(string response)
    {
        Exchange.Get(response).IsRefused(FaultKind.UnexpectedSwitch);
        Exchange.Get(response).For("CONNECT", "example.test:443").IsRefused(FaultKind.UnexpectedSwitch);
    }

    [Theory]
    [Trait("rule", "R-105")]
    [Trait("rule", "R-106")]
    [InlineData("GET", "", "")]
    [InlineData("GET", "Upgrade: websocket\r\nConnection: upgrade\r\n", "")]
    [InlineData("GET", "Upgrade: h2c\r\n", "websocket")]
    [InlineData("GET", "", "websocket")]
    [InlineData("POST", "", "")]
    [InlineData("CONNECT", "", "")]
    public void Status_101_that_nobody_asked_for_switches_behind_its_switch(string method, string fields, string offered)
    {
        Exchange exchange = Exchange.Get($"HTTP/1.1 101 Switching\r\n{fields}\r\nleft").For(method, method == "CONNECT" ? "example.test:443" : "/")
            .Lenient(Leniency.UnofferedSwitch);
        if (offered.Length > 0)
        {
            exchange = exchange.With("Upgrade", offered).With("Connection", "upgrade");
        }

        if (method == "POST")
        {
            exchange = exchange.Sending("content");
        }

        Assert.Equal("left"u8.ToArray(), exchange.Logs("head 101; upgraded; switched").Leftover);
    }

    [Fact]
    [Trait("rule", "R-105")]
    public void A_connection_that_would_switch_unasked_is_used_again_all_the_same() =>
        Exchange.Get("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi").Sending("content").Lenient(Leniency.UnofferedSwitch)
            .OnReused().Logs("head 200; body hi; end; reusable");

    [Theory]
    [Trait("rule", "R-105")]
    [InlineData("HTTP/1.1 101 Switching\r\nTransfer-Encoding: chunked\r\n\r\n")]
    [InlineData("HTTP/1.1 101 Switching\r\nTransfer-Encoding: identity\r\n\r\n")]
    public void Status_101_with_a_coding_is_refused_all_the_same(string response) =>
        Exchange.Get(response).Lenient(Leniency.UnofferedSwitch | Leniency.IdentityCoding).IsRefused(FaultKind.UnsupportedTransferCoding);

    [Fact]
    [Trait("rule", "R-105")]
    public void Status_101_before_the_content_is_sent_is_refused()
    {
        var http = new Http1Connection();
        var head = new RequestHead { Method = "POST", Authority = "example.test" };
        head.Headers.Add("Connection", "upgrade");
        head.Headers.Add("Upgrade", "h2c");
        ExchangeId exchange = http.Begin(head, ContentFraming.OfLength(10), default);
        _ = Output(http);
        Assert.Equal(10, http.Write(exchange, new byte[10]));
        http.FinishBody(exchange);
        http.AdvanceSent(4, default);

        Feed(http, "HTTP/1.1 101 Switching\r\nUpgrade: h2c\r\n\r\n");
        Assert.Equal([EventKind.BodyReleased, EventKind.Faulted, EventKind.Closed], Poll(http, 3));
        Assert.Equal(FaultKind.UnexpectedSwitch, http.Fault.Kind);
    }

    [Theory]
    [Trait("rule", "R-106")]
    [InlineData("")]
    [InlineData("Upgrade:\r\n")]
    [InlineData("Upgrade: h2c\r\n")]
    [InlineData("Upgrade: websocket, h2c\r\n")]
    [InlineData("Upgrade: websocket,\r\n")]
    [InlineData("Upgrade: websocket/13\r\n")]
    public void Status_101_for_a_protocol_that_was_not_offered_is_refused(string field) =>
        Exchange.Get($"HTTP/1.1 101 Switching\r\n{field}\r\n").With("Connection", "Upgrade").With("Upgrade", "websocket, foo/2")
            .IsRefused(FaultKind.UnexpectedSwitch);

    [Theory]
    [Trait("rule", "R-106")]
    [Trait("rule", "R-107")]
    [InlineData("websocket")]
    [InlineData("WebSocket")]
    [InlineData("FOO/2")]
    [InlineData("foo/2, websocket")]
    [InlineData("bar")]
    public void Status_101_for_an_offered_protocol_hands_the_connection_over(string protocol)
    {
        Transcript transcript = Exchange.Get($"HTTP/1.1 101 Switching\r\nUpgrade: {protocol}\r\n\r\n\u0081\u0005hello")
            .With("Connection", "Upgrade").With("Upgrade", "websocket, foo/2").With("upgrade", "bar")
            .Logs("head 101; upgraded; switched");
        Assert.Equal([0x81, 5, .. "hello"u8], transcript.Leftover);
    }

    [Theory]
    [Trait("rule", "R-106")]
    [InlineData(", websocket")]
    [InlineData(",,foo/2, websocket")]
    public void Empty_members_of_the_offer_are_ignored(string offered) =>
        Exchange.Get("HTTP/1.1 101 Switching\r\nUpgrade: websocket\r\n\r\n").With("Connection", "Upgrade").With("Upgrade", offered)
            .Logs("head 101; upgraded; switched");

    [Fact]
    [Trait("rule", "R-107")]
    public void A_refused_switch_is_an_ordinary_response() =>
        Exchange.Get(Final).With("Connection", "Upgrade").With("Upgrade", "websocket").Logs("head 200; end; reusable");

    [Fact]
    [Trait("rule", "R-107")]
    public void After_the_tunnel_was_taken_everything_else_is_misuse()
    {
        var driver = new Driver();
        driver.Begin(new RequestHead { Method = "CONNECT", Target = "example.test:443", Authority = "example.test:443" });
        ExchangeId exchange = driver.Id;
        driver.Receive("HTTP/1.1 200 OK\r\n\r\nabc");
        Http1Connection http = driver.Http;

        Assert.Equal("abc"u8, http.TakeTunnel().Span);
        Assert.Equal(Wants.Nothing, http.Wants);
        Assert.Throws<InvalidOperationException>(() => http.TakeTunnel());
        Assert.Throws<InvalidOperationException>(() => http.Begin(new RequestHead(), ContentFraming.None, default));
        Assert.Throws<InvalidOperationException>(() => http.Write(exchange, default));
        Assert.Throws<InvalidOperationException>(() => http.ConsumeBody(exchange, 0));
        Assert.Equal(EventKind.None, http.Poll(default).Kind);
        http.Close();
    }

    private Http1Connection Expect(out ExchangeId exchange)
    {
        var http = new Http1Connection(_options);
        var head = new RequestHead { Method = "POST", Authority = "example.test" };
        head.Headers.Add("Expect", "100-continue");
        exchange = http.Begin(head, ContentFraming.OfLength(5), default);
        Assert.Equal(SendState.AwaitContinue, http.SendState);
        _ = Output(http);
        return http;
    }

    private static void Upload(Http1Connection http, ExchangeId exchange)
    {
        Assert.Equal(5, http.Write(exchange, "hello"u8.ToArray()));
        http.FinishBody(exchange);
        Assert.Equal("hello", Output(http));
    }

    private static string Output(Http1Connection http)
    {
        string text = System.Text.Encoding.Latin1.GetString(System.Buffers.BuffersExtensions.ToArray(http.GetOutput()));
        http.AdvanceSent(text.Length, default);
        return text;
    }

    private static void Feed(Http1Connection http, string bytes)
    {
        Memory<byte> room = http.GetReceiveBuffer();
        http.CommitReceived(System.Text.Encoding.Latin1.GetBytes(bytes, room.Span), default);
    }

    private static EventKind[] Poll(Http1Connection http, int count) => [.. Enumerable.Range(0, count).Select(_ => http.Poll(default).Kind)];
}
