using System.Net;
using PollHttp.Core;
using PollHttp.Testing;
using Xunit;

namespace PollHttp.Tests.EndToEnd;

/// <summary>Redirects, cookies, credentials and bodies left early, under every drive.</summary>
public sealed class PolicyTests
{
    public static TheoryData<string> Settings() => Setting.All();

    [Theory]
    [MemberData(nameof(Settings))]
    public void A_login_with_redirect_cookie_and_challenge_works_for_many_at_once(string setting)
    {
        ScriptedHttpServer server = new(Answer);
        Play.Run(
            setting,
            server,
            async scene =>
            {
                string[] texts = await Task.WhenAll(Enumerable.Range(0, 25).Select(i => scene.Client.GetStringAsync(scene.To($"/?{i}"))));
                Assert.All(texts, t => Assert.Equal("in", t));
                await scene.AssertUsableAsync("/free");
            },
            options =>
            {
                options.Credentials = new NetworkCredential("user", "word");
                options.MaxConnectionsPerServer = 4;
            });

        Assert.Empty(server.Problems);
        Assert.InRange(server.Requests.Select(r => r.ConnectionNumber).Distinct().Count(), 1, 4);
        Assert.Equal((25 * 3) + 1, server.Requests.Count);
    }

    [Theory]
    [Trait("rule", "R-118")]
    [MemberData(nameof(Settings))]
    public void Short_bodies_that_are_left_early_do_not_cost_a_connection(string setting)
    {
        ScriptedHttpServer server = new(_ => "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + Chunks(150) + "0\r\n\r\n");
        Play.Run(
            setting,
            server,
            async scene =>
            {
                for (int i = 0; i < 10; i++)
                {
                    (await scene.GetAsync()).Dispose();
                }

                Task<Response>[] sending = [.. Enumerable.Range(0, 10).Select(_ => scene.GetAsync())];
                foreach (Task<Response> one in sending)
                {
                    await (await one).DisposeAsync();
                }
            },
            options => options.MaxConnectionsPerServer = 2);
        Assert.Equal(20, server.Requests.Count);
    }

    private static string Chunks(int count) => string.Concat(Enumerable.Repeat("4\r\nwxyz\r\n", count));

    private static ServerReply Answer(ServerRequest request)
    {
        if (request.Target.StartsWith("/?", StringComparison.Ordinal))
        {
            return "HTTP/1.1 302 Found\r\nLocation: /login\r\nSet-Cookie: visited=1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nmoved\r\n0\r\n\r\n";
        }

        if (request.Target == "/login" && request.Header("Authorization") is null)
        {
            return "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"r\"\r\nContent-Length: 5\r\n\r\nlogin";
        }

        return request.Target == "/login" && request.Header("Cookie") != "visited=1" ? ServerReply.Text("no cookie", 403) : ServerReply.Text("in");
    }
}
