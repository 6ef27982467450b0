using System.Buffers;
using System.Text;
using Xunit;

namespace PollHttp.Core.Tests;

/// <summary>What may stand in a request head, and how it is written (RFC 9110 §5 to §9, RFC 9112 §3).</summary>
public sealed class RequestHeadTests
{
    [Theory]
    [Trait("rule", "R-122")]
    [Trait("past", "C-29")]
    [Trait("past", "C-50")]
    [InlineData("")]
    [InlineData("GET ")]
    [InlineData("G ET")]
    [InlineData("GET\r\nX: y")]
    [InlineData("GET\n")]
    [InlineData("G\0ET")]
    [InlineData("GÉT")]
    [InlineData("GET:")]
    [InlineData("G/T")]
    public void A_method_is_a_token(string method) => Assert.Throws<ArgumentException>(() => new RequestHead { Method = method });

    [Fact]
    public void Extended_CONNECT_is_for_HTTP_2() =>
        Refuses(() => Write(new RequestHead { Method = "CONNECT", Target = "/chat", Authority = "a.test", Protocol = "websocket" }));

    [Fact]
    public void Fields_are_got_and_set_by_name()
    {
        HeaderList fields = new() { { "A", "1" }, { "a", "2" }, { "B", "3" } };
        Assert.Equal(("1, 2", null), (fields["A"], fields["C"]));
        fields["a"] = "4";
        fields["C"] = "5";
        fields["b"] = null;
        Assert.Equal([new("a", "4"), new("C", "5")], fields);
        Assert.Throws<ArgumentException>(() => fields["bad name"] = "x");
        Assert.Equal(2, fields.Count);
    }

    [Fact]
    [Trait("rule", "R-122")]
    public void A_method_has_at_most_64_characters()
    {
        Assert.StartsWith(new string('A', 64) + " / ", Write(new RequestHead { Method = new string('A', 64) }), StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new RequestHead { Method = new string('A', 65) });
    }

    [Theory]
    [Trait("rule", "R-123")]
    [InlineData("get")]
    [InlineData("Patch")]
    [InlineData("M-SEARCH")]
    public void A_method_is_sent_as_given(string method) =>
        Assert.StartsWith(method + " / HTTP/1.1\r\n", Write(new RequestHead { Method = method }), StringComparison.Ordinal);

    [Theory]
    [Trait("rule", "R-124")]
    [Trait("rule", "R-131")]
    [Trait("past", "C-29")]
    [Trait("past", "C-50")]
    [Trait("past", "C-69")]
    [InlineData("")]
    [InlineData("/a b")]
    [InlineData("/a\r\nX: y")]
    [InlineData("/a\n")]
    [InlineData("/\0")]
    [InlineData("/\t")]
    [InlineData("/\u001f")]
    [InlineData("/\u007f")]
    [InlineData("/ä")]
    [InlineData("/\u010d\u010a")]
    [InlineData("/a#fragment")]
    [InlineData("example.test:443\r\nX: y")]
    public void A_target_is_visible_ASCII_without_fragment(string target)
    {
        Assert.Throws<ArgumentException>(() => new RequestHead { Target = target });
        Assert.Throws<ArgumentException>(() => new RequestHead { Method = "CONNECT", Target = target });
    }

    [Theory]
    [Trait("rule", "R-125")]
    [Trait("past", "C-29")]
    [InlineData("")]
    [InlineData("A b")]
    [InlineData("A:")]
    [InlineData("A\r\nB")]
    [InlineData("A\0")]
    [InlineData("Ä")]
    [InlineData("A ")]
    [InlineData("\u010aA")]
    public void A_field_name_is_a_token(string name) => Assert.Throws<ArgumentException>(() => new HeaderList { { name, "x" } });

