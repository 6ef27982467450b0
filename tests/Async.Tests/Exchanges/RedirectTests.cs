using System.Net;
using PollHttp.Core;
using PollHttp.Testing;
using Xunit;

namespace PollHttp.Tests.Exchanges;

public class RedirectTests
{
    public static TheoryData<int, string, string, bool> Methods
    {
        get
        {
            TheoryData<int, string, string, bool> data = [];
            foreach (int status in new[] { 301, 302, 303, 307, 308 })
            {
                foreach (string method in new[] { "GET", "HEAD", "POST", "PUT", "DELETE", "PATCH" })
                {
                    bool becomesGet = (status is 301 or 302 && method == "POST") || (status == 303 && method is not ("GET" or "HEAD"));
                    data.Add(status, method, becomesGet ? "GET" : method, !becomesGet);
                }
            }

            return data;
        }
    }

    [Theory]
    [Trait("rule", "R-154")]
    [Trait("rule", "R-155")]
    [Trait("rule", "R-156")]
    [Trait("past", "C-31")]
    [MemberData(nameof(Methods))]
    public void A_redirect_has_its_method_and_keeps_or_drops_the_content(int status, string method, string expected, bool keepsContent)
    {
        using World world = new();
        ScriptedHttpServer server = world.Serve("a.test", r => r.Target == "/" ? World.RedirectTo("/next", status, body: method == "HEAD" ? "" : "moved") : World.Reply(200));
        bool hasContent = method is "POST" or "PUT" or "PATCH";
        Request request = new(method, "http://a.test/")
        {
            Content = hasContent ? RequestContent.FromString("content") : null,
            Headers = { { "X-Kept", "1" }, { "Content-Language", "en" } },
        };

        using Response response = world.Run(world.Client.SendAsync(request));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("http://a.test/next", response.RequestUri.AbsoluteUri);
        ServerRequest next = server.Requests[1];
        Assert.Equal(expected, next.Method);
        Assert.Equal(hasContent && keepsContent ? "content" : "", next.BodyText);
        Assert.Equal("1", next.Header("X-Kept"));
        Assert.Equal(keepsContent ? "en" : null, next.Header("Content-Language"));
        Assert.Equal(hasContent && keepsContent, next.Header("Content-Type") is not null);
        Assert.Equal(1, next.ConnectionNumber); // the body in between was skipped, so the connection was used again
    }

    [Theory]
    [Trait("rule", "R-157")]
    [InlineData(300)]
    [InlineData(304)]
    [InlineData(305)]
    [InlineData(306)]
    public void Other_3xx_are_the_response(int status)
    {
        using World world = new();
        ScriptedHttpServer server = world.Serve("a.test", _ => new($"HTTP/1.1 {status} x\r\nLocation: /next\r\nContent-Length: 0\r\n\r\n"));
        using Response response = world.Get("http://a.test/");
        Assert.Equal(status, (int)response.StatusCode);
        Assert.Single(server.Requests);
    }

    [Theory]
    [Trait("rule", "R-158")]
    [Trait("parity", "P-133")]
    [InlineData("")]
    [InlineData("Location:\r\n")]
    public void A_redirect_without_a_Location_is_the_response(string field)
    {
        using World world = new();
        ScriptedHttpServer server = world.Serve("a.test", _ => World.Reply(302, field, "text"));
        Assert.Equal("text", world.GetText("http://a.test/"));
        Assert.Single(server.Requests);
    }

    [Theory]
    [Trait("parity", "P-133")]
    [InlineData(200)]
    [InlineData(201)]
    [InlineData(400)]
    public void A_Location_outside_of_redirects_is_not_followed(int status)
    {
        using World world = new();
        world.Serve("a.test", _ => World.Reply(status, "Location: /next"));
        using Response response = world.Get("http://a.test/");
        Assert.Equal(status, (int)response.StatusCode);
    }

    [Fact]
    [Trait("rule", "R-159")]
    public void Two_different_Locations_are_an_error()
    {
        using World world = new();
        world.Serve("a.test", _ => World.Reply(302, "Location: /a\r\nLocation: /b"));
        RedirectException error = world.Fails<RedirectException>(world.Client.GetAsync("http://a.test/"));
        Assert.Equal(RedirectFailure.BadLocation, error.Failure);
        error.Response.Dispose();
    }

