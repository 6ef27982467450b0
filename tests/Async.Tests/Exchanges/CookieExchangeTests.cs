using System.Net;
using PollHttp.Core;
using PollHttp.Testing;
using Xunit;

namespace PollHttp.Tests.Exchanges;

public class CookieExchangeTests
{
    private const string Address = "http://a.test/";

    [Fact]
    [Trait("rule", "R-174")]
    public void Cookies_go_back_to_the_host_that_set_them_and_to_no_other()
    {
        using World world = new();
        ScriptedHttpServer a = world.Serve("a.test", _ => World.Reply(200, "Set-Cookie: s=1"));
        ScriptedHttpServer b = world.Serve("b.test", _ => World.Reply(200));
        world.Get(Address).Dispose();
        world.Get(Address).Dispose();
        world.Get("http://b.test/").Dispose();
        Assert.Equal([null, "s=1"], a.Requests.Select(r => r.Header("Cookie")));
        Assert.Null(b.Requests[0].Header("Cookie"));
    }

    [Fact]
    [Trait("rule", "R-191")]
    [Trait("rule", "R-165")]
    [Trait("parity", "P-040")]
    public void Each_hop_of_a_redirect_sets_and_gets_its_own_cookies()
    {
        using World world = new();
        ScriptedHttpServer a = world.Serve("a.test", r => r.Target == "/" ? World.Reply(302, "Set-Cookie: a=1\r\nLocation: http://b.test/") : World.Reply(200));
        ScriptedHttpServer b = world.Serve("b.test", _ => World.Reply(302, "Set-Cookie: b=2\r\nLocation: http://a.test/end"));
        world.Get(Address).Dispose();
        Assert.Null(b.Requests[0].Header("Cookie"));
        Assert.Equal("a=1", a.Requests[1].Header("Cookie"));
        world.Get("http://b.test/").Dispose();
        Assert.Equal("b=2", b.Requests[1].Header("Cookie"));
    }

