using System.Net;
using PollHttp.Core;
using PollHttp.Testing;
using Xunit;

namespace PollHttp.Tests.Exchanges;

public class ProxyTests
{
    private static readonly NetworkCredential s_user = new("user", "word");
    private static readonly string s_basic = "Basic " + Convert.ToBase64String("user:word"u8);

    [Theory]
    [Trait("rule", "R-133")]
    [Trait("parity", "P-163")]
    [InlineData("http://a.test/p?q", "http://a.test/p?q", "a.test")]
    [InlineData("http://a.test:80/", "http://a.test/", "a.test")]
    [InlineData("http://a.test:8080/", "http://a.test:8080/", "a.test:8080")]
    [InlineData("http://[2001:db8::1]/", "http://[2001:db8::1]/", "[2001:db8::1]")]
    [InlineData("http://user:pass@a.test/#f", "http://a.test/", "a.test")]
    public void Plain_http_goes_to_the_proxy_in_absolute_form(string address, string target, string host)
    {
        using World world = new(o => o.Proxy = new WebProxy("http://proxy.test:3128"));
        ScriptedHttpServer proxy = world.Serve("proxy.test", _ => World.Reply(200), 3128);
        world.Get(address).Dispose();
        Assert.Equal((target, host), (proxy.Requests[0].Target, proxy.Requests[0].Header("Host")));
    }

    [Theory]
    [Trait("parity", "P-164")]
    [Trait("rule", "R-199")]
    [InlineData("Basic realm=\"p\"", "Basic")]
    [InlineData("Digest realm=\"p\", nonce=\"n\", qop=\"auth\"", "Digest")]
    public void A_challenge_of_the_proxy_is_answered_to_the_proxy(string challenge, string scheme)
    {
        using World world = new(o => o.Proxy = new WebProxy("http://proxy.test:3128") { Credentials = s_user });
        ScriptedHttpServer proxy = world.Serve(
            "proxy.test", r => r.Header("Proxy-Authorization") is null ? World.Reply(407, "Proxy-Authenticate: " + challenge) : World.Reply(200), 3128);
        using Response response = world.Get("http://a.test/x");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.StartsWith(scheme, proxy.Requests[1].Header("Proxy-Authorization"), StringComparison.Ordinal);
        Assert.Null(proxy.Requests[1].Header("Authorization"));
        Assert.Equal(1, proxy.Requests[1].ConnectionNumber);
        if (scheme == "Digest")
        {
            Assert.Contains("uri=\"http://a.test/x\"", proxy.Requests[1].Header("Proxy-Authorization"), StringComparison.Ordinal);
        }
    }

    [Theory]
    [Trait("parity", "P-164")]
    [Trait("rule", "R-196")]
    [InlineData(true, 2)]
    [InlineData(false, 1)]
    public void A_407_that_cannot_be_answered_better_is_the_response(bool hasCredentials, int requests)
    {
        using World world = new(o => o.Proxy = new WebProxy("http://proxy.test:3128") { Credentials = hasCredentials ? s_user : null });
        ScriptedHttpServer proxy = world.Serve("proxy.test", _ => World.Reply(407, "Proxy-Authenticate: Basic realm=\"p\""), 3128);
        using Response response = world.Get("http://a.test/");
        Assert.Equal(HttpStatusCode.ProxyAuthenticationRequired, response.StatusCode);
        Assert.Equal(requests, proxy.Requests.Count);
    }

