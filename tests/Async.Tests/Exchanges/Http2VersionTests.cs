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

    private static World NewWorld(IServerScript http2, out ScriptedHttpServer http1)
    {
        World world = new();
        http1 = new(static request => World.Reply(200, body: $"{request.Method} in 1.1, {request.Body.Length}"));
        world.Network.Listen("a.test", 443, new NegotiatingServer(http1, http2), new() { Tls = TlsBehaviour.ChooseAmong("h2", "http/1.1") });
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
}
