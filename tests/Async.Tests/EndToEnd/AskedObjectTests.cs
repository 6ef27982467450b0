using System.Net;
using PollHttp.Testing;
using Xunit;

namespace PollHttp.Tests.EndToEnd;

/// <summary>Credentials, proxies and redirect policies may take their time, and use the client that asks them.</summary>
public sealed class AskedObjectTests
{
    private static readonly string[] s_asked = ["credentials", "proxy", "redirect"];

    public static TheoryData<string, string> Cases(string settings)
    {
        TheoryData<string, string> cases = [];
        foreach (string setting in settings.Split("; "))
        {
            foreach (string asked in s_asked)
            {
                cases.Add(setting, asked);
            }
        }

        return cases;
    }

    [Theory]
    [Trait("fault", "F-61")]
    [MemberData(nameof(Cases), "sockets, background, http; sockets, background, https; sockets, sync, http")]
    public void An_object_that_is_asked_may_wait_for_another_thread_that_uses_the_client(string setting, string asked) =>
        Run(setting, asked, limit: 32, scene =>
        {
            string? token = null;
            Thread other = new(() => token = scene.Setting.Drive == Drive.Sync
                ? GetBlocking(scene)
                : scene.Client.GetStringAsync(scene.To("/token")).GetAwaiter().GetResult());
            other.Start();
            other.Join();
            return token;
        });

    [Theory]
    [Trait("fault", "F-61")]
    [MemberData(nameof(Cases), "simulated, manual, http; simulated, run, http, far; sockets, background, http; simulated, sync, http, choppy; sockets, sync, https")]
    public void A_blocking_request_of_one_does_not_wait_for_the_connection_that_waits_for_it(string setting, string asked) =>
        Run(setting, asked, limit: 1, GetBlocking);

    [Theory]
    [Trait("fault", "F-55")]
    [InlineData("credentials")]
    [InlineData("redirect")]
    public void A_request_can_be_canceled_while_an_object_is_asked(string asked)
    {
        using ManualResetEventSlim isAsked = new();
        using ManualResetEventSlim mayAnswer = new();
        Play.Run(
            "sockets, background, http",
            Server(asked),
            async scene =>
            {
                using CancellationTokenSource cancel = new();
                Task<Response> sending = scene.GetAsync(token: cancel.Token);
                isAsked.Wait();
                await cancel.CancelAsync();
                OperationCanceledException error = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
                Assert.Equal(cancel.Token, error.CancellationToken);
                await scene.AssertUsableAsync();
                mayAnswer.Set();
                await scene.AssertUsableAsync();
            },
            options => Use(options, asked, () =>
            {
                isAsked.Set();
                mayAnswer.Wait();
            }));
    }

    [Theory]
    [Trait("fault", "F-26")]
    [InlineData("credentials", "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"r\"\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")]
    [InlineData("credentials", "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"r\"\r\nContent-Length: 10\r\n\r\nhalf")]
    [InlineData("redirect", "HTTP/1.1 302 Found\r\nLocation: /next\r\nConnection: close\r\n\r\n")]
    public void A_connection_that_ends_meanwhile_is_replaced(string asked, string reply)
    {
        int answers = 0;
        Play.Run(
            "simulated, manual, http",
            new ScriptedHttpServer(request => request.Target == "/" && request.Header("Authorization") is null
                ? new ServerReply(reply) { Then = AfterReply.End }
                : ServerReply.Text("fine")),
            async scene =>
            {
                using Response response = await scene.GetAsync();
                Assert.Equal("fine", await response.ReadAsStringAsync());
            },
            options => Use(options, asked, () => answers++));
        Assert.Equal(1, answers);
    }

    private static void Run(string setting, string asked, int limit, Func<Scene, string?> get)
    {
        Scene? current = null;
        List<string?> tokens = [];
        Play.Run(
            setting,
            Server(asked),
            async scene =>
            {
                current = scene;
                using Response response = await scene.GetAsync();
                Assert.Equal("fine", await response.ReadAsStringAsync());
            },
            options =>
            {
                options.MaxConnectionsPerServer = limit;
                Use(options, asked, () => tokens.Add(get(current!)));
            });
        Assert.Equal(["token"], tokens);
    }

    private static string GetBlocking(Scene scene)
    {
        using Response response = scene.Client.Send(new Request("GET", scene.To("/token")));
        return response.ReadAsString();
    }

    private static ScriptedHttpServer Server(string asked) => new(request => (request.Target, asked) switch
    {
        ("/token", _) => ServerReply.Text("token"),
        ("/", "credentials") when request.Header("Authorization") is null =>
            "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"r\"\r\nContent-Length: 4\r\n\r\nlost",
        ("/", "proxy" or "redirect") => "HTTP/1.1 302 Found\r\nLocation: /next\r\nContent-Length: 0\r\n\r\n",
        _ => ServerReply.Text("fine"),
    });

    private static void Use(PollHttpClientOptions options, string asked, Action ask)
    {
        options.UseProxy = asked == "proxy";
        switch (asked)
        {
            case "credentials":
                options.Credentials = new Credentials(ask);
                break;
            case "proxy":
                options.Proxy = new Proxy(ask);
                break;
            default:
                options.RedirectPolicy = _ =>
                {
                    ask();
                    return RedirectDecision.Follow;
                };
                break;
        }
    }

    private sealed class Credentials(Action ask) : ICredentials
    {
        public NetworkCredential? GetCredential(Uri uri, string authType)
        {
            ask();
            return new("user", "word");
        }
    }

    /// <summary>Is asked for the second attempt only.</summary>
    private sealed class Proxy(Action ask) : IWebProxy
    {
        public ICredentials? Credentials { get; set; }

        public Uri? GetProxy(Uri destination)
        {
            if (destination.AbsolutePath == "/next")
            {
                ask();
            }

            return null;
        }

        public bool IsBypassed(Uri host) => false;
    }
}
