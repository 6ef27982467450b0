using Xunit;

namespace PollHttp.Core.Tests;

/// <summary>Header fields as received (RFC 9110 §5, RFC 9112 §5), in every cutting.</summary>
public sealed class FieldLineTests
{
    private const string Accepted = "head 200; end; reusable";

    [Theory]
    [Trait("rule", "R-024")]
    [Trait("rule", "R-025")]
    [InlineData("A: b", "b")]
    [InlineData("A:b", "b")]
    [InlineData("A:  \t b c \t ", "b c")]
    [InlineData("A:", "")]
    [InlineData("A: \t ", "")]
    [InlineData("A: :", ":")]
    public void White_space_around_a_value_is_no_part_of_it(string line, string value) =>
        Assert.Equal(value, Accept(line).Field("a"));

    [Theory]
    [Trait("rule", "R-026")]
    [Trait("rule", "R-027")]
    [Trait("rule", "R-028")]
    [Trait("rule", "R-029")]
    [Trait("past", "C-44")]
    [Trait("past", "C-67")]
    [InlineData("Content-Length : 5")]
    [InlineData("Transfer-Encoding : chunked")]
    [InlineData(": b")]
    [InlineData("A")]
    [InlineData("no colon here")]
    [InlineData("A b: c")]
    [InlineData("A(: b")]
    [InlineData("\"A\": b")]
    [InlineData("A@: b")]
    [InlineData("A\u00e9: b")]
    [InlineData("A\0: b")]
    [InlineData("A\u0001: b")]
    [InlineData("A\u007f: b")]
    [InlineData("\u00ef\u00bb\u00bfA: b")]
    public void A_name_is_a_token_followed_by_its_colon(string line)
    {
        Refuse(line);
        Exchange.Get(Head(line)).Lenient(Leniency.All).IsRefused(FaultKind.MalformedField);
    }

    [Fact]
    [Trait("rule", "R-029")]
    public void Every_byte_that_is_no_token_is_refused_in_a_name_and_every_other_accepted()
    {
        const string token = "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
        for (int b = 0; b < 256; b++)
        {
            char c = (char)b;
            Transcript transcript = Exchange.Get(Head($"A{c}A: b")).Run(new("whole", [Head($"A{c}A: b").Length], false, false));
            bool accepted = transcript.Log == Accepted;
            Assert.True(accepted == (token.Contains(c, StringComparison.Ordinal) || c == ':'), $"byte {b}: {transcript.Log}");
        }
    }

    [Theory]
    [Trait("rule", "R-030")]
    [InlineData(" A: b")]
    [InlineData("\tA: b")]
    [InlineData(" ")]
    public void White_space_before_the_first_field_is_refused(string line) =>
        Exchange.Get($"HTTP/1.1 200 OK\r\n{line}\r\nContent-Length: 0\r\n\r\n").IsRefused(FaultKind.MalformedField);

    [Theory]
    [Trait("rule", "R-031")]
    [InlineData("A: b\r\n c", "b c")]
    [InlineData("A: b\r\n\tc", "b c")]
    [InlineData("A: b  \r\n   c  \r\n\t d", "b c d")]
    [InlineData("A:\r\n b", "b")]
    [InlineData("A: b\r\n ", "b")]
    [InlineData("A: b\r\n \r\n c", "b c")]
    public void A_folded_value_is_unfolded_to_one_space(string lines, string value)
    {
        Transcript transcript = Accept(lines);
        Assert.Equal(value, transcript.Field("A"));
        Assert.Equal(2, transcript.Head!.Headers.Count);
        Assert.Equal("0", transcript.Field("Content-Length"));
    }

    [Theory]
    [Trait("rule", "R-031")]
    [InlineData("Content-Length: 1\r\n 0")]
    [InlineData("Transfer-Encoding:\r\n chunked")]
    [InlineData("connection: keep-alive,\r\n\tclose")]
    public void A_folded_field_that_frames_is_refused(string lines) => Refuse(lines);

    [Theory]
    [Trait("rule", "R-031")]
    [InlineData("A: b\r\n c")]
    [InlineData("A:\r\n\tb")]
    [InlineData("A: b\r\n \r\n c")]
    public void A_folded_value_can_be_refused(string lines) =>
        Exchange.Get(Head(lines)).Strict().IsRefused(FaultKind.MalformedField);

    [Theory]
    [Trait("rule", "R-026")]
    [InlineData("A : b")]
    [InlineData("A  :b")]
    [InlineData("A :\r\n b")]
    public void White_space_before_a_colon_is_dropped_behind_its_switch(string line)
    {
        Refuse(line);
        Assert.Equal("b", Exchange.Get(Head(line)).Lenient(Leniency.SpaceBeforeColon).Logs(Accepted).Field("A"));
    }