    [Theory]
    [Trait("rule", "R-160")]
    [Trait("rule", "R-161")]
    [Trait("rule", "R-162")]
    [Trait("rule", "R-171")]
    [Trait("past", "C-63")]
    [InlineData("http://a.test/d/e?q#f", "next", "http://a.test/d/next#f")]
    [InlineData("http://a.test/d/e?q#f", "/next", "http://a.test/next#f")]
    [InlineData("http://a.test/d/e?q", "?r", "http://a.test/d/e?r")]
    [InlineData("http://a.test/d/e?q", "../x/./y", "http://a.test/x/y")]
    [InlineData("http://a.test/d/e?q#f", "#g", "http://a.test/d/e?q#g")]
    [InlineData("http://a.test/d/e", "//b.test/p", "http://b.test/p")]
    [InlineData("http://a.test/d/e", "http://b.test", "http://b.test/")]
    [InlineData("http://a.test/d/e", "/a b", "http://a.test/a%20b")]
    [InlineData("http://a.test/d/e", "/é", "http://a.test/%E9")]
    [InlineData("http://a.test/d/e", "\\\\b.test\\p", "http://a.test/d/%5C%5Cb.test%5Cp")]
    [InlineData("http://a.test/d/e", "http://user:secret@b.test/p", "http://b.test/p")]
    public void Location_is_resolved_against_the_address_of_the_request(string from, string location, string to)
    {
        using World world = new();
        bool sent = false;
        ServerReply Answer(ServerRequest request)
        {
            Assert.Null(request.Header("Authorization"));
            bool first = !sent;
            sent = true;
            return first ? World.RedirectTo(location) : World.Reply(200);
        }

        world.Serve("a.test", Answer);
        world.Serve("b.test", Answer);
        using Response response = world.Get(from);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(to, response.RequestUri.AbsoluteUri);
    }

    [Theory]
    [Trait("rule", "R-163")]
    [Trait("rule", "R-164")]
    [InlineData(0, 1, true)]
    [InlineData(19, 20, true)]
    [InlineData(20, 20, true)]
    [InlineData(21, 20, false)]
    [InlineData(5, 4, false)]
    public void The_limit_of_redirects_is_exact(int redirects, int limit, bool arrives)
    {
        using World world = new(o => o.MaxAutomaticRedirections = limit);
        int sent = 0;
        world.Serve("a.test", _ => sent++ < redirects ? World.RedirectTo("/", body: "last") : World.Reply(200));
        Task<Response> sending = world.Client.GetAsync("http://a.test/");
        if (arrives)
        {
            using Response response = world.Run(sending);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            return;
        }

        RedirectException error = world.Fails<RedirectException>(sending);
        Assert.Equal(RedirectFailure.TooMany, error.Failure);
        Assert.Equal(HttpStatusCode.Redirect, error.Response.StatusCode);
        Assert.Equal("last", world.Run(error.Response.ReadAsStringAsync()));
        Assert.Equal(limit + 1, sent);
    }

    [Fact]
    [Trait("rule", "R-168")]
    public void A_redirect_from_https_to_http_is_refused()
    {
        using World world = new();
        world.Serve("a.test", _ => World.RedirectTo("http://a.test/"), port: 443);
        ScriptedHttpServer plain = world.Serve("a.test", _ => World.Reply(200));
        RedirectException error = world.Fails<RedirectException>(world.Client.GetAsync("https://a.test/"));
        Assert.Equal(RedirectFailure.Downgrade, error.Failure);
        error.Response.Dispose();
        Assert.Empty(plain.Requests);
    }

