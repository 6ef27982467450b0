using System.Net;
using System.Text;
using Microsoft.Extensions.Logging;
using PollHttp.Core;
using PollHttp.Testing;
using Xunit;

namespace PollHttp.Tests.Exchanges;

public class AuthenticationTests
{
    private const string Address = "http://a.test/";
    private const string Digest = "Digest realm=\"r\", nonce=\"n1\", qop=\"auth\", algorithm=SHA-256";

    private static readonly NetworkCredential s_user = new("user", "s3cret-word");
    private static readonly string s_basic = "Basic " + Convert.ToBase64String("user:s3cret-word"u8);

    [Fact]
    [Trait("parity", "P-045")]
    public void Without_credentials_the_401_is_the_response()
    {
        using World world = new();
        ScriptedHttpServer server = world.Serve("a.test", _ => World.Reply(401, "WWW-Authenticate: Basic realm=\"r\""));
        using Response response = world.Get(Address);
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Single(server.Requests);
    }

    [Fact]
    [Trait("parity", "P-045")]
    [Trait("parity", "P-171")]
    public void A_Basic_challenge_is_answered_on_the_same_connection()
    {
        using World world = new(o => o.Credentials = s_user);
        ScriptedHttpServer server = world.Serve("a.test", r =>
            r.Header("Authorization") == s_basic ? World.Reply(200, body: "in") : World.Reply(401, "WWW-Authenticate: bAsIc realm=\"r\"", "a body in the way"));
        Task<Response> sending = world.Client.PostAsync(Address, RequestContent.FromString("content"));
        using Response response = world.Run(sending);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(["content", "content"], server.Requests.Select(r => r.BodyText));
        Assert.Equal([1, 1], server.Requests.Select(r => r.ConnectionNumber));
    }

    [Theory]
    [Trait("rule", "R-193")]
    [Trait("parity", "P-167")]
    [InlineData("WWW-Authenticate: Basic realm=\"r\"\r\nWWW-Authenticate: " + Digest)]
    [InlineData("WWW-Authenticate: " + Digest + ", Basic realm=\"r\"")]
    [InlineData("WWW-Authenticate: Basic realm=\"r\", " + Digest)]
    [InlineData("WWW-Authenticate: Unknown token68==, " + Digest)]
    public void The_strongest_known_challenge_is_answered(string fields)
    {
        using World world = new(o => o.Credentials = s_user);
        ScriptedHttpServer server = world.Serve("a.test", r => r.Header("Authorization") is null ? World.Reply(401, fields) : World.Reply(200));
        world.Get("http://a.test/p?q=1").Dispose();
        string answer = server.Requests[1].Header("Authorization")!;
        Assert.StartsWith("Digest username=\"user\", realm=\"r\", nonce=\"n1\", uri=\"/p?q=1\"", answer, StringComparison.Ordinal);
        Assert.Contains("nc=00000001", answer, StringComparison.Ordinal);
    }

    [Theory]
    [Trait("rule", "R-196")]
    [Trait("parity", "P-169")]
    [InlineData("Basic realm=\"r\"", 2)]
    [InlineData(Digest, 2)]
    [InlineData(Digest + ", stale=true", 3)]
    public void A_refused_credential_is_not_tried_again_except_once_for_an_old_nonce(string challenge, int requests)
    {
        using World world = new(o => o.Credentials = s_user);
        ScriptedHttpServer server = world.Serve("a.test", _ => World.Reply(401, "WWW-Authenticate: " + challenge, "refused"));
        Assert.Equal("refused", world.GetText(Address));
        Assert.Equal(requests, server.Requests.Count);
    }

    [Theory]
    [Trait("parity", "P-168")]
    [InlineData("")]
    [InlineData("WWW-Authenticate: Digest")]
    [InlineData("WWW-Authenticate: Digest realm=\"r\", nonce=\"n\", algorithm=UNHEARD-OF")]
    [InlineData("WWW-Authenticate: Bearer realm=\"r\"")]
    [InlineData("Proxy-Authenticate: Basic realm=\"r\"")]
    public void What_cannot_be_answered_is_returned(string field)
    {
        using World world = new(o => o.Credentials = s_user);
        ScriptedHttpServer server = world.Serve("a.test", _ => World.Reply(401, field));
        using Response response = world.Get(Address);
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Single(server.Requests);
    }