    [Theory]
    [Trait("rule", "R-026")]
    [InlineData("Content-Length : 0")]
    [InlineData("content-length\t: 0")]
    [InlineData("Transfer-Encoding : chunked")]
    [InlineData("Connection : close")]
    [InlineData("connection  : keep-alive")]
    [InlineData(" : b")]
    [InlineData("A\t: b")]
    [InlineData("A\t : b")]
    [InlineData("A \t: b")]
    [InlineData("A b : c")]
    [InlineData("A\v: b")]
    public void White_space_before_the_colon_of_a_field_that_frames_is_refused_all_the_same(string line)
    {
        Refuse(line);
        Exchange.Get(Head(line)).Lenient(Leniency.All).IsRefused(FaultKind.MalformedField);
    }

    [Fact]
    [Trait("rule", "R-032")]
    public void NUL_in_a_value_is_refused_or_behind_its_switch_a_space()
    {
        Refuse("A: b\0c");
        Assert.Equal("b c", Exchange.Get(Head("A: b\0c")).Lenient(Leniency.ControlCharacters).Logs(Accepted).Field("A"));
    }

    [Theory]
    [Trait("rule", "R-033")]
    [InlineData("A: b\rc")]
    [InlineData("A: b\r\rc")]
    [InlineData("A: \rb")]
    [InlineData("A: b\r\n c\rd")]
    public void A_lone_carriage_return_in_a_value_is_refused(string line)
    {
        Refuse(line);
        Exchange.Get(Head(line)).Lenient(Leniency.All).IsRefused(FaultKind.MalformedField);
    }

    [Fact]
    [Trait("rule", "R-017")]
    [Trait("rule", "R-033")]
    public void A_lone_line_feed_ends_a_field_line_only_behind_its_switch()
    {
        Exchange.Get(Head("A: b\nC: d")).IsRefused(FaultKind.BareLineFeed);
        Assert.Equal("d", Exchange.Get(Head("A: b\nC: d")).Lenient(Leniency.BareLineFeed).Logs(Accepted).Field("C"));
        Exchange.Get("HTTP/1.1 204 No Content\nA: b\n\n").Lenient(Leniency.BareLineFeed).Logs("head 204; end; reusable");
        Exchange.Get("HTTP/1.1 204 No Content\r\nA: b\r\n\n").IsRefused(FaultKind.BareLineFeed);
    }

    [Fact]
    [Trait("rule", "R-034")]
    public void Every_other_control_in_a_value_is_refused_or_behind_its_switch_kept()
    {
        foreach (char control in "\u0001\u0008\u000b\u000c\u000e\u001f\u007f")
        {
            string response = Head($"A: b{control}c");
            Exchange.Get(response).IsRefused(FaultKind.MalformedField);
            Assert.Equal(
                $"b{control}c", Exchange.Get(response).Lenient(Leniency.ControlCharacters).Logs(Accepted).Field("A"));
        }
    }

    [Fact]
    [Trait("rule", "R-034")]
    public void A_control_in_Set_Cookie_is_left_to_whoever_reads_cookies()
    {
        Assert.Equal("a=\u0001b", Accept("Set-Cookie: a=\u0001b").Field("Set-Cookie"));
        Refuse("Set-Cookie: a=\0b");
        Refuse("Set-Cookie: a=\rb");
    }

    [Fact]
    [Trait("rule", "R-035")]
    public void High_bytes_in_a_value_are_kept_to_the_byte()
    {
        string value = string.Concat(Enumerable.Range(0x80, 0x80).Select(b => (char)b));
        Transcript transcript = Accept("A: " + value);
        Assert.Equal(value, transcript.Field("A"));
        Assert.Equal(value.Select(c => (byte)c), transcript.Head!.Headers.GetValueBytes(0).ToArray());
    }

    [Fact]
    [Trait("rule", "R-036")]
    [Trait("rule", "R-037")]
    [Trait("rule", "R-038")]
    public void Repeated_fields_stay_apart_in_order_and_are_joined_only_on_request()
    {
        HeaderBlock headers = Accept("Accept: a\r\nSet-Cookie: x=1\r\nACCEPT: b\r\nLocation: /1\r\nset-cookie: y=2\r\nLocation: /2").Head!.Headers;

        Assert.Equal(["a", "b"], headers.GetValues("accept"));
        Assert.Equal("a, b", headers.GetCombined("Accept"));
        Assert.Equal(["x=1", "y=2"], headers.GetValues("Set-Cookie"));
        Assert.Equal(["Accept", "Set-Cookie", "ACCEPT", "Location", "set-cookie", "Location", "Content-Length"], headers.Select(f => f.Name));
        Assert.True(headers.TryGetValue("location", out string? first));
        Assert.Equal("/1", first);
    }

    [Theory]
    [Trait("rule", "R-039")]
    [Trait("fault", "F-32")]
    [InlineData(-1)]
    [InlineData(0)]
    [InlineData(1)]
    public void A_field_line_may_be_as_long_as_its_limit(int over)
    {
        const int limit = 300;
        Exchange exchange = Exchange.Get(Head("A: " + new string('x', limit + over - 3))).Limited(l => l.FieldLineBytes = limit);
        CheckLimit(exchange, over, FaultKind.HeadTooLarge, limit);
    }