    [Fact]
    [Trait("rule", "R-168")]
    [Trait("ask", "A-22")]
    public void A_policy_may_allow_it_and_nothing_secret_goes_along()
    {
        using World world = new(o => o.RedirectPolicy = c => c.IsDowngrade ? RedirectDecision.Follow : RedirectDecision.Default);
        world.Serve("a.test", _ => World.RedirectTo("http://a.test/"), port: 443);
        ScriptedHttpServer plain = world.Serve("a.test", _ => World.Reply(200));
        Request request = new("GET", "https://a.test/") { Headers = { { "Authorization", "Bearer secret" }, { "Cookie", "s=1" } } };
        using Response response = world.Run(world.Client.SendAsync(request));
        Assert.Null(plain.Requests[0].Header("Authorization"));
        Assert.Null(plain.Requests[0].Header("Cookie"));
    }

    [Theory]
    [Trait("ask", "A-22")]
    [InlineData(RedirectDecision.Return)]
    [InlineData(RedirectDecision.Refuse)]
    public void A_policy_may_return_or_refuse_a_redirect(RedirectDecision decision)
    {
        RedirectContext? seen = null;
        using World world = new(o => o.RedirectPolicy = c =>
        {
            seen = c;
            return decision;
        });
        world.Serve("a.test", _ => World.RedirectTo("http://b.test/x"));
        Task<Response> sending = world.Client.GetAsync("http://a.test/");
        if (decision == RedirectDecision.Return)
        {
            using Response response = world.Run(sending);
            Assert.Equal(HttpStatusCode.Redirect, response.StatusCode);
        }
        else
        {
            using Response response = world.Fails<RedirectException>(sending).Response;
            Assert.Equal(HttpStatusCode.Redirect, response.StatusCode);
        }

        Assert.Equal(("http://a.test/", "http://b.test/x", "GET", 0, true, false),
            (seen!.From.AbsoluteUri, seen.To.AbsoluteUri, seen.Method, seen.Redirects, seen.IsCrossOrigin, seen.IsDowngrade));
    }

    [Fact]
    [Trait("fault", "F-61")]
    public void What_a_policy_throws_fails_the_request_and_nothing_else()
    {
        using World world = new(o => o.RedirectPolicy = _ => throw new FormatException("mine"));
        world.Serve("a.test", r => r.Target == "/" ? World.RedirectTo("/next") : World.Reply(200, body: "fine"));
        Assert.Equal("mine", world.Fails<FormatException>(world.Client.GetAsync("http://a.test/")).Message);
        Assert.Equal("fine", world.GetText("http://a.test/other"));
    }

    [Fact]
    [Trait("rule", "R-156")]
    public void Content_that_cannot_be_sent_again_is_an_error_and_not_an_empty_content()
    {
        using World world = new();
        ScriptedHttpServer server = world.Serve("a.test", r => r.Target == "/" ? World.RedirectTo("/next", 307) : World.Reply(200));
        static async IAsyncEnumerable<ReadOnlyMemory<byte>> Once()
        {
            yield return "once"u8.ToArray();
            await Task.CompletedTask;
        }

        RedirectException error = world.Fails<RedirectException>(world.Client.PostAsync("http://a.test/", RequestContent.FromAsyncEnumerable(Once())));
        Assert.Equal(RedirectFailure.ContentNotReplayable, error.Failure);
        error.Response.Dispose();
        Assert.Single(server.Requests);
    }

    [Theory]
    [Trait("rule", "R-146")]
    [Trait("rule", "R-150")]
    [InlineData("ftp://a.test/")]
    [InlineData("file:///etc/passwd")]
    [InlineData("javascript:alert(1)")]
    [InlineData("http://b.test:0/")]
    [InlineData("http://b.test:99999/")]
    [InlineData("http://")]
    [InlineData("http://[")]
    [InlineData("http://x@y@b.test/")]
    [InlineData("http://127.0.0.1:80\\@b.test/x")]
    [InlineData("http://ü-.test/")]
    public void A_redirect_to_what_cannot_be_requested_is_an_error(string location)
    {
        using World world = new();
        world.Serve("a.test", _ => World.RedirectTo(location));
        RedirectException error = world.Fails<RedirectException>(world.Client.GetAsync("http://a.test/"));
        Assert.Equal(RedirectFailure.BadLocation, error.Failure);
        error.Response.Dispose();
    }

