using PollHttp.Core.Http2;
using PollHttp.Testing;
using Xunit;

namespace PollHttp.Core.Tests;

/// <summary>Requests: fields, content, trailers, expectations (RFC 9113 §8), and the send windows (§6.9).</summary>
public sealed class RequestRuleTests
{
    private static string Sent(RequestHead head, ContentFraming content = default)
    {
        Http2Driver driver = new() { TellsFields = true };
        driver.Http.Begin(head, content, driver.Now);
        driver.Send();
        string sent = driver.Sent[^1];
        driver.Finish();
        return sent;
    }

    private static RequestHead Head(string method, string target, string authority, params (string, string)[] fields)
    {
        RequestHead head = new() { Method = method, Target = target, Authority = authority };
        foreach ((string name, string value) in fields)
        {
            head.Headers.Add(name, value);
        }

        return head;
    }

    [Fact, Trait("rule", "R2-091"), Trait("rule", "R2-095"), Trait("rule", "R2-100")]
    public void Pseudo_fields_come_first_and_names_in_lower_case() => Assert.Equal(
        "HEADERS 1 end [:method: GET] [:scheme: http] [:authority: example.test:8080] [:path: /a?b] [x-name: Value] [accept: */*]",
        Sent(Head("GET", "/a?b", "example.test:8080", ("X-Name", "Value"), ("Accept", "*/*"))));

    [Fact, Trait("rule", "R2-092")]
    public void Host_set_by_hand_is_the_authority_and_no_field() =>
        Assert.Contains("[:authority: other.test] [:path: /]", Sent(Head("GET", "/", "example.test", ("Host", "other.test"))) + "|");

    [Fact, Trait("rule", "R2-093")]
    public void OPTIONS_without_path_has_an_asterisk() => Assert.Contains("[:path: *]", Sent(Head("OPTIONS", "*", "example.test")));

    [Fact, Trait("rule", "R2-094")]
    public void CONNECT_has_method_and_authority_alone_and_DATA_goes_both_ways()
    {
        Assert.Equal("HEADERS 1 [:method: CONNECT] [:authority: far.test:443]", Sent(Head("CONNECT", "far.test:443", "proxy.test")));
        Http2Driver driver = Http2Driver.Open(0);
        ExchangeId id = driver.Http.Begin(Head("CONNECT", "far.test:443", "proxy.test"), ContentFraming.None, driver.Now);
        driver.Send().Receive(Http2Frame.Headers(1, false, (":status", "200")));
        driver.Http.Write(id, "to"u8.ToArray());
        driver.Receive(Http2Frame.Data(1, "from", true));
        driver.Http.FinishBody(id);
        driver.Send();
        Assert.Equal("head 200; early; body from; end; BodyReleased", driver.Log);
        Assert.Equal(["DATA 1 2", "DATA 1 0 end"], driver.Sent[^2..]);
        driver.Finish();
    }

    private static RequestHead ExtendedConnect(params (string, string)[] fields)
    {
        RequestHead head = Head("CONNECT", "/chat?a=b", "a.test", fields);
        head.Protocol = "websocket";
        return head;
    }

    [Fact, Trait("rule", "R2-122"), Trait("fault", "F2-37")]
    public void Extended_CONNECT_has_all_pseudo_fields_and_leaves_the_stream_open()
    {
        Http2Driver driver = Http2Driver.Open(0, settings: (8, 1));
        driver.TellsFields = true;
        ExchangeId id = driver.Http.Begin(ExtendedConnect(("Sec-WebSocket-Version", "13"), ("Connection", "x")), ContentFraming.None, driver.Now);
        driver.Send();
        Assert.Equal(
            "HEADERS 1 [:method: CONNECT] [:protocol: websocket] [:scheme: http] [:authority: a.test] [:path: /chat?a=b] [sec-websocket-version: 13]",
            driver.TakeSent());
        driver.Receive(Http2Frame.Headers(1, false, (":status", "200")));
        driver.Http.Write(id, "to"u8.ToArray());
        driver.Receive(Http2Frame.Data(1, "from"));
        Assert.Equal("DATA 1 2", driver.Send().TakeSent());
        driver.Http.FinishBody(id);
        driver.Send().Receive(Http2Frame.Data(1, " end", true));
        Assert.Equal("head 200; early; BodyReleased; body from end; end", driver.Log);
        driver.Finish();
    }

