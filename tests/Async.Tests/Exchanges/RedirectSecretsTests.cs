using PollHttp.Core;
using PollHttp.Testing;
using Xunit;

namespace PollHttp.Tests.Exchanges;

/// <summary>Whatever is secret stays with the origin it was given for (invariant 8).</summary>
public class RedirectSecretsTests
{
    private static readonly string[] s_secrets =
        ["Authorization", "authorization", "AUTHORIZATION", "Cookie", "cOOkie", "Proxy-Authorization", "proxy-authorization", "X-Api-Key", "x-api-key", "X-XSRF-Token", "X-Mine"];

    public static TheoryData<string, string, bool> Moves => new()
    {
        { "http://a.test/", "http://a.test/next", true },
        { "http://a.test/", "http://A.TEST:80/next", true },
        { "http://a.test/", "http://a.test:8080/next", false },
        { "http://a.test/", "https://a.test/next", false },
        { "http://a.test/", "http://b.test/next", false },
        { "http://a.test/", "http://sub.a.test/next", false },
        { "http://a.test/", "http://a.test./next", false },
        { "http://a.test/", "http://a.test.b.test/next", false },
        { "https://a.test/", "https://a.test:444/next", false },
        { "https://a.test/", "https://a.test/next", true },
    };

    [Theory]
    [Trait("past", "C-66")]
    [Trait("rule", "R-165")]
    [Trait("rule", "R-167")]
    [Trait("rule", "R-169")]
    [Trait("past", "C-05")]
    [Trait("past", "C-06")]
    [Trait("past", "C-30")]
    [Trait("past", "C-51")]
    [Trait("past", "C-59")]
    [MemberData(nameof(Moves))]
    public void Fields_with_secrets_are_dropped_when_the_origin_changes(string from, string to, bool isSame)
    {
        using World world = Make(r => r.Target == "/" ? World.RedirectTo(to) : World.Reply(200), out List<ServerRequest> requests);
        foreach (string name in s_secrets)
        {
            requests.Clear();
            Request request = new("GET", from) { Headers = { { name, "secret" }, { "X-Open", "1" } } };
            world.Run(world.Client.SendAsync(request)).Dispose();
            Assert.Equal("secret", requests[0].Header(name));
            Assert.Equal(isSame ? "secret" : null, requests[1].Header(name));
            Assert.Equal("1", requests[1].Header("X-Open"));
            Assert.Equal(1, request.Headers.Count(f => f.Name == name)); // the caller's own list is as before
        }
    }

    [Fact]
    [Trait("rule", "R-166")]
    [Trait("past", "C-40")]
    public void What_was_dropped_does_not_come_back_with_the_origin()
    {
        using World world = Make(
            r => r.Target switch
            {
                "/" => World.RedirectTo("http://b.test/2"),
                "/2" => World.RedirectTo("http://a.test/3"),
                _ => World.Reply(200),
            },
            out List<ServerRequest> requests);
        Request request = new("GET", "http://a.test/") { Headers = { { "Authorization", "secret" }, { "Cookie", "secret" } } };
        world.Run(world.Client.SendAsync(request)).Dispose();
        Assert.Equal(["/", "/2", "/3"], requests.Select(r => r.Target));
        Assert.Equal(["secret", null, null], requests.Select(r => r.Header("Authorization")));
        Assert.Equal(["secret", null, null], requests.Select(r => r.Header("Cookie")));
    }

    [Fact]
    [Trait("rule", "R-165")]
    public void A_Host_of_the_callers_is_for_the_first_origin_only()
    {
        using World world = Make(r => r.Target == "/" ? World.RedirectTo("http://b.test/2") : World.Reply(200), out List<ServerRequest> requests);
        Request request = new("GET", "http://a.test/") { Headers = { { "Host", "inner.test" } } };
        world.Run(world.Client.SendAsync(request)).Dispose();
        Assert.Equal(["inner.test", "b.test"], requests.Select(r => r.Header("Host")));
    }

    private static World Make(Func<ServerRequest, ServerReply> answer, out List<ServerRequest> requests)
    {
        World world = new(o => o.SecretFields.Add("X-Mine"));
        List<ServerRequest> seen = requests = [];
        ServerReply Answer(ServerRequest request)
        {
            seen.Add(request);
            return answer(request);
        }

        foreach ((string host, int port) in new[]
                 {
                     ("a.test", 80), ("a.test", 8080), ("a.test", 443), ("a.test", 444), ("b.test", 80), ("sub.a.test", 80), ("a.test.", 80), ("a.test.b.test", 80),
                 })
        {
            world.Serve(host, Answer, port);
        }

        return world;
    }
}