    [Theory]
    [Trait("parity", "P-164")]
    [Trait("rule", "R-225")]
    [Trait("rule", "R-199")]
    [Trait("past", "C-28")]
    [Trait("past", "C-37")]
    [InlineData("Basic realm=\"p\"", "Basic")]
    [InlineData("Digest realm=\"p\", nonce=\"n\", qop=\"auth\"", "Digest")]
    public void A_challenge_to_a_tunnel_is_answered_there_and_nowhere_else(string challenge, string scheme)
    {
        using World world = new(o => o.Proxy = new WebProxy("http://proxy.test:3128") { Credentials = s_user });
        ScriptedHttpServer proxy = world.Serve(
            "proxy.test",
            r => r.Method != "CONNECT" ? World.Reply(200, body: "inside")
                : r.Header("Proxy-Authorization") is null ? World.Reply(407, "Proxy-Authenticate: " + challenge, "who?")
                : new ServerReply("HTTP/1.1 200 OK\r\n\r\n"),
            3128);
        Request request = new("GET", "https://a.test/x") { Headers = { { "X-Own", "1" }, { "Cookie", "c=1" } } };
        using Response response = world.Run(world.Client.SendAsync(request));
        Assert.Equal("inside", world.Run(response.ReadAsStringAsync()));
        Assert.Equal(["a.test:443", "a.test:443", "/x"], proxy.Requests.Select(r => r.Target));
        Assert.Equal([null, scheme, null], proxy.Requests.Select(r => r.Header("Proxy-Authorization")?.Split(' ')[0]));
        Assert.Equal(["Host", "User-Agent", "Proxy-Authorization"], proxy.Requests[1].Headers.Select(h => h.Key));
        Assert.Equal("a.test", proxy.Requests[2].Header("Host"));
        Assert.Equal("1", proxy.Requests[2].Header("X-Own"));
    }