    [Fact]
    [Trait("rule", "R-191")]
    public void Cookies_of_interim_responses_and_of_a_407_are_not_taken()
    {
        using World world = new();
        ScriptedHttpServer server = world.Serve("a.test", r => r.Target == "/"
            ? new("HTTP/1.1 103 Early Hints\r\nSet-Cookie: early=1\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
            : World.Reply(407, "Set-Cookie: proxy=1"));
        world.Get(Address).Dispose();
        world.Get("http://a.test/2").Dispose();
        world.Get("http://a.test/3").Dispose();
        Assert.All(server.Requests, r => Assert.Null(r.Header("Cookie")));
    }

    [Theory]
    [Trait("parity", "P-043")]
    [Trait("parity", "P-139")]
    [InlineData(true)]
    [InlineData(false)]
    public void A_Cookie_set_by_hand_is_joined_with_those_of_the_jar(bool isContainer)
    {
        CookieContainer container = new();
        using World world = new(o => o.CookieContainer = isContainer ? container : null);
        ScriptedHttpServer server = world.Serve("a.test", _ => World.Reply(200, "Set-Cookie: jar=1"));
        world.Get(Address).Dispose();
        world.Run(world.Client.SendAsync(new("GET", Address) { Headers = { { "Cookie", "own=2" } } })).Dispose();
        Assert.Equal("own=2; jar=1", server.Requests[1].Header("Cookie"));
        Assert.Equal(1, server.Requests[1].Headers.Count(h => h.Key == "Cookie"));
        Assert.Equal(isContainer ? 1 : 0, container.Count);
    }

    [Fact]
    [Trait("parity", "P-042")]
    public void A_line_that_the_container_refuses_is_skipped()
    {
        CookieContainer container = new();
        using World world = new(o => o.CookieContainer = container);
        world.Serve("a.test", _ => World.Reply(200, "Set-Cookie: =;;=bad, =\r\nSet-Cookie: x=1; Domain=other.test\r\nSet-Cookie: good=1\r\nSet-Cookie2: old=1"));
        world.Get(Address).Dispose();
        Assert.Equal("good=1", container.GetCookieHeader(new(Address)));
    }

    [Fact]
    [Trait("ask", "A-08")]
    public void A_request_may_have_cookies_of_its_own_or_none()
    {
        using World world = new();
        ScriptedHttpServer server = world.Serve("a.test", r => World.Reply(200, r.Target == "/set" ? "Set-Cookie: shared=1" : ""));
        CookieStore mine = new(world.Network.TimeProvider);
        mine.Add(new(Address), "mine=1");
        world.Get("http://a.test/set").Dispose();
        foreach (RequestOptions? options in new[] { null, new RequestOptions { Cookies = mine }, new RequestOptions { UseCookies = false } })
        {
            world.Run(world.Client.SendAsync(new("GET", Address) { Options = options })).Dispose();
        }

        Assert.Equal([null, "shared=1", "mine=1", null], server.Requests.Select(r => r.Header("Cookie")));
    }

    [Fact]
    [Trait("parity", "P-044")]
    public void Without_cookies_nothing_is_stored_and_the_field_is_visible()
    {
        using World world = new(o => o.UseCookies = false);
        ScriptedHttpServer server = world.Serve("a.test", _ => World.Reply(200, "Set-Cookie: s=1"));
        using Response response = world.Get(Address);
        Assert.Equal("s=1", response.Headers.GetValues("Set-Cookie").Single());
        world.Get(Address).Dispose();
        Assert.Null(server.Requests[1].Header("Cookie"));
    }

    [Fact]
    [Trait("rule", "R-190")]
    [Trait("past", "C-10")]
    public void Cookies_follow_the_address_and_not_the_Host_field()
    {
        using World world = new();
        ScriptedHttpServer server = world.Serve("a.test", _ => World.Reply(200, "Set-Cookie: s=1"));
        world.Run(world.Client.SendAsync(new("GET", Address) { Headers = { { "Host", "b.test" } } })).Dispose();
        world.Run(world.Client.SendAsync(new("GET", Address) { Headers = { { "Host", "c.test" } } })).Dispose();
        world.Get(Address).Dispose();
        Assert.Equal([null, "s=1", "s=1"], server.Requests.Select(r => r.Header("Cookie")));
        Assert.Equal("a.test", server.Requests[2].Header("Host")); // nothing of one request is left in the next (C-11)
    }

    [Theory]
    [Trait("rule", "R-183")]
    [InlineData(true)]
    [InlineData(false)]
    public void A_cookie_with_a_control_character_does_not_spoil_later_requests(bool isContainer)
    {
        using World world = new(o => o.CookieContainer = isContainer ? new CookieContainer() : null);
        ScriptedHttpServer server = world.Serve("a.test", _ => World.Reply(200, "Set-Cookie: a=b\u0001c\r\nSet-Cookie: d=e"));
        world.Get("http://a.test/").Dispose();
        world.Get("http://a.test/").Dispose();
        Assert.Equal("d=e", server.Requests[1].Header("Cookie"));
    }

    [Theory]
    [Trait("rule", "R-193")]
    [InlineData("Basic realm=my realm", "Basic ")]
    [InlineData("Other a=b c:/d, Basic", "Basic ")]
    [InlineData("Digest realm=\"r\", domain=/a, nonce=\"n\", qop=\"auth\"", "Digest ")]
    [InlineData("Digest realm=\"r\", opaque=, nonce=\"n\", qop=\"\"", "Digest ")]
    public void A_challenge_that_breaks_the_grammar_is_answered(string challenge, string scheme)
    {
        using World world = new(o => o.Credentials = new NetworkCredential("user", "secret"));
        ScriptedHttpServer server = world.Serve("a.test", r => r.Header("Authorization") is null ? World.Reply(401, "WWW-Authenticate: " + challenge) : World.Reply(200));
        using Response response = world.Get("http://a.test/");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.StartsWith(scheme, server.Requests[1].Header("Authorization"), StringComparison.Ordinal);
    }
}