    [Theory]
    [Trait("rule", "R-126")]
    [Trait("past", "C-29")]
    [InlineData("a\rb")]
    [InlineData("a\nb")]
    [InlineData("a\r\nX: y")]
    [InlineData("a\r\n b")]
    [InlineData("a\0b")]
    [InlineData("a\u0001b")]
    [InlineData("a\u007fb")]
    [InlineData("\r\n")]
    [InlineData("a\n")]
    public void A_field_value_has_no_control_character(string value)
    {
        HeaderList list = new() { { "A", "kept" } };
        Assert.Throws<ArgumentException>(() => list.Add("A", value));
        Assert.Throws<ArgumentException>(() => list.Set("A", value));
        Assert.Equal([new HeaderField("A", "kept")], list);
    }

    [Fact]
    [Trait("rule", "R-126")]
    public void White_space_around_a_value_is_trimmed_and_inside_kept()
    {
        var head = new RequestHead();
        head.Headers.Add("A", " \tb\tc \t");
        Assert.Contains("\r\nA: b\tc\r\n", Write(head), StringComparison.Ordinal);
    }

    [Fact]
    [Trait("rule", "R-127")]
    [Trait("past", "C-58")]
    public void No_character_above_U_00FF_is_ever_cut_down_to_a_byte()
    {
        for (int c = 0x100; c <= 0xFFFF; c++)
        {
            string text = "a" + (char)c;
            Assert.False(TokenTable.IsFieldValue(text) || TokenTable.IsToken(text));
            if ((char)(byte)c is not ('\r' or '\n' or '\0' or ' ' or ':'))
            {
                continue; // the lists above are what the setters below ask
            }

            Refuses(() => new RequestHead { Method = text });
            Refuses(() => new RequestHead { Target = "/" + text });
            Refuses(() => new RequestHead { Authority = text });
            Refuses(() => new HeaderList { { text, "x" } });
            Refuses(() => new HeaderList { { "A", text } });
        }
    }

    [Fact]
    [Trait("rule", "R-127")]
    public void Characters_up_to_U_00FF_are_one_byte_each()
    {
        var head = new RequestHead();
        head.Headers.Add("A", "caf\u00e9\u00ff");
        Assert.Contains("\r\nA: caf\u00e9\u00ff\r\n", Write(head), StringComparison.Ordinal);
    }

    [Theory]
    [Trait("rule", "R-128")]
    [Trait("rule", "R-129")]
    [Trait("past", "C-41")]
    [Trait("past", "C-50")]
    [InlineData("a b")]
    [InlineData("a\r\nX: y")]
    [InlineData("a\n")]
    [InlineData("a\0")]
    [InlineData("a/b")]
    [InlineData("a#b")]
    [InlineData("a?b")]
    [InlineData("a\\b")]
    [InlineData("user@a")]
    [InlineData("http://a")]
    [InlineData("a:")]
    [InlineData(":80")]
    [InlineData("a:80:80")]
    [InlineData("a:+80")]
    [InlineData("a:80a")]
    [InlineData("a:65536")]
    [InlineData("a:0")]
    [InlineData("a:123456")]
    [InlineData("::1")]
    [InlineData("[::1")]
    [InlineData("[]")]
    [InlineData("[::1%25eth0]")]
    [InlineData("[::1]80")]
    [InlineData("[evil]")]
    [InlineData("ä.test")]
    [InlineData("a,b:c d")]
    public void A_host_has_the_form_host_or_host_and_port(string host)
    {
        Assert.Throws<ArgumentException>(() => new RequestHead { Authority = host });
        Assert.Throws<ArgumentException>(() =>
        {
            var head = new RequestHead { Authority = "example.test" };
            head.Headers.Add("Host", host);
            Write(head);
        });
    }

