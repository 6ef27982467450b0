using System.Net;
using PollHttp.Core;
using PollHttp.Testing;
using Xunit;

namespace PollHttp.Tests.Exchanges;

public class StatelessnessTests
{
    [Fact]
    [Trait("past", "C-11")]
    [Trait("past", "C-22")]
    public void A_used_client_sends_what_a_fresh_one_sends()
    {
        static ServerReply Answer(ServerRequest request) => request.Target switch
        {
            "/moved" => World.RedirectTo("/end"),
            "/secret" when request.Header("Authorization") is null => World.Reply(401, "WWW-Authenticate: Basic realm=\"r\""),
            _ => World.Reply(200),
        };

        using World fresh = new();
        ScriptedHttpServer first = fresh.Serve("a.test", Answer);
        using World used = new();
        ScriptedHttpServer second = used.Serve("a.test", Answer);

        Request[] before =
        [
            new("POST", "http://a.test/") { Content = RequestContent.FromString("content"), Headers = { { "Host", "other.test" }, { "Cookie", "c=1" }, { "X-Own", "1" } } },
            new("GET", "http://a.test/moved?q") { Headers = { { "Authorization", "Bearer b" }, { "Referer", "http://z.test/" } } },
            new("GET", "http://a.test/secret") { Options = new() { Credentials = new NetworkCredential("u", "p"), Timeout = TimeSpan.FromSeconds(1) } },
            new("DELETE", "http://a.test/") { Headers = { { "User-Agent", "mine" }, { "Accept", "text/plain" } } },
            new("HEAD", "http://a.test/"),
        ];
        foreach (Request request in before)
        {
            used.Run(used.Client.SendAsync(request)).Dispose();
        }

        foreach (World world in new[] { fresh, used })
        {
            world.Run(world.Client.PutAsync("http://a.test/x", RequestContent.FromString("y"))).Dispose();
            world.Get("http://a.test/x").Dispose();
        }

        Assert.Equal(first.Requests.Select(Text), second.Requests.TakeLast(2).Select(Text));
        Assert.Single(second.Requests.Select(r => r.ConnectionNumber).Distinct());
    }

    [Fact]
    [Trait("past", "C-11")]
    public void What_a_request_that_is_refused_has_set_is_not_sent_with_the_next()
    {
        using World world = new();
        ScriptedHttpServer server = world.Serve("a.test", static _ => World.Reply(200));
        world.Get("http://a.test/").Dispose();
        using ByteArrayContent content = new([1]);
        content.Headers.TryAddWithoutValidation("X-Name", "\u0100"); // which only the head shows to be impossible
        Request refused = new("POST", "http://a.test/")
        {
            Content = RequestContent.FromHttpContent(content),
            Headers = { { "Authorization", "Bearer b" } },
        };
        world.Fails<ArgumentException>(world.Client.SendAsync(refused));
        world.Get("http://a.test/").Dispose();
        Assert.Equal(2, server.Requests.Count);
        Assert.Equal(Text(server.Requests[0]), Text(server.Requests[1]));
    }

    private static string Text(ServerRequest request) =>
        $"{request.Method} {request.Target}\n{string.Join('\n', request.Headers.Select(h => $"{h.Key}: {h.Value}"))}\n\n{request.BodyText}";
}
