using Xunit;

namespace PollHttp.Core.Tests;

/// <summary>How long a body is (RFC 9112 §6.3), in every cutting.</summary>
public sealed class FramingTests
{
    private const string Chunks = "2\r\nhi\r\n0\r\n\r\n";
    private const string UntilClose = "closed (CloseDelimitedBody)";

    [Fact]
    [Trait("rule", "R-044")]
    public void A_transfer_coding_in_HTTP_1_0_is_refused_whatever_the_length_says()
    {
        Exchange.Get("HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + Chunks).IsRefused(FaultKind.UnsupportedTransferCoding);
        Exchange.Get("HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\nhi").IsRefused(FaultKind.UnsupportedTransferCoding);
    }

    [Theory]
    [Trait("rule", "R-045")]
    [InlineData("Content-Length: 42", 42)]
    [InlineData("Transfer-Encoding: chunked", -1)]
    [InlineData("Content-Length: 42\r\nTransfer-Encoding: chunked", 42)]
    [InlineData("Server: x", -1)]
    public void A_response_to_HEAD_has_no_body(string fields, long length) =>
        Assert.Equal(length, Exchange.Get($"HTTP/1.1 200 OK\r\n{fields}\r\n\r\n").For("HEAD").Logs("head 200; end; reusable").Head!.ContentLength);

    [Theory]
    [Trait("rule", "R-045")]
    [InlineData("HEAD", "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n")]
    [InlineData("HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\n")]
    [InlineData("HEAD", "HTTP/1.1 200 OK\r\nTransfer-Encoding: @\r\n\r\n")]
    [InlineData("GET", "HTTP/1.1 304 Not Modified\r\nContent-Length: -1\r\n\r\n")]
    [InlineData("GET", "HTTP/1.1 204 No Content\r\nContent-Length: 0x0\r\n\r\n")]
    public void Broken_framing_fields_where_there_is_no_body_cost_the_connection_only(string method, string response)
    {
        Transcript transcript = Exchange.Get(response).For(method).Logs(
            $"head {response.AsSpan(9, 3)}; end; closed (AmbiguousFraming)");
        Assert.Equal(-1, transcript.Head!.ContentLength);
    }

    [Theory]
    [Trait("rule", "R-046")]
    [InlineData(100)]
    [InlineData(102)]
    [InlineData(103)]
    public void An_interim_response_has_no_body_and_no_transfer_coding(int code)
    {
        Exchange.Get($"HTTP/1.1 {code} X\r\nContent-Length: 5\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n")
            .Logs($"interim {code}; head 204; end; reusable");
        Exchange.Get($"HTTP/1.1 {code} X\r\nContent-Length: ,\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n")
            .Logs($"interim {code}; head 204; end; reusable");
        Exchange.Get($"HTTP/1.1 {code} X\r\nTransfer-Encoding: chunked\r\n\r\n").IsRefused(FaultKind.UnsupportedTransferCoding);
    }

    [Theory]
    [Trait("rule", "R-047")]
    [Trait("rule", "R-048")]
    [Trait("rule", "R-049")]
    [InlineData("204 No Content\r\nContent-Length: 0", "reusable")]
    [InlineData("204 No Content", "reusable")]
    [InlineData("204 No Content\r\nContent-Length: 5", "closed (AmbiguousFraming)")]
    [InlineData("204 No Content\r\nTransfer-Encoding: chunked", "closed (AmbiguousFraming)")]
    [InlineData("204 No Content\r\nTransfer-Encoding: gzip", "closed (AmbiguousFraming)")]
    [InlineData("304 Not Modified\r\nContent-Length: 5", "reusable")]
    [InlineData("304 Not Modified\r\nTransfer-Encoding: chunked", "reusable")]
    [InlineData("304 Not Modified", "reusable")]
    public void Statuses_204_and_304_have_no_body(string head, string then) =>
        Exchange.Get($"HTTP/1.1 {head}\r\n\r\n").Logs($"head {head[..3]}; end; {then}");

    [Theory]
    [Trait("rule", "R-050")]
    [Trait("fault", "F-36")]
    [InlineData("HEAD", "200 OK\r\nContent-Length: 5", "hello")]
    [InlineData("GET", "304 Not Modified\r\nContent-Length: 5", "hello")]
    [InlineData("GET", "204 No Content", "x")]
    [InlineData("GET", "200 OK\r\nContent-Length: 0", "\r\n")]
    public void Bytes_after_a_response_without_body_close_the_connection_and_leave_the_response_valid(string method, string head, string after) =>
        Exchange.Get($"HTTP/1.1 {head}\r\n\r\n{after}").For(method).Logs($"head {head[..3]}; end; closed (BytesWhileIdle)");

    [Fact]
    [Trait("rule", "R-051")]
    public void Status_205_is_framed_like_any_other() =>
        Exchange.Get("HTTP/1.1 205 Reset Content\r\nContent-Length: 2\r\n\r\nhi").Logs("head 205; body hi; end; reusable");

    [Theory]
    [Trait("rule", "R-052")]
    [Trait("rule", "R-107")]
    [InlineData("200 OK")]
    [InlineData("200 OK\r\nContent-Length: 3")]
    [InlineData("299 OK\r\nTransfer-Encoding: chunked")]
    [InlineData("200 OK\r\nContent-Length: x\r\nTransfer-Encoding: gzip")]
    public void A_2xx_to_CONNECT_is_a_tunnel_and_what_follows_belongs_to_it(string head)
    {
        Transcript transcript = Exchange.Get($"HTTP/1.1 {head}\r\n\r\n\u0016\u0003abc").For("CONNECT", "example.test:443")
            .Logs($"head {head[..3]}; upgraded; switched");
        Assert.Equal("\u0016\u0003abc"u8, transcript.Leftover);
    }

    [Theory]
    [Trait("rule", "R-053")]
    [InlineData("407 Auth\r\nContent-Length: 2\r\n\r\nno", "head 407; body no; end; reusable")]
    [InlineData("502 Bad\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nno\r\n0\r\n\r\n", "head 502; body no; end; reusable")]
    [InlineData("302 Found\r\nContent-Length: 0\r\n\r\n", "head 302; end; reusable")]
    [InlineData("300 Multiple\r\nContent-Length: 2\r\n\r\nno", "head 300; body no; end; reusable")]
    public void Any_other_answer_to_CONNECT_is_framed_as_usual(string response, string log) =>
        Exchange.Get("HTTP/1.1 " + response).For("CONNECT", "example.test:443").Logs(log);

    [Theory]
    [Trait("rule", "R-054")]
    [Trait("past", "C-67")]
    [InlineData("Content-Length: 3\r\nTransfer-Encoding: chunked")]
    [InlineData("Transfer-Encoding: chunked\r\nContent-Length: 3")]
    [InlineData("Transfer-Encoding: chunked\r\nContent-Length: 3, 4")]
    [InlineData("Transfer-Encoding: chunked\r\nContent-Length: x")]
    [InlineData("Transfer-Encoding: chunked\r\nContent-Length:")]
    public void Chunked_overrides_a_length_and_the_connection_is_not_reused(string fields)
    {
        Transcript transcript = Exchange.Get($"HTTP/1.1 200 OK\r\n{fields}\r\n\r\n{Chunks}").Logs("head 200; body hi; end; closed (AmbiguousFraming)");
        Assert.Equal((-1, BodyFramingKind.Chunked), (transcript.Head!.ContentLength, transcript.Head.Framing.Kind));
    }

    [Theory]
    [Trait("rule", "R-055")]
    [InlineData("chunked")]
    [InlineData("Chunked")]
    [InlineData("CHUNKED")]
    [InlineData(" \tchunked\t ")]
    public void Chunked_in_any_case_is_chunked(string coding) =>
        Exchange.Get($"HTTP/1.1 200 OK\r\nTransfer-Encoding:{coding}\r\n\r\n{Chunks}").Logs("head 200; body hi; end; reusable");

    [Theory]
    [Trait("rule", "R-056")]
    [Trait("rule", "R-057")]
    [Trait("rule", "R-058")]
    [Trait("rule", "R-059")]
    [Trait("rule", "R-060")]
    [InlineData("gzip, chunked")]
    [InlineData("gzip")]
    [InlineData("identity")]
    [InlineData("unknown")]
    [InlineData("chunked, gzip")]
    [InlineData("chunked, chunked")]
    [InlineData("chunked, identity")]
    [InlineData("identity, chunked")]
    [InlineData("xchunked")]
    [InlineData("chunkedx")]
    [InlineData("chunked;q=1")]
    [InlineData("\"chunked\"")]
    [InlineData("chu nked")]
    [InlineData("chunked,")]
    [InlineData(",chunked")]
    [InlineData("")]
    [InlineData(",")]
    [InlineData(" , ,")]
    [InlineData("chunked\u00a0")]
    [InlineData("gzip\r\nTransfer-Encoding: chunked")]
    [InlineData("chunked\r\nTransfer-Encoding: gzip")]
    [InlineData("chunked\r\nTransfer-Encoding: identity")]
    public void Anything_but_one_chunked_is_refused(string coding)
    {
        string response = $"HTTP/1.1 200 OK\r\nTransfer-Encoding: {coding}\r\nContent-Length: 2\r\n\r\n{Chunks}";
        Exchange.Get(response).IsRefused(FaultKind.UnsupportedTransferCoding);
        Exchange.Get(response).Lenient(Leniency.RepeatedChunked).IsRefused(FaultKind.UnsupportedTransferCoding);
    }

    [Theory]
    [Trait("rule", "R-057")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: identity\r\nContent-Length: 2\r\n\r\nhi")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: Identity\r\n\r\nhi")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: identity\r\nTransfer-Encoding: identity\r\nContent-Length: 2\r\n\r\nhi")]
    [InlineData("HTTP/1.0 200 OK\r\nTransfer-Encoding: identity\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\nhi")]
    public void The_coding_identity_is_none_behind_its_switch_and_not_reused(string response)
    {
        Exchange.Get(response).IsRefused(FaultKind.UnsupportedTransferCoding);
        Exchange.Get(response).Lenient(Leniency.IdentityCoding).Logs("head 200; body hi; end; closed (AmbiguousFraming)");
    }

    [Fact]
    [Trait("rule", "R-057")]
    public void The_coding_identity_without_a_length_runs_to_the_close() =>
        Exchange.Get("HTTP/1.1 200 OK\r\nTransfer-Encoding: identity\r\n\r\nhi").ThenEnds().Lenient(Leniency.IdentityCoding)
            .Logs("head 200; body hi; end; closed (CloseDelimitedBody)");

    [Theory]
    [Trait("rule", "R-059")]
    [InlineData("identity, chunked")]
    [InlineData("identity\r\nTransfer-Encoding: chunked")]
    [InlineData("chunked\r\nTransfer-Encoding: identity")]
    [InlineData("identity;q=1")]
    [InlineData("identity,")]
    [InlineData("gzip")]
    public void The_coding_identity_with_anything_else_is_refused_all_the_same(string coding) =>
        Exchange.Get($"HTTP/1.1 200 OK\r\nTransfer-Encoding: {coding}\r\nContent-Length: 2\r\n\r\n{Chunks}")
            .Lenient(Leniency.IdentityCoding).IsRefused(FaultKind.UnsupportedTransferCoding);

    [Fact]
    [Trait("rule", "R-059")]
    public void A_coding_with_a_control_character_is_no_coding()
    {
        const string response = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\v\r\n\r\n" + Chunks;
        Exchange.Get(response).IsRefused(FaultKind.MalformedField);
        Exchange.Get(response).Lenient(Leniency.ControlCharacters).IsRefused(FaultKind.UnsupportedTransferCoding);
    }

    [Fact]
    [Trait("rule", "R-058")]
    public void Two_lines_chunked_are_one_coding_only_behind_the_switch_and_not_reused()
    {
        const string response = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n" + Chunks;
        Exchange.Get(response).IsRefused(FaultKind.UnsupportedTransferCoding);
        Exchange.Get(response).Lenient(Leniency.RepeatedChunked).Logs("head 200; body hi; end; closed (AmbiguousFraming)");
    }

    [Fact]
    [Trait("rule", "R-061")]
    public void A_length_is_exactly_that_many_bytes()
    {
        string body = new('x', 42);
        Transcript transcript = Exchange.Get("HTTP/1.1 200 OK\r\nContent-Length: 42\r\n\r\n" + body).Logs("head 200; body 42 bytes; end; reusable");
        Assert.Equal(42, transcript.Head!.ContentLength);
    }

    [Theory]
    [Trait("rule", "R-062")]
    [InlineData("2, 2")]
    [InlineData("2,2 ,2")]
    [InlineData("2\r\nContent-Length: 2")]
    [InlineData("02\r\ncontent-length: 02, 02")]
    public void Equal_lengths_are_one_and_the_connection_is_not_reused(string value) =>
        Exchange.Get($"HTTP/1.1 200 OK\r\nContent-Length: {value}\r\n\r\nhi").Logs("head 200; body hi; end; closed (AmbiguousFraming)");

    [Theory]
    [Trait("rule", "R-063")]
    [Trait("rule", "R-065")]
    [InlineData("42, 43")]
    [InlineData("42\r\nContent-Length: 43")]
    [InlineData("30, 030")]
    [InlineData("030\r\nContent-Length: 30")]
    [InlineData("2, 2, 3")]
    public void Differing_lengths_are_refused(string value) =>
        Exchange.Get($"HTTP/1.1 200 OK\r\nContent-Length: {value}\r\n\r\nhi").IsRefused(FaultKind.ConflictingLengths);

    [Theory]
    [Trait("rule", "R-064")]
    [Trait("past", "C-47")]
    [InlineData("+5")]
    [InlineData("-5")]
    [InlineData("0x10")]
    [InlineData("5 5")]
    [InlineData("5;")]
    [InlineData("5.0")]
    [InlineData("1e3")]
    [InlineData("")]
    [InlineData(",")]
    [InlineData("5,")]
    [InlineData(",5")]
    [InlineData("5,,5")]
    [InlineData("5, x")]
    [InlineData("\u00ef\u00bc\u0095")]
    [InlineData("1_000")]
    [InlineData("1'000")]
    [InlineData("five")]
    [InlineData("\u00b2")]
    public void A_length_has_digits_only(string value) =>
        Exchange.Get($"HTTP/1.1 200 OK\r\nContent-Length: {value}\r\n\r\nhello").IsRefused(FaultKind.MalformedLength);

    [Fact]
    [Trait("rule", "R-064")]
    public void A_length_with_NUL_behind_it_is_refused()
    {
        Exchange.Get("HTTP/1.1 200 OK\r\nContent-Length: 5\0\r\n\r\nhello").IsRefused(FaultKind.MalformedField);
        Exchange.Get("HTTP/1.1 200 OK\r\nContent-Length: 5\u0001\r\n\r\nhello")
            .Lenient(Leniency.ControlCharacters).IsRefused(FaultKind.MalformedLength);
    }

    [Fact]
    [Trait("rule", "R-065")]
    public void Leading_zeros_do_no_harm() =>
        Exchange.Get("HTTP/1.1 200 OK\r\nContent-Length: 0000000000000000000000007\r\n\r\n1234567").Logs("head 200; body 1234567; end; reusable");

    [Theory]
    [Trait("rule", "R-066")]
    [InlineData(1L << 31)]
    [InlineData(1L << 32)]
    [InlineData(1L << 53)]
    [InlineData(long.MaxValue)]
    public void A_huge_length_is_believed_and_nothing_is_set_aside_for_it(long length)
    {
        Transcript transcript = Exchange.Get($"HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\nhi").ThenEnds().Logs(
            "head 200; body hi; fault TruncatedBody; closed");
        Assert.Equal((length, 2, length), (transcript.Head!.ContentLength, transcript.Fault.BytesReceived, transcript.Fault.BytesExpected));
        Assert.InRange(transcript.PeakMemory, 1, 64 * 1024);
    }

    [Theory]
    [Trait("rule", "R-067")]
    [InlineData("9223372036854775808")]
    [InlineData("18446744073709551617")]
    [InlineData("99999999999999999999")]
    [InlineData("100000000000000000000000000000000000000002")]
    public void A_length_over_63_bits_is_refused_and_never_wraps(string length) =>
        Exchange.Get($"HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\nhi").IsRefused(FaultKind.MalformedLength);

    [Theory]
    [Trait("rule", "R-068")]
    [InlineData(-1)]
    [InlineData(0)]
    [InlineData(1)]
    public void A_length_over_the_limit_is_refused_before_a_byte_of_the_body(int over)
    {
        string body = new('x', 20 + over);
        Exchange exchange = Exchange.Get($"HTTP/1.1 200 OK\r\nContent-Length: {body.Length}\r\n\r\n{body}").Limited(l => l.BodyBytes = 20);
        if (over <= 0)
        {
            exchange.Logs($"head 200; body {body}; end; reusable");
        }
        else
        {
            Assert.Equal(20, exchange.IsRefused(FaultKind.BodyTooLarge).Fault.BytesExpected);
        }
    }

    [Theory]
    [Trait("rule", "R-068")]
    [InlineData(0)]
    [InlineData(1)]
    public void A_body_of_unknown_length_ends_at_the_limit(int over)
    {
        string body = new('x', 20 + over);
        string twenty = new('x', 20);
        Exchange closing = Exchange.Get($"HTTP/1.1 200 OK\r\n\r\n{body}").Limited(l => l.BodyBytes = 20).ThenEnds();
        Exchange chunked = Exchange.Get($"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\na\r\n0123456789\r\n{10 + over:x}\r\n{body[10..]}\r\n0\r\n\r\n")
            .Limited(l => l.BodyBytes = 20);
        if (over == 0)
        {
            closing.Logs($"head 200; body {body}; end; {UntilClose}");
            chunked.Logs($"head 200; body 0123456789{body[10..]}; end; reusable");
        }
        else
        {
            closing.Logs($"head 200; body {twenty}; fault BodyTooLarge; closed");
            Assert.Equal(10, chunked.Logs("head 200; body 0123456789; fault BodyTooLarge; closed").Fault.BytesReceived);
        }
    }

    [Theory]
    [Trait("rule", "R-069")]
    [Trait("rule", "R-070")]
    [InlineData("")]
    [InlineData("Connection: keep-alive\r\n")]
    public void Without_length_and_coding_a_body_runs_to_the_close(string field)
    {
        Exchange.Get($"HTTP/1.1 200 OK\r\n{field}\r\nhello\r\n\r\n").ThenEnds().Logs($"head 200; body hello\r\n\r\n; end; {UntilClose}");
        Exchange.Get($"HTTP/1.1 200 OK\r\n{field}\r\n").ThenEnds().Logs($"head 200; end; {UntilClose}");
        Exchange.Get($"HTTP/1.1 200 OK\r\n{field}\r\nhello").Logs("head 200; body hello; waiting");
    }

    [Fact]
    [Trait("rule", "R-071")]
    [Trait("fault", "F-34")]
    public void Bytes_past_the_length_are_no_body() =>
        Exchange.Get("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello world").Logs("head 200; body hello; end; closed (BytesWhileIdle)");
}