    [Theory]
    [Trait("rule", "R-128")]
    [Trait("rule", "R-129")]
    [InlineData("example.test")]
    [InlineData("example.test:8080")]
    [InlineData("example.test:65535")]
    [InlineData("[2001:db8::1]")]
    [InlineData("[::ffff:1.2.3.4]:81")]
    [InlineData("127.0.0.1:1")]
    [InlineData("my_container")]
    public void The_host_is_sent_first(string host)
    {
        var head = new RequestHead { Authority = host };
        head.Headers.Add("A", "b");
        Assert.Equal($"GET / HTTP/1.1\r\nHost: {host}\r\nA: b\r\n\r\n", Write(head));

        var given = new RequestHead { Authority = "other.test" };
        given.Headers.Add("A", "b");
        given.Headers.Add("hOsT", host);
        Assert.Equal($"GET / HTTP/1.1\r\nHost: {host}\r\nA: b\r\n\r\n", Write(given));
    }

    [Theory]
    [Trait("rule", "R-134")]
    [Trait("rule", "R-135")]
    [InlineData(5L, "Content-Length", "5", true)]
    [InlineData(5L, "content-length", "5", true)]
    [InlineData(5L, "Content-Length", "6", false)]
    [InlineData(5L, "Content-Length", "+5", false)]
    [InlineData(5L, "Content-Length", "5, 5", false)]
    [InlineData(5L, "Content-Length", "", false)]
    [InlineData(5L, "Transfer-Encoding", "chunked", false)]
    [InlineData(-1L, "Transfer-Encoding", "chunked", true)]
    [InlineData(-1L, "Transfer-Encoding", "Chunked", true)]
    [InlineData(-1L, "Transfer-Encoding", "gzip", false)]
    [InlineData(-1L, "Transfer-Encoding", "gzip, chunked", false)]
    [InlineData(-1L, "Content-Length", "5", false)]
    [InlineData(null, "Content-Length", "5", false)]
    [InlineData(null, "Transfer-Encoding", "chunked", false)]
    public void A_framing_field_must_say_what_the_content_is(long? length, string name, string value, bool allowed)
    {
        ContentFraming content = length is null ? ContentFraming.None : length < 0 ? ContentFraming.Chunked : ContentFraming.OfLength(length.Value);
        var head = new RequestHead { Method = "POST", Authority = "example.test" };
        head.Headers.Add(name, value);
        if (!allowed)
        {
            Assert.Throws<ArgumentException>(() => Write(head, content));
            return;
        }

        string field = length < 0 ? "Transfer-Encoding: chunked" : $"Content-Length: {length}";
        Assert.Equal($"POST / HTTP/1.1\r\nHost: example.test\r\n{field}\r\n\r\n", Write(head, content));
    }

    [Fact]
    [Trait("rule", "R-135")]
    public void Length_and_coding_together_are_refused()
    {
        var head = new RequestHead { Method = "POST" };
        head.Headers.Add("Content-Length", "5");
        head.Headers.Add("Transfer-Encoding", "chunked");
        foreach (ContentFraming content in new[] { ContentFraming.None, ContentFraming.Chunked, ContentFraming.OfLength(5) })
        {
            Assert.Throws<ArgumentException>(() => Write(head, content));
        }
    }

    [Fact]
    [Trait("rule", "R-136")]
    public void Content_of_unknown_length_goes_in_chunks_and_not_over_1_0()
    {
        Assert.Contains("\r\nTransfer-Encoding: chunked\r\n", Write(new RequestHead { Method = "POST" }, ContentFraming.Chunked), StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => Write(new RequestHead { Method = "POST", IsHttp10 = true }, ContentFraming.Chunked));
        Assert.StartsWith("POST / HTTP/1.0\r\n", Write(new RequestHead { Method = "POST", IsHttp10 = true }, ContentFraming.OfLength(1)), StringComparison.Ordinal);
    }