    [Theory]
    [Trait("parity", "P-051")]
    [Trait("rule", "R-226")]
    [Trait("past", "C-77")]
    [InlineData(407)]
    [InlineData(302)]
    [InlineData(502)]
    public void A_refused_tunnel_is_an_error_and_nothing_of_the_refusal_is_the_origins(int status)
    {
        CookieStore cookies = new();
        using World world = new(o =>
        {
            o.Proxy = new WebProxy("http://proxy.test:3128");
            o.Cookies = cookies;
        });
        ScriptedHttpServer proxy = world.Serve(
            "proxy.test", _ => World.Reply(status, "Set-Cookie: p=1\r\nLocation: http://evil.test/\r\nProxy-Authenticate: Basic realm=\"p\"", "spoof"), 3128);
        PollHttpException error = world.Fails<PollHttpException>(world.Client.GetAsync("https://a.test/"));
        Assert.Equal(HttpRequestError.ProxyTunnelError, error.HttpRequestError);
        Assert.Equal(status, (int?)error.StatusCode);
        Assert.Contains(status.ToString(System.Globalization.CultureInfo.InvariantCulture), error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("spoof", error.ToString(), StringComparison.Ordinal);
        Assert.Single(proxy.Requests);
        Assert.Equal(0, cookies.Count);
    }

    [Fact]
    [Trait("parity", "P-055")]
    public void Userinfo_of_the_proxys_address_is_its_credential()
    {
        using World world = new(o => o.Proxy = new WebProxy("http://us%65r:word@proxy.test:3128"));
        ScriptedHttpServer proxy = world.Serve(
            "proxy.test", r => r.Header("Proxy-Authorization") == s_basic ? World.Reply(200) : World.Reply(407, "Proxy-Authenticate: Basic realm=\"p\""), 3128);
        using Response response = world.Get("http://a.test/");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(2, proxy.Requests.Count);
    }

    [Fact]
    [Trait("rule", "R-198")]
    [Trait("parity", "P-164")]
    public void The_origins_challenge_through_a_proxy_is_answered_to_the_origin()
    {
        using World world = new(o =>
        {
            o.Proxy = new WebProxy("http://proxy.test:3128") { Credentials = new NetworkCredential("p", "p") };
            o.Credentials = s_user;
        });
        ScriptedHttpServer proxy = world.Serve(
            "proxy.test", r => r.Header("Authorization") == s_basic ? World.Reply(200) : World.Reply(401, "WWW-Authenticate: Basic realm=\"o\"\r\nProxy-Authenticate: Basic realm=\"p\""), 3128);
        world.Get("http://a.test/").Dispose();
        Assert.All(proxy.Requests, r => Assert.Null(r.Header("Proxy-Authorization")));
        Assert.Equal([null, s_basic], proxy.Requests.Select(r => r.Header("Authorization")));
    }

    [Fact]
    [Trait("rule", "R-170")]
    [Trait("past", "C-09")]
    [Trait("past", "C-07")]
    public void Each_proxy_gets_its_own_credentials_and_none_of_anothers()
    {
        TwoProxies both = new();
        using World world = new(o => o.Proxy = both);
        ScriptedHttpServer first = world.Serve("p1.test", r => r.Header("Proxy-Authorization") is null
            ? World.Reply(407, "Proxy-Authenticate: Basic realm=\"p\"")
            : World.RedirectTo("http://b.test/"), 1);
        ScriptedHttpServer second = world.Serve("p2.test", r => r.Header("Proxy-Authorization") is null
            ? World.Reply(407, "Proxy-Authenticate: Basic realm=\"p\"")
            : World.Reply(200), 2);
        world.Get("http://a.test/").Dispose();
        Assert.Equal([null, "Basic " + Convert.ToBase64String("one:1"u8)], first.Requests.Select(r => r.Header("Proxy-Authorization")));
        Assert.Equal([null, "Basic " + Convert.ToBase64String("two:2"u8)], second.Requests.Select(r => r.Header("Proxy-Authorization")));
    }

    [Fact]
    [Trait("past", "C-08")]
    public void Credentials_that_were_cleared_are_not_sent_any_more()
    {
        WebProxy proxy = new("http://proxy.test:3128") { Credentials = s_user };
        using World world = new(o => o.Proxy = proxy);
        ScriptedHttpServer server = world.Serve(
            "proxy.test", r => r.Header("Proxy-Authorization") is null ? World.Reply(407, "Proxy-Authenticate: Basic realm=\"p\"") : World.Reply(200), 3128);
        world.Get("http://a.test/").Dispose();
        proxy.Credentials = null;
        using Response response = world.Get("http://a.test/");
        Assert.Equal(HttpStatusCode.ProxyAuthenticationRequired, response.StatusCode);
        Assert.Equal([null, s_basic, null], server.Requests.Select(r => r.Header("Proxy-Authorization")));
        Assert.NotEqual(server.Requests[1].ConnectionNumber, server.Requests[2].ConnectionNumber);
    }

    [Fact]
    [Trait("parity", "P-053")]
    public void What_the_proxy_object_throws_fails_the_request()
    {
        using World world = new(o => o.Proxy = new Throwing());
        Assert.Equal("no proxy today", world.FailsAtOnce<InvalidOperationException>("http://a.test/").Message);
    }

    [Fact]
    [Trait("parity", "P-055")]
    public void A_scheme_that_no_proxy_has_is_not_supported()
    {
        using World world = new(o => o.Proxy = new WebProxy("ftp://proxy.test"));
        Assert.Contains("ftp", world.FailsAtOnce<NotSupportedException>("http://a.test/").Message, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("ask", "A-06")]
    [Trait("parity", "P-165")]
    public void A_request_may_have_a_proxy_of_its_own_or_none()
    {
        using World world = new(o => o.Proxy = new WebProxy("http://proxy.test:3128"));
        ScriptedHttpServer proxy = world.Serve("proxy.test", _ => World.Reply(200), 3128);
        ScriptedHttpServer other = world.Serve("other.test", _ => World.Reply(200), 8080);
        ScriptedHttpServer direct = world.Serve("a.test", _ => World.Reply(200));
        foreach (RequestOptions? options in new[] { null, new RequestOptions { Proxy = new WebProxy("http://other.test:8080") }, new RequestOptions { UseProxy = false } })
        {
            world.Run(world.Client.SendAsync(new("GET", "http://a.test/") { Options = options })).Dispose();
        }

        Assert.Equal("http://a.test/", Assert.Single(proxy.Requests).Target);
        Assert.Equal("http://a.test/", Assert.Single(other.Requests).Target);
        Assert.Equal("/", Assert.Single(direct.Requests).Target);
    }

    private sealed class TwoProxies : IWebProxy
    {
        public ICredentials? Credentials { get; set; }

        public Uri GetProxy(Uri destination) => new(destination.Host == "a.test" ? "http://one:1@p1.test:1" : "http://two:2@p2.test:2");

        public bool IsBypassed(Uri host) => false;
    }

    private sealed class Throwing : IWebProxy
    {
        public ICredentials? Credentials { get; set; }

        public Uri? GetProxy(Uri destination) => throw new InvalidOperationException("no proxy today");

        public bool IsBypassed(Uri host) => false;
    }
}
