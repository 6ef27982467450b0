using System.Text;
using Xunit;

namespace PollHttp.Core.Tests;

/// <summary>The first line of a response (RFC 9112 §4), in every cutting.</summary>
public sealed class StatusLineTests
{
    private const string Rest = "Content-Length: 0\r\n\r\n";
    private const string Accepted = "head 200; end; reusable";

    [Theory]
    [Trait("rule", "R-001")]
    [Trait("rule", "R-002")]
    [Trait("rule", "R-003")]
    [InlineData("HTTP/1.1 200 OK\r\n", "OK")]
    [InlineData("HTTP/1.1 200 \r\n", "")]
    [InlineData("HTTP/1.1 200\r\n", "")]
    public void A_reason_may_be_there_empty_or_missing(string line, string reason) =>
        Assert.Equal(reason, Exchange.Get(line + Rest).Logs(Accepted).Head!.ReasonPhrase);

    [Fact]
    [Trait("rule", "R-004")]
    public void Version_1_0_is_accepted_and_not_kept_alive_unless_it_says_so()
    {
        Assert.Equal(0, Exchange.Get("HTTP/1.0 200 OK\r\n" + Rest).Logs("head 200; end; closed (Http10)").Head!.MinorVersion);
        Exchange.Get("HTTP/1.0 200 OK\r\nConnection: keep-alive\r\n" + Rest).Logs(Accepted);
    }

    [Theory]
    [Trait("rule", "R-005")]
    [InlineData(2)]
    [InlineData(9)]
    public void A_higher_minor_version_is_read_as_1_1_and_not_reused(int minor) =>
        Exchange.Get($"HTTP/1.{minor} 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n").Logs("head 200; body x; end; closed (Http10)");

    [Theory]
    [Trait("rule", "R-006")]
    [InlineData("HTTP/2.0 200 OK\r\n")]
    [InlineData("HTTP/2 200 OK\r\n")]
    [InlineData("HTTP/3 200\r\n")]
    [InlineData("HTTP/0.9 200 OK\r\n")]
    public void Another_major_version_is_refused(string line) => Exchange.Get(line + Rest).IsRefused(FaultKind.UnsupportedVersion);

    [Theory]
    [Trait("rule", "R-007")]
    [InlineData("http/1.1 200 OK\r\n")]
    [InlineData("HTTP /1.1 200 OK\r\n")]
    [InlineData("HTTP/1.10 200 OK\r\n")]
    [InlineData("HTTP/1,1 200 OK\r\n")]
    [InlineData("HTTP/1.x 200 OK\r\n")]
    [InlineData("HTTP/1. 200 OK\r\n")]
    [InlineData("HTTPS/1.1 200 OK\r\n")]
    [InlineData("ICY 200 OK\r\n")]
    [InlineData("RTSP/1.0 200 OK\r\n")]
    [InlineData("HTTP/-1.1 200 OK\r\n")]
    public void A_version_is_written_in_one_way_only(string line) => Exchange.Get(line + Rest).IsRefused(FaultKind.MalformedStatusLine);

    [Fact]
    [Trait("rule", "R-007")]
    public void A_version_has_no_leading_zero() => Exchange.Get("HTTP/01.1 200 OK\r\n" + Rest).IsRefused(FaultKind.UnsupportedVersion);

    [Theory]
    [Trait("rule", "R-008")]
    [InlineData("<html>no head at all</html>", "it begins with \"<html>no head at\"")]
    [InlineData("SSH-2.0-OpenSSH_9.2p1\r\n", "it looks like SSH")]
    [InlineData("\u0015\u0003\u0001\0\u0002\u0002F", "it looks like TLS: is the port an https one?")]
    [InlineData("\u0016\u0003\u0003\0z", "it looks like TLS: is the port an https one?")]
    [InlineData("\0\0\u0012\u0004\0\0\0\0\0", "it looks like another version of HTTP")]
    [InlineData("\u0001", "it begins with byte 0x01")]
    [InlineData("http/1.1 200 OK\r\n", "it begins with \"http/1.1 200 OK\"")]
    [InlineData("220 mail.example ESMTP ready\r\n", "it begins with \"220 mail.example\"")]
    [InlineData("SSH\r\n", "it begins with \"SSH\"")]
    [InlineData("SSH-\r\n", "it looks like SSH")]
    [InlineData("\u0015\n", "it begins with byte 0x15")]
    [InlineData("\0\0\u0012\u0005", "it begins with byte 0x00")]
    [InlineData("\0\n", "it begins with byte 0x00")]
    [InlineData("caf\u00e9", "it begins with \"caf\"")]
    [InlineData("\r\nHTTP/1.1 200 OK", "it begins with byte 0x0D")]
    public void What_is_not_HTTP_is_refused_at_its_first_byte_and_said_what_it_looks_like(string bytes, string looksLike)
    {
        Transcript transcript = Exchange.Get(bytes).IsRefused(FaultKind.MalformedStatusLine);
        Assert.Equal(looksLike, transcript.Fault.Detail);
        Assert.Equal(1, transcript.Fault.BytesReceived);
    }