    [Theory, Trait("rule", "R2-121"), Trait("rule", "R2-122")]
    [InlineData(null)]
    [InlineData(0)]
    [InlineData(1)]
    public void Extended_CONNECT_is_refused_before_a_byte_until_the_settings_allow_it(int? setting)
    {
        Http2Driver driver = new();
        Assert.Equal(ExtendedConnectSupport.Unknown, driver.Http.ExtendedConnect);
        Assert.Throws<InvalidOperationException>(() => driver.Http.Begin(ExtendedConnect(), ContentFraming.None, driver.Now));
        Assert.Empty(driver.Send().Sent);
        driver.Http.AskForSettings(driver.Now);
        Assert.Contains("SETTINGS", driver.Send().TakeSent());
        driver.Receive(setting is { } value ? Http2Frame.Settings((8, (uint)value)) : Http2Frame.Settings());
        bool isAllowed = setting == 1;
        Assert.Equal(isAllowed ? ExtendedConnectSupport.Supported : ExtendedConnectSupport.NotSupported, driver.Http.ExtendedConnect);
        driver.Send().Sent.Clear();
        if (!isAllowed)
        {
            Assert.Throws<InvalidOperationException>(() => driver.Http.Begin(ExtendedConnect(), ContentFraming.None, driver.Now));
            Assert.Empty(driver.Send().Sent);
            driver.Receive(Http2Frame.Settings((8, 1))); // may come later
        }

        Assert.Throws<ArgumentException>(() => driver.Http.Begin(ExtendedConnect(), ContentFraming.OfLength(1), driver.Now));
        RequestHead get = Head("GET", "/", "a.test");
        get.Protocol = "websocket";
        Assert.Throws<ArgumentException>(() => driver.Http.Begin(get, ContentFraming.None, driver.Now));
        Assert.Throws<ArgumentException>(() => get.Protocol = "web socket");
        driver.Http.Begin(ExtendedConnect(), ContentFraming.None, driver.Now);
        Assert.EndsWith("HEADERS 1", driver.Send().TakeSent());
        driver.Finish();
    }

    [Fact, Trait("rule", "R2-009"), Trait("rule", "R2-121"), Trait("fault", "F2-39")]
    public void Wait_for_settings_ends_by_its_limit()
    {
        Http2Driver driver = new();
        driver.Http.AskForSettings(driver.Now);
        driver.Send().PassTime(TimeSpan.FromSeconds(9.9));
        Assert.False(driver.Http.Fault.Exists);
        driver.PassTime(TimeSpan.FromSeconds(0.2));
        Assert.Equal((FaultKind.TimedOut, TimerKind.Settings), (driver.Http.Fault.Kind, driver.Http.Fault.Timer));
        driver.Finish();
    }

    [Fact, Trait("rule", "R2-121"), Trait("rule", "R2-002")]
    public void End_of_the_connection_is_a_fault_while_its_settings_are_awaited()
    {
        Http2Driver closed = new();
        closed.Http.AskForSettings(closed.Now);
        closed.Send().End();
        Assert.Equal(FaultKind.ClosedBeforeResponse, closed.Http.Fault.Kind);
        closed.Finish();

        Http2Driver refused = new();
        refused.Http.AskForSettings(refused.Now);
        refused.Send().Receive(Http2Frame.GoAway(0, 11));
        Assert.Equal((FaultKind.GoAway, 11), (refused.Http.Fault.Kind, refused.Http.Fault.ErrorCode));
        refused.Finish();

        Http2Driver deaf = new();
        deaf.Http.AskForSettings(deaf.Now);
        deaf.Http.TransportFailed(TransportDirection.Send, default);
        deaf.Drain();
        Assert.Equal((FaultKind.ConnectionReset, Http2Stage.Closed), (deaf.Http.Fault.Kind, deaf.Http.Stage));
        deaf.Finish();

        Http2Driver idle = Http2Driver.Open(0);
        idle.End();
        Assert.False(idle.Http.Fault.Exists);
        idle.Finish();
    }