    [Theory]
    [Trait("rule", "R-151")]
    [InlineData("http://b\u00C3\u00BCcher.test/x")]
    [InlineData("//b\u00C3\u00BCcher.test/x")]
    public void A_redirect_to_a_host_beyond_ASCII_is_followed(string location)
    {
        using World world = new();
        world.Serve("a.test", _ => World.RedirectTo(location));
        ScriptedHttpServer server = world.Serve("xn--bcher-kva.test", _ => World.Reply(200, body: "there"));
        Assert.Equal("there", world.GetText("http://a.test/"));
        Assert.Equal(("/x", "xn--bcher-kva.test"), (server.Requests[0].Target, server.Requests[0].Header("Host")));
    }

    [Theory]
    [Trait("rule", "R-151")]
    [InlineData(RedirectDecision.Follow)]
    [InlineData(RedirectDecision.Return)]
    public void A_policy_may_look_at_an_address_whose_host_IDNA_refuses(RedirectDecision decision)
    {
        bool? isCrossOrigin = null;
        using World world = new(o => o.RedirectPolicy = c =>
        {
            isCrossOrigin = c.IsCrossOrigin;
            return decision;
        });
        world.Serve("a.test", _ => World.RedirectTo("http://xn--\u00C3\u00BC/"));
        Task<Response> sending = world.Client.GetAsync("http://a.test/");
        using Response response = decision == RedirectDecision.Return ? world.Run(sending) : world.Fails<RedirectException>(sending).Response;
        Assert.Equal(HttpStatusCode.Redirect, response.StatusCode);
        Assert.True(isCrossOrigin);
    }

    [Theory]
    [Trait("rule", "R-162")]
    [InlineData(30_000, 0xC3, 0)]
    [InlineData(30_000, 'x', 40_000)]
    [InlineData(70_000, 'x', 0)]
    public void A_redirect_that_makes_the_request_too_long_is_an_error_of_the_request(int length, int @byte, int ownField)
    {
        using World world = new(o => o.Limits.FieldLineBytes = o.Limits.HeadBytes = 200_000);
        ScriptedHttpServer server = world.Serve("a.test", _ => World.RedirectTo("/" + new string((char)@byte, length)));
        Request request = new("GET", "http://a.test/");
        if (ownField > 0)
        {
            request.Headers.Add("X-Own", new string('y', ownField));
        }

        PollHttpException error = world.Fails<PollHttpException>(world.Client.SendAsync(request));
        Assert.Contains("65536", error.Message, StringComparison.Ordinal);
        Assert.Contains("after 1 redirect", error.Message, StringComparison.Ordinal);
        Assert.Single(server.Requests);
    }

