using System.Net;
using PollHttp.Core;
using PollHttp.Testing;
using Xunit;

namespace PollHttp.Tests.Exchanges;

/// <summary>https through proxies, as a caller sees it.</summary>
public class TunnelTests
{
    private const string Granted = "HTTP/1.1 200 Connection established\r\n\r\n";
    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    private readonly List<string> _heads = [];

    [Theory, Trait("parity", "P-163"), Trait("past", "C-28")]
    [InlineData(null, "User-Agent: tool/1\r\n")]
    [InlineData("mine/2", "User-Agent: mine/2\r\n")]
    public void A_CONNECT_shows_the_proxy_the_User_Agent_and_no_other_field(string? userAgent, string line)
    {
        using World world = Through(new WebProxy("http://proxy.test:3128"), Granted, Ok);
        Request request = new("GET", "https://a.test/secret");
        request.Headers.Add("X-Secret", "1");
        if (userAgent is not null)
        {
            request.Headers.Add("User-Agent", userAgent);
        }

        using Response response = world.Run(world.Client.SendAsync(request));
        Assert.Equal($"CONNECT a.test:443 HTTP/1.1\r\nHost: a.test:443\r\n{line}\r\n", _heads[0]);
        Assert.StartsWith("GET /secret HTTP/1.1\r\nHost: a.test\r\n", _heads[1], StringComparison.Ordinal);
    }

    [Theory, Trait("parity", "P-164"), Trait("parity", "P-051")]
    [InlineData("Basic realm=\"p\"", "Basic dXNlcjp3b3Jk")]
    [InlineData("Digest realm=\"p\", nonce=\"n\", algorithm=SHA-256, qop=\"auth\"", "Digest username=\"user\"")]
    public void A_challenge_is_answered_on_the_tunnel_request_alone(string challenge, string answer)
    {
        WebProxy proxy = new("http://proxy.test:3128") { Credentials = new NetworkCredential("user", "word") };
        using World world = Through(proxy, $"HTTP/1.1 407 No\r\nProxy-Authenticate: {challenge}\r\nContent-Length: 0\r\n\r\n", Granted, Ok);
        Assert.Equal("ok", world.GetText("https://a.test/"));
        Assert.DoesNotContain("Proxy-Authorization", _heads[0], StringComparison.Ordinal);
        Assert.Contains("\r\nProxy-Authorization: " + answer, _heads[1], StringComparison.Ordinal);
        Assert.DoesNotContain("Proxy-Authorization", _heads[2], StringComparison.Ordinal);
        Assert.Equal(1, world.Network.TotalDials);
    }

    [Theory, Trait("parity", "P-164"), Trait("parity", "P-051")]
    [InlineData(407)]
    [InlineData(502)]
    public void A_refused_tunnel_is_an_exception_with_the_status(int status)
    {
        using World world = Through(new WebProxy("http://proxy.test:3128"), $"HTTP/1.1 {status} No\r\nContent-Length: 0\r\n\r\n");
        PollHttpException error = world.Fails<PollHttpException>(world.Client.GetAsync("https://a.test/"));
        Assert.Equal(HttpRequestError.ProxyTunnelError, error.HttpRequestError);
        Assert.Equal((HttpStatusCode)status, error.StatusCode);
        Assert.Contains($"it answered {status} No", error.Message, StringComparison.Ordinal);
    }

    [Fact, Trait("rule", "R-235")]
    [Trait("rule", "R-173")]
    public void A_redirect_does_not_lead_past_the_filter()
    {
        using World world = new(o => o.ConnectFilter = (_, endPoint) => endPoint.Address.ToString() != "10.9.9.9");
        world.Serve("a.test", _ => World.Reply(302, "Location: http://inside.test/"));
        world.Network.AddHost("inside.test", IPAddress.Parse("10.9.9.9"));
        world.Serve("inside.test", _ => World.Reply(200));
        PollHttpException error = world.Fails<PollHttpException>(world.Client.GetAsync("http://a.test/"));
        Assert.Equal(TransportError.Forbidden, error.Fault.Transport.Error);
        Assert.Equal(1, world.Network.TotalDials);
    }

    [Fact, Trait("ask", "A-11")]
    public void A_response_tells_of_its_connection()
    {
        using World world = new();
        world.Network.AddHost("a.test", IPAddress.Parse("10.0.0.7"));
        world.Serve("a.test", _ => World.Reply(200), 443);
        using Response first = world.Get("https://a.test/");
        using Response second = world.Get("https://a.test/");
        using Response third = world.Get("https://a.test/");
        Assert.Equal(new IPEndPoint(IPAddress.Parse("10.0.0.7"), 443), first.Connection.RemoteEndPoint);
        Assert.Equal(System.Security.Authentication.SslProtocols.Tls13, first.Connection.Tls!.Protocol);
        Assert.Equal((false, true), (first.Connection.IsReused, second.Connection.IsReused));
        Assert.Same(second.Connection, third.Connection);
    }

    private World Through(WebProxy proxy, params string[] replies)
    {
        World world = new(o =>
        {
            o.Proxy = proxy;
            o.UserAgent = "tool/1";
        });
        Queue<string> queue = new(replies);
        world.Network.Listen("proxy.test", 3128, peer =>
        {
            string text = System.Text.Encoding.Latin1.GetString(peer.Received);
            if (text.EndsWith("\r\n\r\n", StringComparison.Ordinal))
            {
                _heads.Add(text);
                peer.Consume(text.Length);
                peer.Send(queue.Dequeue());
            }
        });
        return world;
    }
}