    [Theory]
    [Trait("rule", "R-137")]
    [Trait("rule", "R-138")]
    [InlineData("GET")]
    [InlineData("HEAD")]
    [InlineData("DELETE")]
    [InlineData("POST")]
    public void Framing_fields_are_those_of_the_content_whatever_the_method(string method)
    {
        Assert.Equal($"{method} / HTTP/1.1\r\nHost: \r\n\r\n", Write(new RequestHead { Method = method }));
        Assert.Equal($"{method} / HTTP/1.1\r\nHost: \r\nContent-Length: 0\r\n\r\n", Write(new RequestHead { Method = method }, ContentFraming.OfLength(0)));
        Assert.Equal($"{method} / HTTP/1.1\r\nHost: \r\nContent-Length: 7\r\n\r\n", Write(new RequestHead { Method = method }, ContentFraming.OfLength(7)));
    }

    [Theory]
    [Trait("rule", "R-141")]
    [Trait("rule", "R-144")]
    [InlineData("TE", "trailers", "TE", true)]
    [InlineData("TE", "trailers", "close, te", true)]
    [InlineData("TE", "trailers", "close", false)]
    [InlineData("TE", "trailers", null, false)]
    [InlineData("Upgrade", "websocket", "Upgrade", true)]
    [InlineData("Upgrade", "websocket, h2c", "upgrade", true)]
    [InlineData("A", "b", "upgrade", false)]
    [InlineData("A", "b", "TE", false)]
    [InlineData("A", "b", "close", true)]
    [InlineData("A", "b", "Keep-Alive", true)]
    [InlineData("A", "b", "a", true)]
    [InlineData("A", "b", "close, A", true)]
    [InlineData("A", "b", "B", false)]
    [InlineData("A", "b", "Host", false)]
    [InlineData("A", "b", "Content-Length", false)]
    [InlineData("A", "b", "transfer-encoding", false)]
    [InlineData("A", "b", "", false)]
    [InlineData("A", "b", "close,", false)]
    [InlineData("A", "b", "clo se", false)]
    public void Connection_names_only_what_is_there(string name, string value, string? connection, bool allowed)
    {
        var head = new RequestHead { Authority = "example.test" };
        head.Headers.Add(name, value);
        if (connection is not null)
        {
            head.Headers.Add("Connection", connection);
        }

        if (allowed)
        {
            Assert.EndsWith($"\r\n{name}: {value}\r\nConnection: {connection}\r\n\r\n", Write(head), StringComparison.Ordinal);
        }
        else
        {
            Assert.Throws<ArgumentException>(() => Write(head));
        }
    }

    [Fact]
    [Trait("rule", "R-142")]
    public void Expect_without_content_is_refused()
    {
        var head = new RequestHead { Method = "POST" };
        head.Headers.Add("Expect", "100-continue");
        Assert.Throws<ArgumentException>(() => Write(head));
        Assert.Throws<ArgumentException>(() => Write(head, ContentFraming.OfLength(0)));
        Assert.Contains("\r\nExpect: 100-continue\r\n", Write(head, ContentFraming.OfLength(1)), StringComparison.Ordinal);
    }

    [Theory]
    [Trait("rule", "R-128")]
    [Trait("rule", "R-143")]
    [Trait("past", "C-55")]
    [InlineData("Host", "a.test")]
    [InlineData("Content-Length", "5")]
    [InlineData("Content-Type", "text/plain")]
    [InlineData("Authorization", "Basic eA==")]
    public void A_field_that_is_there_once_is_refused_twice_in_any_case(string name, string value)
    {
        foreach (string second in new[] { name, name.ToUpperInvariant(), name.ToLowerInvariant() })
        {
            var head = new RequestHead { Method = "POST" };
            head.Headers.Add(name, value);
            Assert.Contains($"{value}\r\n", Write(head, ContentFraming.OfLength(5)), StringComparison.Ordinal);
            head.Headers.Add(second, value);
            Assert.Throws<ArgumentException>(() => Write(head, ContentFraming.OfLength(5)));
        }
    }