    [Theory]
    [Trait("rule", "R-040")]
    [Trait("fault", "F-32")]
    [InlineData(-1)]
    [InlineData(0)]
    [InlineData(1)]
    public void A_head_may_be_as_long_as_its_limit_interim_heads_included(int over)
    {
        const int limit = 400;
        const string interim = "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n";
        string rest = Head("A: ");
        string response = interim + Head("A: " + new string('x', limit + over - interim.Length - rest.Length));
        Exchange exchange = Exchange.Get(response).Limited(l => l.HeadBytes = limit);
        if (over <= 0)
        {
            exchange.Logs("interim 103; " + Accepted);
            return;
        }

        Fault fault = exchange.Logs("interim 103; fault HeadTooLarge; closed").Fault;
        Assert.Equal((limit + 1, limit), (fault.BytesReceived, fault.BytesExpected));
    }

    [Theory]
    [Trait("rule", "R-041")]
    [InlineData(-1)]
    [InlineData(0)]
    [InlineData(1)]
    public void A_head_may_have_as_many_fields_as_its_limit(int over)
    {
        const int limit = 10;
        string lines = string.Join("\r\n", Enumerable.Range(0, limit - 1 + over).Select(i => $"A{i}: b"));
        CheckLimit(Exchange.Get(Head(lines)).Limited(l => l.FieldCount = limit), over, FaultKind.TooManyFields, limit);
    }

    [Theory]
    [Trait("fault", "F-33")]
    [Trait("past", "C-01")]
    [InlineData("A: b\r\n", FaultKind.TooManyFields)]
    [InlineData("x", FaultKind.HeadTooLarge)]
    [InlineData("A: 0123456789012345678901234567890123456789\r\n 0123456789012345678901234567890123456789\r\n", FaultKind.HeadTooLarge)]
    [InlineData("\t\r\n", FaultKind.HeadTooLarge)]
    public void An_endless_head_ends_at_a_limit_and_holds_little_memory(string piece, FaultKind kind)
    {
        var options = new ExchangeOptions { Limits = { FieldCount = kind == FaultKind.TooManyFields ? 200 : int.MaxValue } };
        var driver = new Driver(options);
        driver.Begin(new RequestHead { Authority = "example.test" });
        driver.Receive("HTTP/1.1 200 OK\r\nA: b\r\n");
        string pieces = string.Concat(Enumerable.Repeat(piece, 4096 / piece.Length));
        int sent = 0;
        for (; !driver.Http.Fault.Exists && sent < 1_000_000; sent += pieces.Length)
        {
            driver.Receive(pieces);
        }

        Assert.InRange(sent, 1, options.Limits.HeadBytes + 8192);
        Transcript transcript = driver.Finish();
        Assert.Equal($"fault {kind}; closed", transcript.Log);
        Assert.InRange(transcript.PeakMemory, 1, options.Limits.HeadBytes + (64 * 1024));
    }

    [Fact]
    [Trait("fault", "F-32")]
    public void A_pump_that_does_not_poll_is_not_given_more_room_than_a_head_may_need()
    {
        var http = new Http1Connection();
        http.Begin(new RequestHead { Authority = "example.test" }, ContentFraming.None, default);
        http.AdvanceSent(http.GetOutput().Length, default);
        for (Memory<byte> room = http.GetReceiveBuffer(); !room.IsEmpty; room = http.GetReceiveBuffer())
        {
            room.Span.Fill((byte)'x');
            http.CommitReceived(room.Length, default);
        }

        Assert.False(http.Wants.Readable);
        Assert.InRange(http.HeldMemory, 1, 128 * 1024);
        Assert.Equal(EventKind.Faulted, http.Poll(default).Kind);
        http.Close();
    }

    [Fact]
    [Trait("rule", "R-043")]
    public void Fields_that_mean_something_to_proxies_are_kept_and_change_nothing()
    {
        Transcript transcript = Accept("Proxy-Connection: close\r\nKeep-Alive: timeout=;;,max\r\nUpgrade: @@@\r\nTrailer: ,,");
        Assert.Equal("close", transcript.Field("Proxy-Connection"));
        Assert.Equal("timeout=;;,max", transcript.Field("Keep-Alive"));
    }

    private static void CheckLimit(Exchange exchange, int over, FaultKind kind, int limit)
    {
        if (over <= 0)
        {
            exchange.Logs(Accepted);
        }
        else
        {
            Assert.Equal(limit, exchange.IsRefused(kind).Fault.BytesExpected);
        }
    }

    private static string Head(string lines) => $"HTTP/1.1 200 OK\r\n{lines}\r\nContent-Length: 0\r\n\r\n";

    private static Transcript Accept(string lines) => Exchange.Get(Head(lines)).Logs(Accepted);

    private static void Refuse(string lines) => Exchange.Get(Head(lines)).IsRefused(FaultKind.MalformedField);
}
