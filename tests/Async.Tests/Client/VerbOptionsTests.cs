using System.Net;
using PollHttp.Testing;
using PollHttp.Tests.Exchanges;
using Xunit;

namespace PollHttp.Tests;

public sealed class VerbOptionsTests
{
    private const string Address = "http://a.test/x";

    private readonly World _world = new();
    private readonly ScriptedHttpServer _server;

    public VerbOptionsTests() => _server = _world.Serve("a.test", r => World.Reply(200, body: r.Method == "HEAD" ? "" : "body"));

    public static TheoryData<string> Methods() => new(["GET", "HEAD", "DELETE", "POST", "PUT", "PATCH"]);

    [Theory]
    [MemberData(nameof(Methods))]
    public void Awaited_verbs_take_options_with_a_string_and_with_a_Uri(string method)
    {
        using (_world)
        {
            _world.Run(SendAsync(method, Address, Marked("1"))).Dispose();
            _world.Run(SendAsync(method, new Uri(Address), Marked("2"))).Dispose();
        }

        AssertArrived(method);
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void Blocking_verbs_take_options_with_a_string_and_with_a_Uri(string method)
    {
        using (_world)
        {
            Send(method, Address, Marked("1")).Dispose();
            Send(method, new Uri(Address), Marked("2")).Dispose();
        }

        AssertArrived(method);
    }

    [Fact]
    public void Bodies_are_got_with_options()
    {
        using (_world)
        {
            PollHttpClient client = _world.Client;
            Uri uri = new(Address);
            Assert.Equal("body", _world.Run(client.GetStringAsync(Address, Marked("1"))));
            Assert.Equal("body", _world.Run(client.GetStringAsync(uri, Marked("2"))));
            Assert.Equal("body"u8, _world.Run(client.GetByteArrayAsync(Address, Marked("3"))));
            Assert.Equal("body"u8, _world.Run(client.GetByteArrayAsync(uri, Marked("4"))));
            using (Stream stream = _world.Run(client.GetStreamAsync(Address, Marked("5"))))
            {
                Assert.Equal("body", new StreamReader(stream).ReadToEnd());
            }

            _world.Run(client.GetStreamAsync(uri, Marked("6"))).Dispose();
            Assert.Equal("body", client.GetString(Address, Marked("7")));
            Assert.Equal("body", client.GetString(uri, Marked("8")));
            Assert.Equal("body"u8, client.GetByteArray(Address, Marked("9")));
            Assert.Equal("body"u8, client.GetByteArray(uri, Marked("10")));
            Assert.Equal("body", client.GetString(Address));
        }

        Assert.Equal([.. Enumerable.Range(1, 10).Select(n => $"Bearer {n}"), null], _server.Requests.Select(r => r.Header("Authorization")));
    }

    [Fact]
    public void A_blocking_body_of_a_failure_throws_and_frees_its_connection()
    {
        using World world = new();
        ScriptedHttpServer server = world.Serve("b.test", r => World.Reply(r.Target == "/ok" ? 200 : 404, body: "none"));
        HttpRequestException error = Assert.Throws<HttpRequestException>(() => world.Client.GetString("http://b.test/"));
        Assert.Equal(HttpStatusCode.NotFound, error.StatusCode);
        Assert.Equal("none", world.Client.GetString("http://b.test/ok"));
        Assert.Equal([1, 1], server.Requests.Select(r => r.ConnectionNumber));
    }

    [Fact]
    public void A_blocking_body_has_the_limit_of_the_client()
    {
        using World world = new();
        world.Serve("b.test", _ => World.Reply(200, body: "01234567890"));
        world.Client.MaxResponseContentBufferSize = 10;
        Assert.Equal(
            HttpRequestError.ConfigurationLimitExceeded,
            Assert.ThrowsAny<HttpRequestException>(() => world.Client.GetString("http://b.test/")).HttpRequestError);
        Assert.ThrowsAny<HttpRequestException>(() => world.Client.GetByteArray("http://b.test/"));
    }

    private static RequestOptions Marked(string token) => new() { BearerToken = token };

    private static RequestContent Text() => RequestContent.FromString("content");

    private static bool HasContent(string method) => method is "POST" or "PUT" or "PATCH";

    private void AssertArrived(string method)
    {
        Assert.Equal([method, method], _server.Requests.Select(r => r.Method));
        Assert.Equal(["Bearer 1", "Bearer 2"], _server.Requests.Select(r => r.Header("Authorization")));
        Assert.All(_server.Requests, r => Assert.Equal(HasContent(method) ? "content" : "", r.BodyText));
    }

    private Task<Response> SendAsync(string method, string uri, RequestOptions options) => method switch
    {
        "GET" => _world.Client.GetAsync(uri, options),
        "HEAD" => _world.Client.HeadAsync(uri, options),
        "DELETE" => _world.Client.DeleteAsync(uri, options),
        "POST" => _world.Client.PostAsync(uri, Text(), options),
        "PUT" => _world.Client.PutAsync(uri, Text(), options),
        _ => _world.Client.PatchAsync(uri, Text(), options),
    };

    private Task<Response> SendAsync(string method, Uri uri, RequestOptions options) => method switch
    {
        "GET" => _world.Client.GetAsync(uri, options),
        "HEAD" => _world.Client.HeadAsync(uri, options),
        "DELETE" => _world.Client.DeleteAsync(uri, options),
        "POST" => _world.Client.PostAsync(uri, Text(), options),
        "PUT" => _world.Client.PutAsync(uri, Text(), options),
        _ => _world.Client.PatchAsync(uri, Text(), options),
    };

    private Response Send(string method, string uri, RequestOptions options) => method switch
    {
        "GET" => _world.Client.Get(uri, options),
        "HEAD" => _world.Client.Head(uri, options),
        "DELETE" => _world.Client.Delete(uri, options),
        "POST" => _world.Client.Post(uri, Text(), options),
        "PUT" => _world.Client.Put(uri, Text(), options),
        _ => _world.Client.Patch(uri, Text(), options),
    };

    private Response Send(string method, Uri uri, RequestOptions options) => method switch
    {
        "GET" => _world.Client.Get(uri, options),
        "HEAD" => _world.Client.Head(uri, options),
        "DELETE" => _world.Client.Delete(uri, options),
        "POST" => _world.Client.Post(uri, Text(), options),
        "PUT" => _world.Client.Put(uri, Text(), options),
        _ => _world.Client.Patch(uri, Text(), options),
    };
}
