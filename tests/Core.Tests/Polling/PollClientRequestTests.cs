using System.Text;
using Xunit;

namespace PollHttp.Core.Tests;

public class PollClientRequestTests
{
    private static readonly HeaderField[] s_none = [];

    [Fact]
    public void Defaults_are_added_after_the_caller_s_fields()
    {
        using PollScene scene = PollScene.Connected();
        scene.Client.Request("GET", "/a?b", [new HeaderField("X-One", "1")]);
        scene.Settle();
        Assert.StartsWith("GET /a?b HTTP/1.1\r\n", scene.Received, StringComparison.Ordinal);
        Assert.Contains("\r\nHost: example.org\r\n", scene.Received, StringComparison.Ordinal);
        Assert.Contains("\r\nX-One: 1\r\nUser-Agent: PollHttp/", scene.Received, StringComparison.Ordinal);
        Assert.Contains("\r\nAccept: */*\r\n", scene.Received, StringComparison.Ordinal);
        Assert.DoesNotContain("Content-Length", scene.Received, StringComparison.Ordinal);
        Assert.EndsWith("\r\n\r\n", scene.Received, StringComparison.Ordinal);
    }

    [Fact]
    public void The_caller_s_fields_win_over_the_defaults()
    {
        using PollScene scene = PollScene.Connected();
        scene.Client.Request("GET", "/", (string[])["user-agent: me", "ACCEPT: text/html", "host: other.example"]);
        scene.Settle();
        Assert.Contains("user-agent: me\r\n", scene.Received, StringComparison.Ordinal);
        Assert.Contains("ACCEPT: text/html\r\n", scene.Received, StringComparison.Ordinal);
        Assert.Contains("ost: other.example\r\n", scene.Received, StringComparison.Ordinal);
        Assert.DoesNotContain("PollHttp/", scene.Received, StringComparison.Ordinal);
        Assert.DoesNotContain("*/*", scene.Received, StringComparison.Ordinal);
        Assert.DoesNotContain("example.org", scene.Received, StringComparison.Ordinal);
    }

