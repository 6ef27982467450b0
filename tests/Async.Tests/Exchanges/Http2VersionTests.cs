using System.Net;
using System.Text;
using PollHttp.Core;
using PollHttp.Testing;
using Xunit;

namespace PollHttp.Tests.Exchanges;

/// <summary>Which version a request is sent in, and what becomes of one that the server will not take in HTTP/2.</summary>
public sealed class Http2VersionTests
{
    private const uint Http11Required = 13;
    private const string Address = "https://a.test/";

    private static readonly RequestOptions s_exact = new() { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
    private static readonly RequestOptions s_orLower = new() { Version = HttpVersion.Version20 };

    private static readonly LinkOptions s_far = new() { Latency = TimeSpan.FromMilliseconds(20) };

    private static World NewWorld(IServerScript http2, out ScriptedHttpServer http1, LinkOptions? link = null)
    {
        World world = new();
        http1 = new(static request => World.Reply(200, body: $"{request.Method} in 1.1, {request.Body.Length}"));
        world.Network.Listen("a.test", 443, new NegotiatingServer(http1, http2), new() { Tls = TlsBehaviour.ChooseAmong("h2", "http/1.1"), Link = link });
        return world;
    }

    private static string Text(World world, Task<Response> sending)
    {
        using Response response = world.Run(sending);
        return $"{response.Version}: {world.Run(response.ReadAsStringAsync())}";
    }

    [Fact, Trait("rule", "R2-005")]
    public void Single_request_demands_version_2_without_TLS()
    {
        using World world = new();
        ScriptedHttp2Server server = new("x");
        world.Network.Listen("a.test", 80, server);
        Assert.Equal("2.0: x", Text(world, world.Client.GetAsync("http://a.test/", s_exact)));
        using HttpRequestMessage message = new(HttpMethod.Get, "http://a.test/")
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        Assert.Equal("2.0: x", Text(world, world.Client.SendAsync(message)));
        Assert.Equal(1, world.Network.TotalDials);
        Assert.Empty(server.Problems);
    }

    [Fact]
    public void Requests_of_both_versions_go_to_one_origin()
    {
        using World world = NewWorld(new ScriptedHttp2Server("two"), out _);
        Assert.Equal("2.0: two", Text(world, world.Client.GetAsync(Address, s_orLower)));
        Assert.Equal("1.1: GET in 1.1, 0", Text(world, world.Client.GetAsync(Address)));
        Assert.Equal("2.0: two", Text(world, world.Client.GetAsync(Address, s_exact)));
    }

    [Theory, Trait("rule", "R2-147")]
    [InlineData(true)]
    [InlineData(false)]
    public void Requests_that_require_HTTP_2_share_the_connection_of_those_that_take_less(bool exactFirst)
    {
        ScriptedHttp2Server server = new("two");
        using World world = NewWorld(server, out _);
        for (int i = 0; i < 4; i++)
        {
            Assert.Equal("2.0: two", Text(world, world.Client.GetAsync(Address, i % 2 == 0 == exactFirst ? s_exact : s_orLower)));
        }

        Assert.Equal((1, 1), (server.ConnectionCount, world.Network.TotalDials));
        Assert.Empty(server.Problems);
    }

    [Theory, Trait("rule", "R2-148")]
    [InlineData(true)]
    [InlineData(false)]
    public void One_dial_scouts_for_requests_of_both_demands(bool exactFirst)
    {
        ScriptedHttp2Server server = new("two");
        using World world = NewWorld(server, out _, s_far);
        Task<Response>[] all = [.. Enumerable.Range(0, 20).Select(i => world.Client.GetAsync(Address, i % 2 == 0 == exactFirst ? s_exact : s_orLower))];
        Assert.All(all, one => Assert.Equal("2.0: two", Text(world, one)));
        Assert.Equal((1, 1), (server.ConnectionCount, world.Network.TotalDials));
        Assert.Empty(server.Problems);
    }

    [Fact, Trait("rule", "R2-146")]
    public void Requests_of_both_demands_wait_for_places_in_one_order()
    {
        ScriptedHttp2Server server = new(static request => new Http2Reply { Body = Encoding.Latin1.GetBytes(request.Path), Delay = TimeSpan.FromMilliseconds(5) }) { Settings = [(3, 1)] };
        using World world = NewWorld(server, out _, s_far);
        _ = Text(world, world.Client.GetAsync(Address, s_orLower));
        List<Task<Response>> all = [];
        for (int i = 0; i < 10; i++)
        {
            all.Add(world.Client.GetAsync($"{Address}{i}", i % 3 == 0 ? s_orLower : s_exact));
            world.Network.Advance(TimeSpan.FromTicks(1));
        }

        Assert.Equal(Enumerable.Range(0, 10).Select(static i => $"2.0: /{i}"), all.Select(one => Text(world, one)));
        Assert.Equal(Enumerable.Range(0, 10).Select(static i => $"/{i}"), server.Requests.Skip(1).Select(static r => r.Path));
        Assert.Equal(1, server.ConnectionCount);
        Assert.Empty(server.Problems);
    }

    [Theory, Trait("rule", "R2-148")]
    [InlineData(true)]
    [InlineData(false)]
    public void Server_of_HTTP_1_1_serves_what_takes_it_and_fails_the_rest(bool exactFirst)
    {
        using World world = new();
        ScriptedHttpServer server = new(static _ => World.Reply(200, body: "one"));
        world.Network.Listen("a.test", 443, server, new() { Tls = TlsBehaviour.Choose("http/1.1"), Link = s_far });
        Task<Response>[] all = [.. Enumerable.Range(0, 12).Select(i => world.Client.GetAsync(Address, i % 2 == 0 == exactFirst ? s_exact : s_orLower))];
        for (int i = 0; i < all.Length; i++)
        {
            Expect(all[i], isServed: i % 2 == 0 != exactFirst);
        }

        Expect(world.Client.GetAsync(Address, s_exact), isServed: false); // beside idle connections in HTTP/1.1
        Assert.Equal(6, server.Requests.Count);

        void Expect(Task<Response> one, bool isServed)
        {
            if (isServed)
            {
                Assert.Equal("1.1: one", Text(world, one));
            }
            else
            {
                Assert.Equal(HttpRequestError.VersionNegotiationError, world.Fails<HttpRequestException>(one).HttpRequestError);
            }
        }
    }

    [Fact, Trait("rule", "R2-148")]
    public void Request_that_requires_HTTP_2_does_not_wait_for_connections_in_HTTP_1_1()
    {
        using World world = new(static options => options.MaxConnectionsPerServer = 1);
        world.Network.Listen("a.test", 443, new ScriptedHttpServer(static _ => ""), new() { Tls = TlsBehaviour.Choose("http/1.1"), Link = s_far });
        using CancellationTokenSource cancel = new();
        Task<Response> never = world.Client.GetAsync(Address, s_orLower, cancel.Token);
        Task<Response> exact = world.Client.GetAsync(Address, s_exact);
        Assert.Equal(HttpRequestError.VersionNegotiationError, world.Fails<HttpRequestException>(exact).HttpRequestError);
        Assert.Equal(HttpRequestError.VersionNegotiationError, world.Fails<HttpRequestException>(world.Client.GetAsync(Address, s_exact)).HttpRequestError);
        Assert.InRange(world.Network.Clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(1));
        cancel.Cancel();
        world.Fails<TaskCanceledException>(never);
    }

    [Fact, Trait("rule", "R2-007"), Trait("rule", "R2-147")]
    public void Server_that_prefers_HTTP_1_1_gives_HTTP_2_to_what_requires_it()
    {
        ScriptedHttp2Server http2 = new("two");
        using World world = new();
        ScriptedHttpServer http1 = new(static _ => World.Reply(200, body: "one"));
        world.Network.Listen("a.test", 443, new NegotiatingServer(http1, http2), new() { Tls = TlsBehaviour.ChooseAmong("http/1.1", "h2"), Link = s_far });
        Task<Response> orLower = world.Client.GetAsync(Address, s_orLower);
        Task<Response> exact = world.Client.GetAsync(Address, s_exact);
        Assert.Equal("1.1: one", Text(world, orLower));
        Assert.Equal("2.0: two", Text(world, exact));
        Task<Response>[] later = [.. Enumerable.Range(0, 4).Select(i => world.Client.GetAsync(Address, i % 2 == 0 ? s_exact : s_orLower))];
        Assert.All(later, (one, i) => Assert.Contains(i % 2 == 0 ? "2.0: two" : ": ", Text(world, one), StringComparison.Ordinal));
        Assert.Equal((1, 2), (http2.ConnectionCount, world.Network.TotalDials));
        Assert.Empty(http2.Problems);
    }

    [Fact, Trait("rule", "R2-148")]
    public void Failed_scout_leaves_the_other_demand_to_the_next_dial()
    {
        ScriptedHttp2Server http2 = new("two");
        using World world = new();
        ScriptedHttpServer http1 = new(static _ => World.Reply(200, body: "one"));
        world.Network.Listen("a.test", 443, new NegotiatingServer(http1, http2), new() { Tls = TlsBehaviour.ChooseByConnection(static n => n == 1 ? ["http/1.1"] : ["h2"]), Link = s_far });
        Task<Response> exact = world.Client.GetAsync(Address, s_exact);
        Task<Response> orLower = world.Client.GetAsync(Address, s_orLower);
        Assert.Equal(HttpRequestError.VersionNegotiationError, world.Fails<HttpRequestException>(exact).HttpRequestError);
        Assert.Equal("2.0: two", Text(world, orLower));
        Assert.Equal(2, world.Network.TotalDials);
    }

    [Theory, Trait("rule", "R2-148")]
    [InlineData("h2")]
    [InlineData("http/1.1")]
    public void Warm_connections_are_of_the_version_that_the_client_requires(string chosen)
    {
        using World world = new();
        world.Client.DefaultRequestVersion = HttpVersion.Version20;
        world.Client.DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact;
        world.Network.Listen("a.test", 443, new NegotiatingServer(new ScriptedHttpServer(static _ => ""), new ScriptedHttp2Server("two")), new() { Tls = TlsBehaviour.ChooseAmong(chosen), Link = s_far });
        Task warming = world.Client.WarmAsync(new(Address));
        if (chosen == "h2")
        {
            world.Wait(warming);
            Assert.Equal("2.0: two", Text(world, world.Client.GetAsync(Address)));
            Assert.Equal(1, world.Network.TotalDials);
        }
        else
        {
            world.Drive(() => warming.IsCompleted);
            Assert.Equal(HttpRequestError.VersionNegotiationError, Assert.IsType<PollHttpException>(warming.Exception!.InnerException).HttpRequestError);
        }
    }

    [Fact]
    public void Version_that_is_none_is_refused()
    {
        RequestOptions options = new();
        Assert.Throws<ArgumentOutOfRangeException>(() => options.Version = new(0, 9));
        Assert.Throws<ArgumentOutOfRangeException>(() => options.VersionPolicy = (HttpVersionPolicy)3);
        Assert.Throws<ArgumentOutOfRangeException>(() => options.VersionPolicy = (HttpVersionPolicy)(-1));
    }

    [Theory, Trait("rule", "R2-131"), Trait("fault", "F2-12")]
    [InlineData(false)]
    [InlineData(true)]
    public void Server_that_requires_HTTP_1_1_gets_it_once_and_from_then_on(bool byGoAway)
    {
        ScriptedHttp2Server http2 = new(request => new Http2Reply
        {
            Frames = [byGoAway ? Http2Frame.GoAway(0, Http11Required) : Http2Frame.Reset(request.StreamId, Http11Required)],
        });
        using World world = NewWorld(http2, out ScriptedHttpServer http1);
        Assert.Equal("1.1: POST in 1.1, 3", Text(world, world.Client.PostAsync(Address, RequestContent.FromBytes("abc"u8.ToArray()), s_orLower)));
        Assert.Equal("1.1: GET in 1.1, 0", Text(world, world.Client.GetAsync(Address, s_orLower)));
        Assert.Equal((1, 2), (http2.Requests.Count, http1.Requests.Count));
        Assert.Equal("1.1: GET in 1.1, 0", Text(world, world.Client.GetAsync("https://a.test/other", s_orLower)));
        Assert.Single(http2.Requests);
    }

    [Theory, Trait("rule", "R2-131")]
    [InlineData("GET", true)]
    [InlineData("POST", false)]
    public void Request_that_a_GOAWAY_for_HTTP_1_1_includes_may_have_been_processed(string method, bool isRepeated)
    {
        EndingScript http2 = new(new(static request => new Http2Reply { Frames = [Http2Frame.GoAway(request.StreamId, Http11Required)] }));
        using World world = NewWorld(http2, out ScriptedHttpServer http1);
        Task<Response> sending = world.Client.SendAsync(new Request(method, Address) { Options = s_orLower });
        if (isRepeated)
        {
            Assert.Equal($"1.1: {method} in 1.1, 0", Text(world, sending));
        }
        else
        {
            Assert.Equal(Http11Required, Assert.IsType<HttpProtocolException>(world.Fails<HttpRequestException>(sending).InnerException).ErrorCode);
        }

        Assert.Equal(isRepeated ? 1 : 0, http1.Requests.Count);
    }

    [Fact, Trait("rule", "R2-131")]
    public void Request_for_HTTP_2_alone_fails_where_HTTP_1_1_is_required()
    {
        ScriptedHttp2Server http2 = new(static request => new Http2Reply { Frames = [Http2Frame.Reset(request.StreamId, Http11Required)] });
        using World world = NewWorld(http2, out ScriptedHttpServer http1);
        HttpRequestException error = world.Fails<HttpRequestException>(world.Client.GetAsync(Address, s_exact));
        Assert.Equal(HttpRequestError.VersionNegotiationError, error.HttpRequestError);
        Assert.Equal(Http11Required, Assert.IsType<HttpProtocolException>(error.InnerException).ErrorCode);
        Assert.Equal((1, 0), (http2.Requests.Count, http1.Requests.Count));
    }

    [Fact, Trait("rule", "R2-131")]
    public void Content_that_can_not_be_sent_again_is_not_sent_in_HTTP_1_1()
    {
        ScriptedHttp2Server http2 = new(static request => new Http2Reply { Frames = [Http2Frame.Reset(request.StreamId, Http11Required)] });
        using World world = NewWorld(http2, out ScriptedHttpServer http1);
        RequestContent content = RequestContent.FromWriter(static async (writer, token) =>
        {
            Encoding.ASCII.GetBytes("abc", writer);
            await writer.FlushAsync(token);
        });
        HttpRequestException error = world.Fails<HttpRequestException>(world.Client.PostAsync(Address, content, s_orLower));
        Assert.Equal(HttpRequestError.VersionNegotiationError, error.HttpRequestError);
        Assert.Empty(http1.Requests);
    }

    [Fact, Trait("rule", "R2-129"), Trait("fault", "F2-18")]
    public void No_other_code_is_repeated()
    {
        foreach (uint code in (uint[])[0, 1, 2, 3, 5, 6, 8, 9, 10, 11, 12, 99])
        {
            ScriptedHttp2Server http2 = new(request => new Http2Reply { Frames = [Http2Frame.Reset(request.StreamId, code)] });
            using World world = NewWorld(http2, out ScriptedHttpServer http1);
            HttpRequestException error = world.Fails<HttpRequestException>(world.Client.GetAsync(Address, s_orLower));
            Assert.Equal(HttpRequestError.HttpProtocolError, error.HttpRequestError);
            Assert.Equal(code, Assert.IsType<HttpProtocolException>(error.InnerException).ErrorCode);
            Assert.Equal((1, 0), (http2.Requests.Count, http1.Requests.Count));
        }
    }

    [Fact, Trait("rule", "R2-097")]
    public void Upgrade_is_sent_in_HTTP_1_1_where_the_policy_allows_that()
    {
        ScriptedHttp2Server http2 = new("two");
        using World world = NewWorld(http2, out ScriptedHttpServer http1);
        Request upgrade = new("GET", Address) { Options = s_orLower, Headers = { { "Connection", "upgrade" }, { "Upgrade", "other" } } };
        Assert.Equal("1.1: GET in 1.1, 0", Text(world, world.Client.SendAsync(upgrade)));
        upgrade.Options = s_exact;
        HttpRequestException error = Assert.ThrowsAny<HttpRequestException>(() => world.Run(world.Client.SendAsync(upgrade)));
        Assert.Equal(HttpRequestError.VersionNegotiationError, error.HttpRequestError);
        Assert.Equal((0, 1), (http2.Requests.Count, http1.Requests.Count));
    }

    [Fact, Trait("rule", "R2-135")]
    public void Content_that_throws_resets_its_stream_alone()
    {
        ScriptedHttp2Server http2 = new("two");
        using World world = NewWorld(http2, out _);
        RequestContent content = RequestContent.FromWriter(static async (writer, token) =>
        {
            Encoding.ASCII.GetBytes("abc", writer);
            await writer.FlushAsync(token);
            throw new FormatException("mine");
        });
        Assert.Equal("mine", world.Fails<FormatException>(world.Client.PostAsync(Address, content, s_exact)).Message);
        Assert.Equal("2.0: two", Text(world, world.Client.GetAsync(Address, s_exact)));
        Assert.Equal((1, 8u), (http2.ConnectionCount, http2.Requests[0].ResetCode));
        Assert.Empty(http2.Problems);
    }

    [Fact, Trait("rule", "R2-106"), Trait("rule", "R2-111"), Trait("rule", "R2-120")]
    public void Malformed_response_is_an_invalid_one_on_its_stream_alone()
    {
        ScriptedHttp2Server server = new(static request => request.Path switch
        {
            "/head" => new Http2Reply { Frames = [Http2Frame.Headers(request.StreamId, true, ("a", "b"))] },
            "/length" => new Http2Reply { Frames = [Http2Frame.Headers(request.StreamId, true, (":status", "200"), ("content-length", "3"))] },
            "/body" => new Http2Reply
            {
                Frames = [Http2Frame.Headers(request.StreamId, false, (":status", "200"), ("content-length", "3")), Http2Frame.Data(request.StreamId, "ab", true)],
            },
            _ => "in order",
        });
        using World world = new();
        world.Network.Listen("a.test", 80, server);
        foreach (string path in (string[])["head", "length"])
        {
            PollHttpException error = world.Fails<PollHttpException>(world.Client.GetAsync("http://a.test/" + path, s_exact));
            Assert.Equal(HttpRequestError.InvalidResponse, error.HttpRequestError);
        }

        using Response response = world.Run(world.Client.GetAsync("http://a.test/body", s_exact));
        Task<byte[]> reading = response.ReadAsByteArrayAsync();
        world.Drive(() => reading.IsCompleted);
        Assert.Equal(HttpRequestError.InvalidResponse, Assert.IsType<PollHttpIOException>(reading.Exception!.InnerException).HttpRequestError);
        Assert.Equal("2.0: in order", Text(world, world.Client.GetAsync("http://a.test/", s_exact)));
        Assert.Equal(1, server.ConnectionCount);
        Assert.Empty(server.Problems);
    }

    /// <summary>Ends each connection when the first request on it has been answered.</summary>
    private sealed class EndingScript(ScriptedHttp2Server server) : IServerScript
    {
        public void OnConnected(ServerPeer peer) => server.OnConnected(peer);

        public void OnReceived(ServerPeer peer)
        {
            int before = server.Requests.Count;
            server.OnReceived(peer);
            if (server.Requests.Count > before)
            {
                peer.End();
            }
        }

        public void OnEnd(ServerPeer peer) => server.OnEnd(peer);

        public void OnTimer(ServerPeer peer, int token) => server.OnTimer(peer, token);
    }
}