    [Theory, Trait("rule", "R2-123"), Trait("rule", "R2-094")]
    [InlineData("200", "head 200; early; body more; end")]
    [InlineData("204", "head 204; early; body more; end")]
    [InlineData("403", "head 403; early; fault MalformedResponse 1")]
    public void Length_means_nothing_where_a_tunnel_is_accepted(string status, string log)
    {
        Http2Driver driver = Http2Driver.Open(0, settings: (8, 1));
        driver.Http.Begin(ExtendedConnect(), ContentFraming.None, driver.Now);
        driver.Send().Receive(Http2Frame.Headers(1, false, (":status", status), ("content-length", "2")), Http2Frame.Data(1, "more", true));
        Assert.Equal(log, driver.Log);
        driver.Finish();
    }

    [Theory, Trait("rule", "R2-039")]
    [InlineData(4, 4, true)]
    [InlineData(70_000, 70_000, false)]
    [InlineData(4, 0, false)]
    public void Content_counts_as_sent_if_a_reset_found_none_of_it_left(int size, int sent, bool isSent)
    {
        Http2Driver driver = Http2Driver.Open(0, settings: (8, 1));
        ExchangeId id = driver.Http.Begin(ExtendedConnect(), ContentFraming.None, driver.Now);
        driver.Send().Receive(Http2Frame.Headers(1, false, (":status", "200")));
        driver.Http.Write(id, new byte[size]);
        Assert.False(driver.Http.IsContentSent(id));
        if (sent > 0)
        {
            driver.Send();
        }

        driver.Receive(Http2Frame.Data(1, "", true), Http2Frame.Reset(1, 0));
        Assert.Equal(isSent, driver.Http.IsContentSent(id));
        driver.Finish();
    }

    [Fact, Trait("rule", "R2-136"), Trait("rule", "R2-122")]
    public void Response_to_CONNECT_is_awaited_from_the_head_on()
    {
        Http2Driver driver = Http2Driver.Open(0, new ConnectionTimeouts { ResponseHead = TimeSpan.FromSeconds(5) }, (8, 1));
        driver.Http.Begin(ExtendedConnect(), ContentFraming.None, driver.Now);
        driver.Send().PassTime(TimeSpan.FromSeconds(6));
        Assert.Equal("fault TimedOut", driver.Log);
        driver.Finish();
    }

    [Fact, Trait("rule", "R2-095")]
    public void Refused_head_is_refused_before_a_byte()
    {
        Http2Driver driver = Http2Driver.Open(0);
        Assert.Throws<ArgumentException>(() => driver.Http.Begin(Head("GET", "/", ""), ContentFraming.None, driver.Now));
        Assert.Throws<ArgumentException>(() => driver.Http.Begin(Head("POST", "/", "a.test", ("Content-Length", "4")), ContentFraming.OfLength(3), driver.Now));
        Assert.Throws<ArgumentException>(() => driver.Http.Begin(Head("GET", "/", "a.test", ("Upgrade", "x"), ("Connection", "Upgrade")), ContentFraming.None, driver.Now));
        Assert.Equal(0, driver.Http.OpenExchanges);
        driver.Get();
        Assert.EndsWith("HEADERS 1 end", driver.Send().TakeSent());
        driver.Finish();
    }

    [Fact, Trait("rule", "R2-096")]
    public void Fields_of_a_connection_are_not_sent_and_TE_only_for_trailers()
    {
        RequestHead head = Head("POST", "/", "a.test", ("Connection", "close, X-Hop"), ("Keep-Alive", "5"), ("Proxy-Connection", "close"), ("Transfer-Encoding", "chunked"), ("TE", "trailers"));
        Assert.Equal("HEADERS 1 [:method: POST] [:scheme: http] [:authority: a.test] [:path: /] [te: trailers]", Sent(head, ContentFraming.Chunked));
        Assert.DoesNotContain("te:", Sent(Head("GET", "/", "a.test", ("TE", "gzip"))));
    }