    [Fact]
    [Trait("rule", "R-198")]
    public void A_407_of_an_origin_is_not_answered()
    {
        using World world = new(o => o.Credentials = s_user);
        ScriptedHttpServer server = world.Serve("a.test", _ => World.Reply(407, "WWW-Authenticate: Basic realm=\"r\"\r\nProxy-Authenticate: Basic realm=\"r\""));
        using Response response = world.Get(Address);
        Assert.Equal(HttpStatusCode.ProxyAuthenticationRequired, response.StatusCode);
        Assert.Single(server.Requests);
    }

    [Fact]
    [Trait("parity", "P-050")]
    public void An_Authorization_set_by_hand_wins()
    {
        using World world = new(o => o.Credentials = s_user);
        ScriptedHttpServer server = world.Serve("a.test", _ => World.Reply(401, "WWW-Authenticate: Basic realm=\"r\""));
        world.Run(world.Client.SendAsync(new("GET", Address) { Headers = { { "authorization", "Bearer mine" } } })).Dispose();
        Assert.Equal("Bearer mine", Assert.Single(server.Requests).Header("Authorization"));
    }

    [Fact]
    [Trait("rule", "R-197")]
    public void A_content_that_cannot_be_sent_again_leaves_the_401_to_the_caller()
    {
        using World world = new(o => o.Credentials = s_user);
        ScriptedHttpServer server = world.Serve("a.test", _ => World.Reply(401, "WWW-Authenticate: Basic realm=\"r\""));
        static async IAsyncEnumerable<ReadOnlyMemory<byte>> Once()
        {
            yield return "once"u8.ToArray();
            await Task.CompletedTask;
        }

        using Response response = world.Run(world.Client.PostAsync(Address, RequestContent.FromAsyncEnumerable(Once())));
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Single(server.Requests);
    }

    [Theory]
    [Trait("rule", "R-195")]
    [Trait("past", "C-07")]
    [Trait("past", "C-59")]
    [InlineData("Basic realm=\"r\"")]
    [InlineData(Digest)]
    public void Nothing_given_to_one_origin_goes_to_another(string challenge)
    {
        using World world = new(o => o.Credentials = s_user);
        ScriptedHttpServer a = world.Serve("a.test", r => r.Header("Authorization") is null
            ? World.Reply(401, "WWW-Authenticate: " + challenge)
            : World.RedirectTo("http://b.test/"));
        ScriptedHttpServer b = world.Serve("b.test", _ => World.Reply(401, "WWW-Authenticate: " + challenge));
        using Response response = world.Get(Address);
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Equal(2, a.Requests.Count);
        Assert.Null(Assert.Single(b.Requests).Header("Authorization"));
    }

    [Fact]
    [Trait("parity", "P-049")]
    [Trait("parity", "P-137")]
    public void A_cache_of_credentials_is_asked_for_each_address()
    {
        CredentialCache cache = new()
        {
            { new Uri("http://a.test/"), "Basic", s_user },
            { new Uri("http://b.test/"), "Basic", new NetworkCredential("other", "word") },
        };
        using World world = new(o => o.Credentials = cache);
        ScriptedHttpServer a = world.Serve("a.test", r => r.Header("Authorization") is null ? World.Reply(401, "WWW-Authenticate: Basic realm=\"r\"") : World.RedirectTo("http://b.test/"));
        ScriptedHttpServer b = world.Serve("b.test", r => r.Header("Authorization") is null ? World.Reply(401, "WWW-Authenticate: Basic realm=\"r\"") : World.Reply(200));
        world.Get(Address).Dispose();
        Assert.Equal([null, s_basic], a.Requests.Select(r => r.Header("Authorization")));
        Assert.Equal([null, "Basic " + Convert.ToBase64String("other:word"u8)], b.Requests.Select(r => r.Header("Authorization")));
    }

    [Fact]
    [Trait("parity", "P-046")]
    [Trait("parity", "P-170")]
    public void Basic_is_sent_unasked_below_what_was_challenged_where_that_is_wished()
    {
        using World world = new(o =>
        {
            o.Credentials = s_user;
            o.PreAuthenticate = true;
        });
        ScriptedHttpServer server = world.Serve("a.test", r => r.Header("Authorization") == s_basic ? World.Reply(200) : World.Reply(401, "WWW-Authenticate: Basic realm=\"r\""));
        foreach (string path in new[] { "dir/one", "dir/two", "dir/sub/three", "elsewhere" })
        {
            world.Get(Address + path).Dispose();
        }

        Assert.Equal(
            ["/dir/one", "/dir/one+", "/dir/two+", "/dir/sub/three+", "/elsewhere", "/elsewhere+"],
            server.Requests.Select(r => r.Target + (r.Header("Authorization") is null ? "" : "+")));
    }