    [Theory]
    [Trait("rule", "R-008")]
    [InlineData("SS", "it begins with \"SS\"")]
    [InlineData("SSH-", "it looks like SSH")]
    [InlineData("login: ", "it begins with \"login: \"")]
    [InlineData("\u0015", "it begins with byte 0x15")]
    [InlineData("\0\0\u0012", "it begins with byte 0x00")]
    public void What_is_not_HTTP_and_ends_early_is_refused_with_the_words_for_what_came(string bytes, string looksLike)
    {
        Assert.Equal(looksLike, Exchange.Get(bytes).ThenEnds().IsRefused(FaultKind.MalformedStatusLine).Fault.Detail);
        Assert.Equal(looksLike, Exchange.Get(bytes).ThenResets().IsRefused(FaultKind.MalformedStatusLine).Fault.Detail);
    }

    [Theory]
    [Trait("rule", "R-008")]
    [InlineData("HTTP/2 200 OK\r\n", FaultKind.UnsupportedVersion, "it begins with \"HTTP/2 200 OK\"")]
    [InlineData("HTTP/1.1 2OO OK\r\n", FaultKind.MalformedStatusLine, "it begins with \"HTTP/1.1 2OO OK\"")]
    [InlineData("HTTP1 200 OK\r\n", FaultKind.MalformedStatusLine, "it begins with \"HTTP1 200 OK\"")]
    public void A_line_that_is_almost_a_status_line_is_quoted(string line, FaultKind kind, string words) =>
        Assert.Equal(words, Exchange.Get(line + Rest).IsRefused(kind).Fault.Detail);

    [Theory]
    [Trait("rule", "R-009")]
    [InlineData("\r\n")]
    [InlineData("\n")]
    [InlineData("\r\n\r\n")]
    public void An_empty_line_before_the_status_line_is_refused(string before) =>
        Exchange.Get(before + "HTTP/1.1 200 OK\r\n" + Rest).IsRefused(FaultKind.MalformedStatusLine);

    [Theory]
    [Trait("rule", "R-010")]
    [InlineData("HTTP/1.1 20 OK")]
    [InlineData("HTTP/1.1 2000 OK")]
    [InlineData("HTTP/1.1  OK")]
    [InlineData("HTTP/1.1 -20 OK")]
    [InlineData("HTTP/1.1 +200 OK")]
    [InlineData("HTTP/1.1 2O0 OK")]
    [InlineData("HTTP/1.1  200 OK")]
    [InlineData("HTTP/1.1 20 0 OK")]
    [InlineData("HTTP/1.1 \u00b2\u00b2\u00b2 OK")]
    [InlineData("HTTP/1.1")]
    [InlineData("HTTP/1.1 ")]
    public void A_status_code_has_three_digits(string line) => Exchange.Get(line + "\r\n" + Rest).IsRefused(FaultKind.MalformedStatusLine);

    [Theory]
    [Trait("rule", "R-011")]
    [InlineData("000")]
    [InlineData("099")]
    public void A_code_below_100_is_refused(string code) =>
        Exchange.Get($"HTTP/1.1 {code} OK\r\n" + Rest).IsRefused(FaultKind.MalformedStatusLine);

    [Theory]
    [Trait("rule", "R-012")]
    [Trait("rule", "R-013")]
    [InlineData(299)]
    [InlineData(471)]
    [InlineData(600)]
    [InlineData(999)]
    public void An_unknown_code_is_an_ordinary_final_response(int code) =>
        Exchange.Get($"HTTP/1.1 {code} ?\r\nContent-Length: 2\r\n\r\nhi").Logs($"head {code}; body hi; end; reusable");

    [Theory]
    [Trait("rule", "R-014")]
    [InlineData("HTTP/1.1\t200 OK")]
    [InlineData("HTTP/1.1 200\tOK")]
    [InlineData("HTTP/1.1 \t200 OK")]
    public void Only_one_space_separates_version_and_code(string line) =>
        Exchange.Get(line + "\r\n" + Rest).IsRefused(FaultKind.MalformedStatusLine);

    [Theory]
    [Trait("rule", "R-014")]
    [Trait("rule", "R-015")]
    [InlineData(" two spaces")]
    [InlineData("a\tb")]
    [InlineData("caf\u00e9 \u0080\u00ff")]
    [InlineData("200 HTTP/1.1 404")]
    public void A_reason_is_Latin_1_and_not_interpreted(string reason) =>
        Assert.Equal(reason, Exchange.Get($"HTTP/1.1 200 {reason}\r\n" + Rest).Logs(Accepted).Head!.ReasonPhrase);