    [Theory]
    [Trait("rule", "R-145")]
    [InlineData(-1)]
    [InlineData(0)]
    [InlineData(1)]
    public void A_request_head_may_be_as_long_as_its_limit_to_the_byte(int over)
    {
        const int limit = 200;
        var head = new RequestHead { Authority = "example.test" };
        int rest = Write(head).Length + "A: \r\n".Length;
        head.Headers.Add("A", new string('x', limit + over - rest));
        var http = new Http1Connection(new() { Limits = { RequestHeadBytes = limit } });
        if (over <= 0)
        {
            http.Begin(head, ContentFraming.None, default);
            Assert.Equal(limit + over, http.GetOutput().Length);
        }
        else
        {
            Assert.Throws<ArgumentException>(() => http.Begin(head, ContentFraming.None, default));
            Assert.True(http.GetOutput().IsEmpty);
            Assert.Equal(1, http.AvailableExchanges);
        }
    }

    [Fact]
    [Trait("past", "C-29")]
    [Trait("past", "C-69")]
    public void Nothing_that_becomes_text_of_a_head_can_begin_a_line()
    {
        foreach (string injected in new[] { "a\r\nX: y", "a\nX: y", "a\rX: y", "a\u560d\u560aX: y", "a\u0085b\0", "a\r\n\r\nGET /evil HTTP/1.1" })
        {
            Refuses(() => new RequestHead { Method = injected });
            Refuses(() => new RequestHead { Target = "/" + injected });
            Refuses(() => new RequestHead { Method = "CONNECT", Target = injected + ":443" });
            Refuses(() => new RequestHead { Authority = injected });
            foreach (string name in new[] { "Host", "Upgrade", "Connection", "Content-Type", "Cookie", "Proxy-Authorization", "Expect", "X" })
            {
                Refuses(() => new HeaderList { { name, injected } });
            }

            Refuses(() => new HeaderList { { injected, "x" } });
        }
    }

    [Fact]
    [Trait("past", "C-22")]
    public void A_head_used_again_sends_only_what_it_holds_now()
    {
        var http = new Driver();
        var head = new RequestHead { Method = "PUT", Target = "/a", Authority = "example.test" };
        head.Headers.Add("A", "1");
        head.Headers.Add("Expect", "100-continue");
        ExchangeId first = http.Http.Begin(head, ContentFraming.OfLength(5), http.Now);
        Assert.Equal("PUT /a HTTP/1.1\r\nHost: example.test\r\nA: 1\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n", http.Send());
        http.Http.HandleDeadline(http.Http.Wants.Deadline);
        Assert.Equal(5, http.Http.Write(first, "hello"u8.ToArray()));
        http.Http.FinishBody(first);
        Assert.Equal("hello", http.Send());
        Respond(http.Http);

        head.Method = "POST";
        head.Headers.Clear();
        http.Http.Begin(head, ContentFraming.None, http.Now);
        Assert.Equal("POST /a HTTP/1.1\r\nHost: example.test\r\n\r\n", http.Send());
        Respond(http.Http);
        Assert.Throws<InvalidOperationException>(() => http.Http.Write(first, "more"u8.ToArray()));
    }

    private static void Respond(Http1Connection http)
    {
        Memory<byte> room = http.GetReceiveBuffer();
        http.CommitReceived(Encoding.Latin1.GetBytes("HTTP/1.1 204 X\r\n\r\n", room.Span), default);
        while (http.Poll(default).Kind != EventKind.None)
        {
        }

        Assert.Equal(1, http.AvailableExchanges);
    }

    private static string Write(RequestHead head, ContentFraming content = default)
    {
        var http = new Http1Connection();
        http.Begin(head, content, default);
        string written = Encoding.Latin1.GetString(http.GetOutput().ToArray());
        http.Close();
        return written;
    }

    private static void Refuses(Func<object> make)
    {
        try
        {
            _ = make();
        }
        catch (ArgumentException)
        {
            return;
        }

        Assert.Fail("It was accepted.");
    }
}