    [Fact]
    [Trait("parity", "P-170")]
    public void What_was_sent_unasked_and_refused_is_answered_anew_without_a_loop()
    {
        using World world = new(o =>
        {
            o.Credentials = s_user;
            o.PreAuthenticate = true;
        });
        string challenge = "Basic realm=\"r\"";
        bool accepts = true;
        ScriptedHttpServer server = world.Serve("a.test", r => r.Header("Authorization") is not null && accepts ? World.Reply(200) : World.Reply(401, "WWW-Authenticate: " + challenge));
        world.Get(Address).Dispose();
        (challenge, accepts) = (Digest, false);
        using Response response = world.Get(Address);
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Equal([null, "Basic", "Basic", "Digest"], server.Requests.Select(r => r.Header("Authorization")?.Split(' ')[0]));
    }

    [Fact]
    [Trait("rule", "R-192")]
    public void A_user_that_Basic_cannot_carry_fails_the_request_without_naming_it()
    {
        using World world = new(o => o.Credentials = new NetworkCredential("us:er", "s3cret-word"));
        world.Serve("a.test", _ => World.Reply(401, "WWW-Authenticate: Basic realm=\"r\""));
        ArgumentException error = world.Fails<ArgumentException>(world.Client.GetAsync(Address));
        Assert.DoesNotContain("s3cret", error.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("us:er", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    [Trait("rule", "R-200")]
    [Trait("past", "C-72")]
    public void No_secret_is_in_a_log_or_in_the_text_of_an_exception()
    {
        List<string> lines = [];
        using World world = new(o =>
        {
            o.Credentials = s_user;
            o.LoggerFactory = new Recorder(lines);
            o.MaxAutomaticRedirections = 1;
        });
        world.Serve("a.test", r => r.Target.StartsWith("/end", StringComparison.Ordinal)
            ? new ServerReply("HTTP/1.1 200 OK\r\nbroken header s3cret-word\r\n\r\n")
            : r.Header("Authorization") is null ? World.Reply(401, "WWW-Authenticate: Basic realm=\"r\"") : World.RedirectTo("/end?key=s3cret-word"));
        Request request = new("GET", "http://me:s3cret-word@a.test/?key=s3cret-word") { Headers = { { "Cookie", "s3cret-word" }, { "X-Api-Key", "s3cret-word" } } };
        Exception error = world.Fails<HttpRequestException>(world.Client.SendAsync(request));
        lines.Add(error.ToString());
        world.Serve("b.test", _ => World.RedirectTo("/?key=s3cret-word"));
        RedirectException redirect = world.Fails<RedirectException>(world.Client.GetAsync("http://b.test/?key=s3cret-word"));
        lines.Add(redirect.ToString());
        redirect.Response.Dispose();
        lines.Add(world.Fails<PollHttpException>(world.Client.GetAsync("http://me:s3cret-word@nowhere.test/?key=s3cret-word")).ToString());
        Assert.All(lines, line => Assert.DoesNotContain("s3cret-word", line, StringComparison.Ordinal));
        Assert.All(lines, line => Assert.DoesNotContain(s_basic[6..], line, StringComparison.Ordinal));
        Assert.NotEmpty(lines);
    }

    [Fact]
    [Trait("rule", "R-130")]
    public void Userinfo_of_an_address_is_not_sent()
    {
        using World world = new();
        ScriptedHttpServer server = world.Serve("a.test", _ => World.Reply(200));
        world.Get("http://user:pass@a.test/p").Dispose();
        ServerRequest request = server.Requests[0];
        Assert.Equal(("/p", "a.test", null), (request.Target, request.Header("Host"), request.Header("Authorization")));
    }

    private sealed class Recorder(List<string> lines) : ILoggerFactory, ILogger
    {
        public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            lines.Add(formatter(state, exception) + exception);

        public void Dispose()
        {
            // Holds nothing.
        }
    }
}