    [Fact, Trait("rule", "R2-098")]
    public void Cookies_are_split_into_crumbs() =>
        Assert.EndsWith("[cookie: a=1] [cookie: b=2;c] [cookie: d]", Sent(Head("GET", "/", "a.test", ("Cookie", "a=1; b=2;c; d"))));

    [Fact, Trait("rule", "R2-099"), Trait("rule", "R2-100"), Trait("fault", "F2-33")]
    public void Length_is_sent_where_it_is_known_and_END_STREAM_stands_on_the_last_DATA()
    {
        Http2Driver driver = Http2Driver.Open(0);
        driver.TellsFields = true;
        ExchangeId id = driver.Post(ContentFraming.OfLength(5));
        driver.Http.Write(id, "hello"u8.ToArray());
        driver.Http.FinishBody(id);
        Assert.Equal("[content-length: 5]; DATA 1 5 end", driver.Send().TakeSent().Split("[:path: /] ")[1]);
        ExchangeId empty = driver.Post(ContentFraming.OfLength(0));
        Assert.Matches(@"^HEADERS 3 end .*\[content-length: 0\]$", driver.Send().TakeSent());
        Assert.Equal(SendState.Done, new HttpExchange(driver.Http, empty).SendState);
        ExchangeId chunked = driver.Post(ContentFraming.Chunked);
        driver.Http.FinishBody(chunked);
        Assert.EndsWith("[:path: /]; DATA 5 0 end", driver.Send().TakeSent());
        driver.Post(ContentFraming.None);
        Assert.StartsWith("HEADERS 7 end ", driver.Send().TakeSent());
        driver.Finish();
    }

    [Theory, Trait("rule", "R2-101")]
    [InlineData(true)]
    [InlineData(false)]
    public void Trailers_end_the_stream_behind_the_content(bool isLate)
    {
        Http2Driver driver = Http2Driver.Open(0);
        driver.TellsFields = true;
        ExchangeId id = driver.Post(ContentFraming.OfLength(2));
        driver.Http.Write(id, "ab"u8.ToArray());
        if (isLate)
        {
            driver.Send();
        }

        HeaderList trailers = new() { { "Checksum", "1" } };
        driver.Http.FinishBody(id, trailers);
        Assert.EndsWith("DATA 1 2; HEADERS 1 end [checksum: 1]", driver.Send().TakeSent());
        driver.Finish();
    }

    [Fact, Trait("rule", "R2-102")]
    public void Block_over_a_frame_goes_on_in_CONTINUATION()
    {
        Http2Driver driver = new(new() { RequestHeadBytes = 100_000 });
        driver.Http.Begin(Head("GET", "/", "a.test", ("x", new string('\u00ff', 20_000))), ContentFraming.None, driver.Now);
        driver.Receive(Http2Frame.Settings(), Http2Frame.Ping(new byte[8]));
        driver.Send();
        Assert.Equal(["HEADERS 1 end …", "CONTINUATION 1", "SETTINGS ack", "PING ack \0\0\0\0\0\0\0\0"], driver.Sent[3..]);
        driver.Finish();
    }

    [Fact, Trait("rule", "R2-104"), Trait("fault", "F2-35")]
    public void Expectation_waits_for_100_the_time_or_the_final_head()
    {
        foreach (string way in (string[])["100", "time", "final"])
        {
            Http2Driver driver = Http2Driver.Open(0);
            ExchangeId id = driver.Post(ContentFraming.OfLength(2), ("Expect", "100-continue"));
            driver.Send();
            Assert.Equal(0, driver.Http.Write(id, new byte[2]));
            if (way == "100")
            {
                driver.Receive(Http2Frame.Headers(1, false, (":status", "100")));
                Assert.Equal("interim 100; WriteReady", driver.Log);
            }
            else if (way == "time")
            {
                driver.PassTime(TimeSpan.FromSeconds(0.9));
                Assert.Equal("", driver.Log);
                driver.PassTime(TimeSpan.FromSeconds(0.1));
                Assert.Equal("WriteReady", driver.Log);
            }
            else
            {
                driver.Receive(Http2Frame.Headers(1, true, (":status", "417")));
                Assert.Equal("head 417; early; end", driver.Log);
                driver.Http.AbandonBody(id);
                driver.Sent.Clear();
                Assert.Equal("RST 1 8", driver.Send().TakeSent());
                driver.Finish();
                continue;
            }

            Assert.Equal(2, driver.Http.Write(id, new byte[2]));
            driver.Http.FinishBody(id);
            Assert.EndsWith("DATA 1 2 end", driver.Send().TakeSent());
            driver.Finish();
        }
    }

