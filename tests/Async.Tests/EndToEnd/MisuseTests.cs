using PollHttp.Testing;
using Xunit;

namespace PollHttp.Tests.EndToEnd;

/// <summary>Wrong calls throw, and nothing of them reaches a server.</summary>
public sealed class MisuseTests
{
    [Theory]
    [InlineData("GE T", "X", "v")]
    [InlineData("GET\r\n", "X", "v")]
    [InlineData("GET", "X", "v\r\nInjected: 1")]
    [InlineData("GET", "X", "v\0")]
    [InlineData("GET", "Na me", "v")]
    [InlineData("GET", "", "v")]
    [Trait("rule", "R-030")]
    public void A_head_that_breaks_a_rule_is_refused_and_not_sent(string method, string name, string value)
    {
        using ManualScene scene = new();
        ScriptedHttpServer server = new(_ => ServerReply.Text("x"));
        scene.Serve(server);

        Assert.ThrowsAny<ArgumentException>(() =>
        {
            Request request = new(method, "http://server.test/");
            request.Headers.Add(name, value);
            scene.Await(scene.Client.SendAsync(request));
        });

        Assert.Empty(server.Requests);
        scene.AssertUsable();
    }

    [Theory]
    [InlineData("http://server.test/a b\r\nInjected: 1")]
    [InlineData("http://server.test/\u00e9\u0001")]
    public void An_address_is_escaped_so_that_nothing_of_it_becomes_a_line(string address)
    {
        using ManualScene scene = new();
        ScriptedHttpServer server = new(_ => ServerReply.Text("x"));
        scene.Serve(server);

        scene.Await(scene.Client.GetStringAsync(address));

        ServerRequest request = Assert.Single(server.Requests);
        Assert.DoesNotContain("Injected", string.Join(';', request.Headers.Select(h => h.Key)), StringComparison.Ordinal);
        Assert.DoesNotContain(request.Target, c => c is <= ' ' or > '~');
    }

    [Fact]
    public void An_address_without_scheme_or_of_another_scheme_is_refused()
    {
        using ManualScene scene = new();
        Assert.Throws<InvalidOperationException>(() => { _ = scene.Client.GetAsync("relative"); });
        Assert.Throws<InvalidOperationException>(() => { _ = scene.Client.GetAsync((Uri?)null); });
        Assert.Throws<NotSupportedException>(() => { _ = scene.Client.GetAsync("ftp://server.test/"); });
        Assert.Throws<ArgumentNullException>(() => { _ = scene.Client.SendAsync(null!); });
        Assert.Equal(0, scene.Network.TotalDials);
    }

    [Fact]
    [Trait("fault", "F-59")]
    public void Two_readers_of_one_body_are_one_too_many()
    {
        using ManualScene scene = new();
        scene.Serve(new ScriptedHttpServer(r => r.Target == "/again" ? ServerReply.Text("x") : "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"));
        using Response response = scene.Await(scene.Client.GetAsync("http://server.test/"));
        Task<string> first = response.ReadAsStringAsync();
        Assert.Throws<InvalidOperationException>(() => scene.Await(response.ReadAsByteArrayAsync()));
        response.Dispose();
        Assert.ThrowsAny<Exception>(() => scene.Await(first));
        scene.AssertUsable();
    }
}