    [Fact]
    [Trait("rule", "R-196")]
    public void A_challenge_that_makes_the_request_too_long_is_an_error_of_the_request()
    {
        using World world = new(o =>
        {
            o.Credentials = new NetworkCredential("user", "secret");
            o.Limits.FieldLineBytes = o.Limits.HeadBytes = 200_000;
        });
        world.Serve("a.test", _ => World.Reply(401, $"WWW-Authenticate: Digest realm=\"r\", nonce=\"{new string('n', 70_000)}\""));
        Assert.Contains("65536", world.Fails<PollHttpException>(world.Client.GetAsync("http://a.test/")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_request_that_is_too_long_by_itself_is_a_mistake_of_the_call()
    {
        using World world = new();
        world.Serve("a.test", _ => World.Reply(200));
        Request request = new("GET", "http://a.test/") { Headers = { { "X-Own", new string('y', 70_000) } } };
        world.Fails<ArgumentException>(world.Client.SendAsync(request));
    }

    [Fact]
    [Trait("fault", "F-44")]
    public void An_error_after_redirects_says_after_how_many()
    {
        using World world = new();
        world.Serve("a.test", r => r.Target == "/" ? World.RedirectTo("/2") : World.RedirectTo("http://b.test/"));
        world.Network.AddHost("b.test", IPAddress.Parse("10.0.0.99"));
        PollHttpException error = world.Fails<PollHttpException>(world.Client.GetAsync("http://a.test/"));
        Assert.Contains("http://b.test", error.Message, StringComparison.Ordinal);
        Assert.Contains("after 2 redirects", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [Trait("rule", "R-172")]
    [Trait("past", "C-35")]
    [InlineData(1000, "", 1)]
    [InlineData(64 * 1024, "", 1)]
    [InlineData((64 * 1024) + 1, "", 2)]
    [InlineData(500, "Content-Encoding: gzip", 1)]
    public void The_body_of_a_redirect_is_skipped_within_bounds_and_never_decoded(int size, string field, int connections)
    {
        using World world = new();
        ScriptedHttpServer server = world.Serve("a.test", r =>
            r.Target == "/" ? World.Reply(302, field + (field.Length > 0 ? "\r\n" : "") + "Location: /next", new string('x', size)) : World.Reply(200));
        using Response response = world.Get("http://a.test/");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(connections, server.Requests[1].ConnectionNumber);
    }

    [Fact]
    [Trait("rule", "R-172")]
    public void A_body_of_a_redirect_that_does_not_end_soon_is_not_waited_for()
    {
        using World world = new();
        world.Serve("a.test", r => r.Target == "/"
            ? new ServerReply("HTTP/1.1 302 x\r\nLocation: /next\r\nContent-Length: 10\r\n\r\n12345") { Then = AfterReply.KeepOpen }
            : World.Reply(200, body: "there"));
        TimeSpan start = world.Network.Clock.Elapsed;
        Assert.Equal("there", world.GetText("http://a.test/"));
        Assert.Equal(TimeSpan.FromMilliseconds(100), world.Network.Clock.Elapsed - start);
    }

    [Fact]
    [Trait("rule", "R-172")]
    public void A_redirect_elsewhere_does_not_wait_for_the_rest_of_the_body()
    {
        using World world = new();
        world.Serve("a.test", _ => new ServerReply("HTTP/1.1 302 x\r\nLocation: http://b.test/\r\nContent-Length: 10\r\n\r\n12345"));
        world.Serve("b.test", _ => World.Reply(200, body: "there"));
        TimeSpan start = world.Network.Clock.Elapsed;
        Assert.Equal("there", world.GetText("http://a.test/"));
        Assert.Equal(TimeSpan.Zero, world.Network.Clock.Elapsed - start);
    }

    [Fact]
    public void Redirects_can_be_left_to_the_caller()
    {
        using World world = new(o => o.AllowAutoRedirect = false);
        world.Serve("a.test", _ => World.RedirectTo("/next"));
        using Response response = world.Get("http://a.test/");
        Assert.Equal(HttpStatusCode.Redirect, response.StatusCode);
    }

    [Fact]
    [Trait("fault", "F-55")]
    public void Canceling_between_two_hops_ends_the_request_and_frees_the_connection()
    {
        using World world = new();
        using CancellationTokenSource cancel = new();
        world.Serve("a.test", r => r.Target == "/" ? new ServerReply("HTTP/1.1 302 x\r\nLocation: /next\r\nContent-Length: 10\r\n\r\n12345") : World.Reply(200));
        Task<Response> sending = world.Client.GetAsync("http://a.test/", cancel.Token);
        world.Loop.Poll();
        world.Loop.Poll();
        Assert.False(sending.IsCompleted);
        cancel.Cancel();
        OperationCanceledException error = world.Fails<OperationCanceledException>(sending);
        Assert.Equal(cancel.Token, error.CancellationToken);
    }

    [Fact]
    public void The_limit_in_time_holds_for_all_hops_together()
    {
        using World world = new(o => o.Timeout = TimeSpan.FromSeconds(5));
        world.Serve("a.test", r => new ServerReply("HTTP/1.1 302 x\r\nLocation: /next\r\nContent-Length: 0\r\n\r\n") { Delay = TimeSpan.FromSeconds(2) });
        TimeSpan start = world.Network.Clock.Elapsed;
        world.Fails<RequestTimeoutException>(world.Client.GetAsync("http://a.test/"));
        Assert.Equal(TimeSpan.FromSeconds(5), world.Network.Clock.Elapsed - start);
    }
}