    [Fact]
    public void The_User_Agent_of_the_options_is_used_and_an_empty_one_sends_none()
    {
        using PollScene own = PollScene.Connected(new PollClientOptions { UserAgent = "game/1" });
        own.Client.Request("GET", "/");
        own.Settle();
        Assert.Contains("\r\nUser-Agent: game/1\r\n", own.Received, StringComparison.Ordinal);

        using PollScene none = PollScene.Connected(new PollClientOptions { UserAgent = "" });
        none.Client.Request("GET", "/");
        none.Settle();
        Assert.DoesNotContain("User-Agent", none.Received, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("POST", true)]
    [InlineData("PUT", true)]
    [InlineData("PATCH", true)]
    [InlineData("GET", false)]
    [InlineData("DELETE", false)]
    public void An_empty_body_sends_Content_Length_0_where_one_is_expected(string method, bool expected)
    {
        using PollScene scene = PollScene.Connected();
        scene.Client.Request(method, "/", s_none, "");
        scene.Settle();
        Assert.Equal(expected, scene.Received.Contains("\r\nContent-Length: 0\r\n", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("POST")]
    [InlineData("GET")]
    public void A_text_body_is_sent_as_UTF8_with_its_length(string method)
    {
        using PollScene scene = PollScene.Connected();
        scene.Client.Request(method, "/", s_none, "käse");
        scene.Settle();
        Assert.Contains("\r\nContent-Length: 5\r\n", scene.Received, StringComparison.Ordinal);
        Assert.EndsWith("\r\n\r\n" + Encoding.Latin1.GetString("käse"u8), scene.Received, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_overload_sends_the_same()
    {
        byte[] body = [65, 66];
        RequestHead head = new() { Method = "POST", Target = "/x" };
        head.Headers.Add("X-A", "b");
        Action<PollClient>[] calls =
        [
            c => c.Request("POST", "/x", [new HeaderField("X-A", "b")], body),
            c => c.Request("POST", "/x", [new HeaderField("X-A", "b")], "AB"),
            c => c.Request("POST", "/x", ["X-A: b"], body),
            c => c.Request("POST", "/x", ["X-A: b"], "AB"),
            c => c.Request(head, body),
        ];
        string? first = null;
        foreach (Action<PollClient> call in calls)
        {
            using PollScene scene = PollScene.Connected();
            call(scene.Client);
            Assert.Equal(PollStatus.Requesting, scene.Client.Status);
            scene.Settle();
            first ??= scene.Received;
            Assert.Equal(first, scene.Received);
        }

        Assert.Single(head.Headers);
        Assert.Equal("", head.Authority);
    }

    [Fact]
    public void A_reused_head_is_read_anew_each_time()
    {
        RequestHead head = new() { Target = "/1" };
        head.Headers.Add("X-A", "1");
        using PollScene scene = PollScene.Connected();
        void Send() => scene.Client.Request(head);
        void Finish()
        {
            scene.Settle();
            scene.Send("HTTP/1.1 204 No Content\r\n\r\n");
            scene.PollUntil(PollStatus.Connected);
        }

        Send();
        Finish();
        head.Target = "/2";
        Send();
        Finish();
        head.Headers.Set("X-A", "2");
        head.Headers.Add("Accept", "x/y");
        Send();
        Finish();
        head.Headers.Clear();
        head.Method = "HEAD";
        head.Authority = "other.example";
        Send();
        Finish();
        string[] requests = scene.Received.Split("\r\n\r\n");
        Assert.Equal(requests[0].Replace("/1 ", "/2 ", StringComparison.Ordinal), requests[1]);
        Assert.Contains("X-A: 2\r\nAccept: x/y", requests[2], StringComparison.Ordinal);
        Assert.DoesNotContain("*/*", requests[2], StringComparison.Ordinal);
        Assert.StartsWith("HEAD /2 HTTP/1.1\r\nHost: other.example\r\nUser-Agent", requests[3], StringComparison.Ordinal);
        Assert.DoesNotContain("X-A", requests[3], StringComparison.Ordinal);
        Assert.EndsWith("Accept: */*", requests[3], StringComparison.Ordinal);
    }

    [Fact]
    public void Null_headers_are_none()
    {
        using PollScene scene = PollScene.Connected();
        scene.Client.Request("GET", "/", null);
        scene.Settle();
        Assert.StartsWith("GET / HTTP/1.1\r\n", scene.Received, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET", "/a b")]
    [InlineData("GET", "/a\r\nX-Evil: 1")]
    [InlineData("GET", "/a\n")]
    [InlineData("GET", "")]
    [InlineData("GET", "a")]
    [InlineData("GET", "*")]
    [InlineData("GET", "http://other.example/")]
    [InlineData("GET", "https://example.org/")]
    [InlineData("G ET", "/")]
    [InlineData("GET\r\n", "/")]
    [InlineData("", "/")]
    [InlineData("CONNECT", "/")]
    public void A_wrong_method_or_target_throws_at_once_and_sends_nothing(string method, string target)
    {
        using PollScene scene = PollScene.Connected();
        Assert.ThrowsAny<ArgumentException>(() => scene.Client.Request(method, target));
        Assert.Equal(PollStatus.Connected, scene.Client.Status);
        scene.Settle();
        Assert.Equal("", scene.Received);
        scene.Exchange("GET", "/", "HTTP/1.1 204 No Content\r\n\r\n");
    }

    [Theory]
    [InlineData("X: a\r\nY: b")]
    [InlineData("X Y: a")]
    [InlineData("no colon")]
    [InlineData("Transfer-Encoding: chunked")]
    [InlineData("Content-Length: 7")]
    [InlineData("Content-Length: x")]
    public void A_wrong_field_throws_at_once_and_sends_nothing(string line)
    {
        using PollScene scene = PollScene.Connected();
        Assert.ThrowsAny<ArgumentException>(() => scene.Client.Request("POST", "/", (string[])[line], "12345678"));
        Assert.Equal(PollStatus.Connected, scene.Client.Status);
        scene.Settle();
        Assert.Equal("", scene.Received);
    }

    [Fact]
    public void A_right_Content_Length_is_accepted_and_sent_once()
    {
        using PollScene scene = PollScene.Connected();
        scene.Client.Request("POST", "/", (string[])["content-length: 3"], "abc");
        scene.Settle();
        Assert.Equal(2, scene.Received.Split("ontent-", StringSplitOptions.None).Length);
    }

    [Fact]
    public void Request_is_refused_in_every_status_but_Connected_and_names_the_status()
    {
        using PollScene scene = new();
        void Refused(PollStatus status)
        {
            Assert.Equal(status, scene.Client.Status);
            InvalidOperationException error = Assert.Throws<InvalidOperationException>(() => scene.Client.Request("GET", "/"));
            Assert.Contains(status.ToString(), error.Message, StringComparison.Ordinal);
            Assert.Equal(status, scene.Client.Status);
        }

        Refused(PollStatus.Disconnected);
        scene.Client.ConnectToHost(PollScene.Host);
        Refused(PollStatus.Resolving);
        scene.Client.ConnectToHost(PollScene.Address);
        Refused(PollStatus.Connecting);
        scene.PollUntil(PollStatus.Connected);
        scene.Client.Request("GET", "/");
        Refused(PollStatus.Requesting);
        scene.Settle();
        scene.Send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab");
        scene.PollUntil(PollStatus.Body);
        Refused(PollStatus.Body);
        Assert.Equal(1, scene.Received.Split("GET ", StringSplitOptions.None).Length - 1);
    }

    [Fact]
    public void An_absolute_URL_of_the_connected_authority_is_sent_as_a_path()
    {
        using PollScene scene = PollScene.Connected();
        scene.Client.Request("GET", "http://EXAMPLE.org:80/a?b=c");
        scene.Settle();
        Assert.StartsWith("GET /a?b=c HTTP/1.1\r\nHost: example.org\r\n", scene.Received, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void OPTIONS_takes_the_asterisk()
    {
        using PollScene scene = PollScene.Connected();
        scene.Client.Request("OPTIONS", "*");
        scene.Settle();
        Assert.StartsWith("OPTIONS * HTTP/1.1\r\n", scene.Received, StringComparison.Ordinal);
    }

    [Fact]
    public void Plain_HTTP_through_a_proxy_uses_the_absolute_form()
    {
        using PollScene scene = new();
        scene.Client.SetHttpProxy(PollScene.ProxyHost, 3128);
        scene.Connect();
        Assert.Equal(3128, scene.DialledPort);
        scene.Exchange("GET", "/a", "HTTP/1.1 204 No Content\r\n\r\n");
        Assert.StartsWith("GET http://example.org/a HTTP/1.1\r\nHost: example.org\r\n", scene.Received, StringComparison.Ordinal);
        scene.Client.Request("GET", "http://example.org/b");
        scene.Settle();
        Assert.Contains("GET http://example.org/b HTTP/1.1\r\nHost: example.org\r\n", scene.Received, StringComparison.Ordinal);

        scene.Client.SetHttpProxy(null, 3128);
        scene.Connect();
        Assert.Equal(80, scene.DialledPort);
        scene.Client.SetHttpProxy(PollScene.ProxyHost, 3128);
        scene.Client.SetHttpProxy(PollScene.ProxyHost, -1);
        scene.Connect();
        scene.Client.Request("GET", "/");
        scene.Settle();
        Assert.StartsWith("GET / HTTP/1.1\r\n", scene.Received, StringComparison.Ordinal);
    }

    [Fact]
    public void HTTPS_through_a_proxy_asks_for_a_tunnel_first()
    {
        using PollScene scene = new();
        scene.Client.SetHttpsProxy(PollScene.ProxyHost, 3128);
        scene.Client.ConnectToHost("https://" + PollScene.Host);
        scene.PollUntilPhase(ConnectPhase.ProxyTunnel);
        scene.Settle();
        Assert.Equal(PollStatus.Connecting, scene.Client.Status);
        Assert.StartsWith("CONNECT example.org:443 HTTP/1.1\r\nHost: example.org:443\r\n", scene.Received, StringComparison.Ordinal);
        scene.Send("HTTP/1.1 200 Connection established\r\n\r\n");
        scene.PollUntil(PollStatus.Connected);
        Assert.Equal(1, scene.TlsHandshakes);
        scene.Client.Request("GET", "/a");
        scene.Settle();
        Assert.Contains("GET /a HTTP/1.1\r\nHost: example.org\r\n", scene.Received, StringComparison.Ordinal);
    }

    [Fact]
    public void A_proxy_that_refuses_the_tunnel_ends_at_CantConnect()
    {
        using PollScene scene = new();
        scene.Client.SetHttpsProxy(PollScene.ProxyHost, 3128);
        scene.Client.ConnectToHost("https://" + PollScene.Host);
        scene.PollUntilPhase(ConnectPhase.ProxyTunnel);
        scene.Settle();
        scene.Send("HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n");
        scene.PollUntil(PollStatus.CantConnect);
        Assert.Equal(FaultKind.ProxyFailed, scene.Client.Fault.Kind);
    }

    [Fact]
    public void A_large_body_is_sent_in_pieces_over_several_polls()
    {
        byte[] body = new byte[1_000_000];
        new Random(1).NextBytes(body);
        using PollScene scene = PollScene.Connected();
        scene.Client.Request("POST", "/", s_none, body);
        scene.Settle();
        Assert.Equal(PollStatus.Requesting, scene.Client.Status);
        Assert.EndsWith("\r\n\r\n" + Encoding.Latin1.GetString(body), scene.Received, StringComparison.Ordinal);
        scene.Send("HTTP/1.1 204 No Content\r\n\r\n");
        scene.PollUntil(PollStatus.Connected);
        scene.Exchange("GET", "/", "HTTP/1.1 204 No Content\r\n\r\n");
    }

    [Fact]
    public void A_byte_budget_bounds_what_one_poll_moves()
    {
        byte[] body = new byte[100_000];
        using PollScene scene = PollScene.Connected();
        scene.Client.Request("POST", "/", s_none, body);
        scene.Client.Poll(new PollBudget(1000, default));
        scene.Flow();
        Assert.InRange(scene.Received.Length, 1, 1000);
        scene.Settle();
        scene.Send("HTTP/1.1 200 OK\r\nContent-Length: 50000\r\n\r\n" + new string('x', 50_000));
        scene.Flow();
        int polls = 0;
        while (scene.Client.Status == PollStatus.Requesting || scene.Client.Status == PollStatus.Body)
        {
            scene.Flow();
            scene.Client.Poll(new PollBudget(1000, default));
            Assert.InRange(scene.ReadAll().Length, 0, 1000);
            Assert.True(++polls < 200);
        }

        Assert.True(polls >= 50);
        Assert.Equal(PollStatus.Connected, scene.Client.Status);
    }

    [Theory]
    [Trait("rule", "R-113")]
    [InlineData("413 Content Too Large")]
    [InlineData("302 Found")]
    public void A_refusal_before_the_body_is_sent_gives_up_the_rest(string status)
    {
        byte[] body = new byte[8_000_000];
        using PollScene scene = PollScene.Connected();
        scene.Client.Request("POST", "/", s_none, body);
        scene.Client.Poll(new PollBudget(1000, default));
        scene.Send($"HTTP/1.1 {status}\r\nContent-Length: 2\r\n\r\nno");
        scene.PollUntil(PollStatus.Body);
        Assert.Equal("no", scene.ReadAll());
        Assert.Equal(PollStatus.Disconnected, scene.Client.Status);
        Assert.True(scene.Received.Length < 8_000_000);
        Assert.Equal(int.Parse(status[..3], null), scene.Client.ResponseCode);
    }

    [Fact]
    [Trait("rule", "R-113")]
    public void An_early_success_lets_the_upload_go_on_and_the_connection_is_used_again()
    {
        byte[] body = new byte[3_000_000];
        using PollScene scene = PollScene.Connected();
        scene.Client.Request("POST", "/", s_none, body);
        scene.Client.Poll(new PollBudget(1000, default));
        scene.Send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        scene.Flow();
        scene.Client.Poll(new PollBudget(1000, default));
        scene.Client.Poll(new PollBudget(1000, default));
        Assert.Equal("ok", scene.ReadAll());
        Assert.Equal(PollStatus.Body, scene.Client.Status);
        scene.PollUntil(PollStatus.Connected);
        scene.Flow();
        Assert.True(scene.Received.Length > 3_000_000);
        scene.Exchange("GET", "/", "HTTP/1.1 204 No Content\r\n\r\n");
    }

    [Fact]
    public void With_Expect_the_body_waits_for_the_interim_100()
    {
        using PollScene scene = PollScene.Connected();
        scene.Client.Request("POST", "/", (string[])["Expect: 100-continue"], "CONTENT");
        scene.Settle();
        Assert.EndsWith("\r\n\r\n", scene.Received, StringComparison.Ordinal);
        scene.Send("HTTP/1.1 100 Continue\r\n\r\n");
        scene.Settle();
        Assert.EndsWith("\r\n\r\nCONTENT", scene.Received, StringComparison.Ordinal);
        Assert.Equal(PollStatus.Requesting, scene.Client.Status);
        Assert.False(scene.Client.HasResponse);
    }

    [Fact]
    [Trait("rule", "R-109")]
    public void With_Expect_and_a_silent_server_the_body_is_sent_after_a_second()
    {
        using PollScene scene = PollScene.Connected();
        scene.Client.Request("POST", "/", (string[])["Expect: 100-continue"], "CONTENT");
        scene.Settle();
        scene.Advance(TimeSpan.FromSeconds(0.9));
        scene.Settle();
        Assert.DoesNotContain("CONTENT", scene.Received, StringComparison.Ordinal);
        scene.Advance(TimeSpan.FromSeconds(0.2));
        scene.Settle();
        Assert.EndsWith("CONTENT", scene.Received, StringComparison.Ordinal);
    }

    [Theory]
    [Trait("rule", "R-108")]
    [InlineData("417 Expectation Failed", false)]
    [InlineData("200 OK", true)]
    public void With_Expect_a_final_response_decides_over_the_body(string status, bool sent)
    {
        using PollScene scene = PollScene.Connected();
        scene.Client.Request("POST", "/", (string[])["Expect: 100-continue"], "CONTENT");
        scene.Settle();
        scene.Send($"HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n");
        scene.PollUntil(PollStatus.Connected);
        scene.Flow();
        Assert.Equal(sent, scene.Received.EndsWith("CONTENT", StringComparison.Ordinal));
        scene.Client.Poll();
        Assert.Equal(sent ? PollStatus.Connected : PollStatus.Disconnected, scene.Client.Status);
    }

    [Fact]
    public void After_a_101_the_transport_can_be_taken_with_the_bytes_behind_the_head()
    {
        using PollScene scene = PollScene.Connected();
        Assert.Throws<InvalidOperationException>(() => scene.Client.Detach(out _));
        scene.Client.Request("GET", "/", (string[])["Connection: Upgrade", "Upgrade: echo"]);
        scene.Settle();
        scene.Send("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\nhello");
        scene.PollUntil(PollStatus.Connected);
        Assert.Equal(101, scene.Client.ResponseCode);
        Assert.Equal(PollStatus.Connected, scene.Client.Poll());
        InvalidOperationException error = Assert.Throws<InvalidOperationException>(() => scene.Client.Request("GET", "/"));
        Assert.Contains("no longer speaks HTTP", error.Message, StringComparison.Ordinal);
        using ITransport transport = scene.Client.Detach(out ReadOnlyMemory<byte> leftover);
        Assert.Equal("hello"u8, leftover.Span);
        Assert.Equal(TransportStatus.Open, transport.Poll());
        Assert.Equal(PollStatus.Disconnected, scene.Client.Status);
        Assert.Equal(101, scene.Client.ResponseCode);
        scene.Connect();
    }

    [Fact]
    public void After_a_2xx_to_CONNECT_the_transport_can_be_taken()
    {
        using PollScene scene = PollScene.Connected();
        scene.Client.Request("CONNECT", "other.example:443");
        scene.Settle();
        Assert.StartsWith("CONNECT other.example:443 HTTP/1.1\r\nHost: other.example:443\r\n", scene.Received, StringComparison.Ordinal);
        scene.Send("HTTP/1.1 200 OK\r\n\r\n");
        scene.PollUntil(PollStatus.Connected);
        scene.Client.Detach(out ReadOnlyMemory<byte> leftover).Dispose();
        Assert.True(leftover.IsEmpty);
    }

    [Fact]
    public void A_transport_of_one_s_own_is_used_and_closed_with_the_client()
    {
        using PollScene scene = PollScene.Connected();
        scene.Client.Request("CONNECT", "other.example:443");
        scene.Settle();
        scene.Send("HTTP/1.1 200 OK\r\n\r\n");
        scene.PollUntil(PollStatus.Connected);
        ITransport tunnel = scene.Client.Detach(out _);

        scene.Client.Connection = tunnel;
        Assert.Equal(PollStatus.Connected, scene.Client.Status);
        scene.Exchange("GET", "http://other.example/x", "HTTP/1.1 204 No Content\r\n\r\n");
        Assert.Contains("GET /x HTTP/1.1\r\nHost: other.example\r\n", scene.Received, StringComparison.Ordinal);
        Assert.Equal(204, scene.Client.ResponseCode);
        scene.Client.Connection = null;
        Assert.Equal(PollStatus.Disconnected, scene.Client.Status);
    }
}