    [Theory]
    [Trait("rule", "R-016")]
    [Trait("rule", "R-018")]
    [InlineData('\0')]
    [InlineData('\u0001')]
    [InlineData('\u000b')]
    [InlineData('\u001b')]
    [InlineData('\u007f')]
    [InlineData('\r')]
    public void A_reason_has_no_control_character(char control)
    {
        string response = $"HTTP/1.1 200 O{control}K\r\n" + Rest;
        Exchange.Get(response).IsRefused(FaultKind.MalformedStatusLine);
        Exchange.Get(response).Lenient(Leniency.ControlCharacters | Leniency.BareLineFeed).IsRefused(FaultKind.MalformedStatusLine);
    }

    [Fact]
    [Trait("rule", "R-017")]
    public void A_lone_line_feed_ends_a_status_line_only_behind_its_switch()
    {
        const string response = "HTTP/1.1 200 OK\nContent-Length: 0\r\n\r\n";
        Exchange.Get(response).IsRefused(FaultKind.BareLineFeed);
        Exchange.Get(response).Lenient(Leniency.BareLineFeed).Logs(Accepted);
    }

    [Theory]
    [Trait("rule", "R-018")]
    [InlineData("HTTP/1.1 200 OK\rContent-Length: 0\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\r\nContent-Length: 0\r\n\r\n")]
    public void A_lone_carriage_return_ends_nothing(string response)
    {
        Exchange.Get(response).IsRefused(FaultKind.MalformedStatusLine);
        Exchange.Get(response).Lenient(Leniency.BareLineFeed).IsRefused(FaultKind.MalformedStatusLine);
    }

    [Theory]
    [Trait("rule", "R-019")]
    [Trait("fault", "F-32")]
    [InlineData(-1)]
    [InlineData(0)]
    [InlineData(1)]
    public void A_status_line_may_be_as_long_as_its_limit(int over)
    {
        const int limit = 200;
        string line = "HTTP/1.1 200 " + new string('x', limit + over - 13);
        Exchange exchange = Exchange.Get(line + "\r\n" + Rest).Limited(l => l.StatusLineBytes = limit);
        if (over <= 0)
        {
            exchange.Logs(Accepted);
        }
        else
        {
            Assert.Equal(limit, exchange.IsRefused(FaultKind.HeadTooLarge).Fault.BytesExpected);
        }
    }

    [Theory]
    [Trait("rule", "R-019")]
    [InlineData("x")]
    [InlineData("\rx")]
    [InlineData("\r\r\n")]
    public void A_status_line_without_end_is_refused_one_byte_past_its_limit(string after) =>
        Exchange.Get("HTTP/1.1 200 " + new string('x', 87) + after).Limited(l => l.StatusLineBytes = 100).IsRefused(FaultKind.HeadTooLarge);

    [Fact]
    [Trait("rule", "R-020")]
    public void An_end_before_any_byte_on_a_reused_connection_may_be_retried()
    {
        Fault fault = Exchange.Get("").OnReused().ThenEnds().IsRefused(FaultKind.ClosedBeforeResponse).Fault;
        Assert.True(fault.Retryable);
        Assert.NotEqual(0, fault.RequestBytesSent);
    }

    [Fact]
    [Trait("rule", "R-021")]
    public void An_end_before_any_byte_on_a_fresh_connection_is_an_empty_response() =>
        Assert.False(Exchange.Get("").ThenEnds().IsRefused(FaultKind.ClosedBeforeResponse).Fault.Retryable);

    [Fact]
    [Trait("rule", "R-022")]
    [Trait("rule", "R-023")]
    public void An_end_inside_a_head_is_no_response_at_any_byte()
    {
        const string response = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
        for (int length = 1; length < response.Length; length++)
        {
            Fault fault = Exchange.Get(response[..length]).OnReused().ThenEnds().IsRefused(FaultKind.TruncatedHead).Fault;
            Assert.Equal(length, fault.BytesReceived);
            Assert.False(fault.Retryable);
        }
    }

    [Fact]
    [Trait("rule", "R-002")]
    public void A_long_run_of_heads_gives_each_its_own_reason()
    {
        var driver = new Driver();
        for (int i = 0; i < 3; i++)
        {
            driver.Begin(new RequestHead { Authority = "example.test" });
            driver.Receive($"HTTP/1.1 200 Reason {i}\r\n" + Rest);
            Assert.Equal($"Reason {i}", driver.Http.Latest().ResponseHead.ReasonPhrase);
        }

        Assert.Equal("head 200; end; head 200; end; head 200; end", driver.Log);
        Assert.Equal(Encoding.Latin1.GetByteCount("Reason 2"), driver.Http.Latest().ResponseHead.ReasonPhrase.Length);
    }
}