    [Theory, Trait("rule", "R2-105")]
    [InlineData(true)]
    [InlineData(false)]
    public void Content_given_up_is_canceled_when_the_response_has_ended(bool endsFirst)
    {
        Http2Driver driver = Http2Driver.Open(0);
        ExchangeId id = driver.Post(ContentFraming.OfLength(100));
        driver.Http.Write(id, new byte[10]);
        driver.Send();
        driver.Receive(Http2Frame.Headers(1, false, (":status", "413")));
        if (endsFirst)
        {
            driver.Receive(Http2Frame.Data(1, "no", true));
        }

        driver.Http.AbandonBody(id);
        driver.Receive(endsFirst ? Http2Frame.Ping(new byte[8]) : Http2Frame.Data(1, "no", true));
        driver.Sent.Clear();
        driver.Send();
        Assert.Contains("RST 1 8", driver.Sent);
        Assert.DoesNotContain(driver.Sent, static f => f.EndsWith("end", StringComparison.Ordinal));
        Assert.Equal(0, driver.Http.OpenExchanges);
        Assert.Equal(1, driver.Http.CompletedExchanges + 1);
        driver.Finish();
    }

    [Fact, Trait("rule", "R2-050"), Trait("fault", "F2-40")]
    public void Head_over_what_the_server_takes_is_refused_before_a_byte()
    {
        Http2Driver driver = Http2Driver.Open(0);
        driver.Get();
        driver.Send().Receive(Http2Frame.Settings((6, 200)));
        Assert.Throws<ArgumentException>(() => driver.Http.Begin(Head("GET", "/" + new string('a', 200), "a.test"), ContentFraming.None, driver.Now));
        driver.Get();
        Assert.EndsWith("HEADERS 3 end", driver.Send().TakeSent());
        driver.Finish();
    }

    [Fact, Trait("rule", "R2-068"), Trait("rule", "R2-044")]
    public void DATA_stays_within_both_windows_and_an_empty_end_needs_none()
    {
        Http2Driver driver = Http2Driver.Open(0, null, null, (4, 10));
        ExchangeId id = driver.Post(ContentFraming.Chunked);
        driver.Receive(Http2Frame.Settings((4, 10)));
        driver.Http.Write(id, new byte[25]);
        Assert.EndsWith("HEADERS 1; SETTINGS ack; DATA 1 10", driver.Send().TakeSent());
        driver.Receive(Http2Frame.WindowUpdate(1, 15));
        Assert.Equal("DATA 1 15", driver.Send().TakeSent());
        driver.Http.FinishBody(id);
        Assert.Equal("DATA 1 0 end", driver.Send().TakeSent());
        driver.Finish();

        driver = Http2Driver.Open(0, null, null, (4, 1_000_000));
        driver.Receive(Http2Frame.Settings((4, 1_000_000)));
        id = driver.Post(ContentFraming.OfLength(100_000));
        driver.Http.Write(id, new byte[100_000]);
        driver.Http.FinishBody(id);
        driver.Send();
        Assert.Equal(65_535, driver.Sent.Where(static f => f.StartsWith("DATA", StringComparison.Ordinal)).Sum(static f => int.Parse(f.Split(' ')[2])));
        driver.Sent.Clear();
        driver.Receive(Http2Frame.WindowUpdate(0, 50_000));
        Assert.Equal("DATA 1 16384; DATA 1 16384; DATA 1 1697 end", driver.Send().TakeSent());
        driver.Finish();
    }

    [Fact, Trait("rule", "R2-047"), Trait("rule", "R2-069")]
    public void New_initial_window_moves_open_ones_below_0_too()
    {
        Http2Driver driver = Http2Driver.Open(0);
        ExchangeId id = driver.Post(ContentFraming.Chunked);
        driver.Http.Write(id, new byte[50_000]);
        driver.Send();
        driver.Receive(Http2Frame.Settings((4, 1_000)));
        driver.Http.Write(id, new byte[10]);
        driver.Sent.Clear();
        Assert.Equal("SETTINGS ack", driver.Send().TakeSent());
        driver.Receive(Http2Frame.WindowUpdate(1, 49_000));
        Assert.Equal("", driver.Send().TakeSent());
        driver.Receive(Http2Frame.WindowUpdate(1, 3));
        Assert.Equal("DATA 1 3", driver.Send().TakeSent());
        driver.Receive(Http2Frame.WindowUpdate(1, int.MaxValue - 5), Http2Frame.Settings((4, 10_000)));
        Assert.EndsWith("GOAWAY 0 3", driver.Send().TakeSent());
        driver.Finish();
    }

    [Fact, Trait("rule", "R2-150")]
    public void Streams_send_by_turns_a_frame_each()
    {
        Http2Driver driver = Http2Driver.Open(0);
        for (int i = 0; i < 3; i++)
        {
            driver.Http.Write(driver.Post(ContentFraming.Chunked), new byte[20_000]);
        }

        driver.Send();
        Assert.Equal(["DATA 1 16384", "DATA 3 16384", "DATA 5 16384", "DATA 1 3616", "DATA 3 3616", "DATA 5 3616"], driver.Sent[^6..]);
        driver.Finish();
    }

    [Fact]
    public void Memory_is_released_when_the_last_of_it_was_sent()
    {
        Http2Driver driver = Http2Driver.Open(0);
        ExchangeId id = driver.Post(ContentFraming.Chunked, []);
        driver.Send();
        Assert.Equal(30_000, driver.Http.Write(id, new byte[30_000]));
        driver.Send(20_000);
        Assert.Equal("", driver.Log);
        driver.Send(9_900);
        Assert.Equal("", driver.Log);
        driver.Send();
        Assert.Equal("BodyReleased", driver.Log);
        driver.Finish();
    }

    [Theory, Trait("rule", "R2-022")]
    [InlineData(0)]
    [InlineData(20_000)]
    public void Memory_of_a_content_whose_response_has_ended_is_released_when_the_connection_fails(int sent)
    {
        foreach (string end in (string[])["sends GOAWAY", "cannot send", "is not read"])
        {
            Http2Driver driver = Http2Driver.Open(0);
            ExchangeId id = driver.Post(ContentFraming.OfLength(30_000), []);
            driver.Send();
            Assert.Equal(30_000, driver.Http.Write(id, new byte[30_000]));
            driver.Http.FinishBody(id);
            driver.Send(sent);
            driver.Receive(Http2Frame.Headers(1, true, (":status", "200")));
            Assert.DoesNotContain("BodyReleased", driver.Log);
            driver.Receive(Http2Frame.Data(0, "x"));
            switch (end)
            {
                case "sends GOAWAY":
                    driver.Send();
                    break;
                case "cannot send":
                    driver.Http.TransportFailed(TransportDirection.Send, default);
                    driver.Send();
                    break;
                default:
                    driver.PassTime(TimeSpan.FromSeconds(5));
                    break;
            }

            Assert.Contains("BodyReleased", driver.Log);
            driver.Finish();
        }
    }

    [Fact]
    public void Write_is_refused_at_the_high_water_mark_and_called_for_again()
    {
        Http2Driver driver = Http2Driver.Open(0, new ConnectionLimits { SendHighWater = 1000 });
        ExchangeId id = driver.Post(ContentFraming.Chunked);
        Assert.Equal(1000, driver.Http.Write(id, new byte[1000]));
        Assert.Equal(0, driver.Http.Write(id, new byte[10]));
        Assert.Equal(0, new HttpExchange(driver.Http, id).WriteRoom);
        driver.Send();
        Assert.Equal("BodyReleased; WriteReady", driver.Log);
        Assert.Equal(1000, new HttpExchange(driver.Http, id).WriteRoom);
        driver.Finish();
    }
}
