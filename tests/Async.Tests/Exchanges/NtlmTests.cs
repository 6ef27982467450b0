using System.Net;
using PollHttp.Core;
using PollHttp.Testing;
using Xunit;

namespace PollHttp.Tests.Exchanges;

/// <summary>
/// NTLM authenticates connections, not requests. The server here checks the order of messages and that they keep to one
/// connection, not the proof itself; the runtime's own implementation of NTLM makes the client's.
/// </summary>
public class NtlmTests
{
    private const string Address = "http://a.test/";

    [Fact]
    [Trait("parity", "P-048")]
    public void The_dialogue_keeps_to_one_connection_which_is_used_again_for_the_same_person()
    {
        using World world = new(o => o.Credentials = new NetworkCredential("user", "word", "domain"));
        NtlmServer ntlm = new();
        ScriptedHttpServer server = world.Serve("a.test", ntlm.Answer);
        Assert.Equal("in", world.GetText(Address));
        Assert.Equal("in", world.GetText(Address));
        ServerRequest[] dialogue = [.. server.Requests.Where(r => r.Header("Authorization") is not null)];
        Assert.Equal([1, 3], dialogue.Select(r => NtlmServer.TypeOf(r)));
        Assert.Single(dialogue.Select(r => r.ConnectionNumber).Distinct());
        Assert.Equal(dialogue[0].ConnectionNumber, server.Requests[^1].ConnectionNumber);
        Assert.Null(server.Requests[^1].Header("Authorization"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_token_is_made_where_user_code_runs_and_not_while_connections_are_polled(bool ofProxy)
    {
        NetworkCredential credential = new("user", "word", "domain");
        using World world = new(o =>
        {
            o.Credentials = ofProxy ? null : credential;
            o.Proxy = ofProxy ? new WebProxy("http://proxy.test:3128") { Credentials = credential } : null;
        });
        ScriptedHttpServer server = ofProxy
            ? world.Serve("proxy.test", new NtlmServer { IsProxy = true }.Answer, 3128)
            : world.Serve("a.test", new NtlmServer().Answer);
        Task<Response> sending = world.Client.GetAsync(Address);
        for (int turn = 1; turn <= 3; turn++)
        {
            for (int i = 0; i < 100; i++)
            {
                world.Loop.RunInputOutput(TimeSpan.FromMilliseconds(1));
            }

            Assert.Equal(turn, server.Requests.Count);
            world.Loop.RunUserCode();
        }

        using Response response = world.Run(sending);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    [Trait("parity", "P-048")]
    [Trait("rule", "R-121")]
    [Trait("past", "C-12")]
    public void Nobody_elses_request_goes_over_an_authenticated_connection()
    {
        using World world = new();
        NtlmServer ntlm = new();
        ScriptedHttpServer server = world.Serve("a.test", ntlm.Answer);
        foreach (string user in new[] { "one", "two", "one" })
        {
            Request request = new("GET", Address) { Options = new() { Credentials = new NetworkCredential(user, "word") } };
            using Response response = world.Run(world.Client.SendAsync(request));
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }

        using Response anonymous = world.Get(Address);
        Assert.Equal(HttpStatusCode.Unauthorized, anonymous.StatusCode);
        Assert.DoesNotContain(server.Requests[^1].ConnectionNumber, ntlm.Authenticated);
        Assert.Equal(2, ntlm.Authenticated.Count);
    }

    [Fact]
    [Trait("rule", "R-196")]
    public void A_refused_proof_is_the_end_of_it()
    {
        using World world = new(o => o.Credentials = new NetworkCredential("user", "wrong"));
        NtlmServer ntlm = new() { Refuses = true };
        ScriptedHttpServer server = world.Serve("a.test", ntlm.Answer);
        using Response response = world.Get(Address);
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Equal(2, server.Requests.Count(r => r.Header("Authorization") is not null));
    }

    [Fact]
    [Trait("rule", "R-108")]
    public void The_content_is_sent_with_each_message_of_the_dialogue()
    {
        using World world = new(o => o.Credentials = new NetworkCredential("user", "word"));
        ScriptedHttpServer server = world.Serve("a.test", new NtlmServer().Answer);
        using Response response = world.Run(world.Client.PostAsync(Address, RequestContent.FromString("content")));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.All(server.Requests, r => Assert.Equal("content", r.BodyText));
    }

    [Fact]
    [Trait("parity", "P-048")]
    [Trait("parity", "P-156")]
    [Trait("rule", "R-198")]
    public void A_proxy_is_answered_on_one_connection_which_stays_known()
    {
        using World world = new(o => o.Proxy = new WebProxy("http://proxy.test:3128") { Credentials = new NetworkCredential("user", "word", "domain") });
        NtlmServer ntlm = new() { IsProxy = true };
        ScriptedHttpServer proxy = world.Serve("proxy.test", ntlm.Answer, 3128);
        Assert.Equal("in", world.GetText(Address));
        Assert.Equal("in", world.GetText(Address));
        using Response posted = world.Run(world.Client.PostAsync(Address, RequestContent.FromString("content")));
        Assert.Equal([null, "1", "3", null, null], proxy.Requests.Select(r => r.Header("Proxy-Authorization") is null ? null : ntlm.TypeIn(r).ToString(System.Globalization.CultureInfo.InvariantCulture)));
        Assert.Single(proxy.Requests.Select(r => r.ConnectionNumber).Distinct());
        Assert.All(proxy.Requests, static r => Assert.Null(r.Header("Authorization")));
    }

    [Fact]
    [Trait("parity", "P-048")]
    [Trait("parity", "P-051")]
    [Trait("rule", "R-225")]
    public void A_tunnel_takes_as_many_turns_as_the_dialogue_does()
    {
        using World world = new(o => o.Proxy = new WebProxy("http://proxy.test:3128") { Credentials = new NetworkCredential("user", "word") });
        NtlmServer ntlm = new() { IsProxy = true };
        ScriptedHttpServer proxy = world.Serve("proxy.test", ntlm.Answer, 3128);
        Assert.Equal("in", world.GetText("https://a.test/x"));
        Assert.Equal(["a.test:443", "a.test:443", "a.test:443", "/x"], proxy.Requests.Select(r => r.Target));
        Assert.Single(proxy.Requests.Select(r => r.ConnectionNumber).Distinct());
        Assert.Null(proxy.Requests[^1].Header("Proxy-Authorization"));
    }

    [Theory]
    [Trait("parity", "P-051")]
    [Trait("rule", "R-225")]
    [InlineData("http://a.test/")]
    [InlineData("https://a.test/")]
    public void A_proof_that_a_proxy_refuses_is_the_end_of_it(string address)
    {
        using World world = new(o => o.Proxy = new WebProxy("http://proxy.test:3128") { Credentials = new NetworkCredential("user", "wrong") });
        ScriptedHttpServer proxy = world.Serve("proxy.test", new NtlmServer { IsProxy = true, Refuses = true }.Answer, 3128);
        if (address.StartsWith("https", StringComparison.Ordinal))
        {
            PollHttpException error = world.Fails<PollHttpException>(world.Client.GetAsync(address));
            Assert.Equal(HttpStatusCode.ProxyAuthenticationRequired, error.StatusCode);
        }
        else
        {
            using Response response = world.Get(address);
            Assert.Equal(HttpStatusCode.ProxyAuthenticationRequired, response.StatusCode);
        }

        Assert.Equal(3, proxy.Requests.Count);
    }

    [Theory]
    [Trait("parity", "P-049")]
    [Trait("rule", "R-198")]
    [InlineData("http://a.test/")]
    [InlineData("https://a.test/")]
    public void A_cache_may_know_a_proxy_under_this_scheme_alone(string address)
    {
        CredentialCache cache = new() { { new Uri("http://proxy.test:3128"), "NTLM", new NetworkCredential("user", "word") } };
        using World world = new(o => o.Proxy = new WebProxy("http://proxy.test:3128") { Credentials = cache });
        NtlmServer ntlm = new() { IsProxy = true };
        world.Serve("proxy.test", ntlm.Answer, 3128);
        Assert.Equal("in", world.GetText(address));
        Assert.Equal(["user"], ntlm.Users);
    }

    [Fact]
    [Trait("rule", "R-121")]
    [Trait("past", "C-12")]
    public void Nobody_elses_request_goes_over_a_connection_to_a_proxy_that_is_authenticated()
    {
        using World world = new();
        NtlmServer ntlm = new() { IsProxy = true };
        ScriptedHttpServer proxy = world.Serve("proxy.test", ntlm.Answer, 3128);
        foreach (string user in new[] { "one", "two", "one" })
        {
            CredentialCache cache = new() { { new Uri("http://proxy.test:3128"), "NTLM", new NetworkCredential(user, "word") } };
            Request request = new("GET", Address) { Options = new() { Proxy = new WebProxy("http://proxy.test:3128") { Credentials = cache } } };
            using Response response = world.Run(world.Client.SendAsync(request));
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }

        Assert.Equal(["one", "two"], ntlm.Users);
        Assert.Equal(proxy.Requests[0].ConnectionNumber, proxy.Requests[^1].ConnectionNumber);
    }

    private sealed class NtlmServer
    {
        public HashSet<int> Authenticated { get; } = [];

        /// <summary>Who was let in, in order.</summary>
        public List<string> Users { get; } = [];

        public bool Refuses { get; init; }

        public bool IsProxy { get; init; }

        private string Field => IsProxy ? "Proxy-Authorization" : "Authorization";

        public static int TypeOf(ServerRequest request) => NtlmMessages.TypeOf(MessageOf(request, "Authorization"));

        public int TypeIn(ServerRequest request) => NtlmMessages.TypeOf(MessageOf(request, Field));

        public ServerReply Answer(ServerRequest request)
        {
            if (Authenticated.Contains(request.ConnectionNumber))
            {
                return LetIn(request);
            }

            if (request.Header(Field) is null)
            {
                return Ask("NTLM", "who are you?");
            }

            byte[] message = MessageOf(request, Field);
            switch (NtlmMessages.TypeOf(message))
            {
                case 1:
                    return Ask("NTLM " + Convert.ToBase64String(NtlmMessages.Challenge(message)), "prove it");
                case 3 when !Refuses:
                    Authenticated.Add(request.ConnectionNumber);
                    Users.Add(NtlmMessages.UserOf(message));
                    return LetIn(request);
                default:
                    return Ask("NTLM");
            }
        }

        private ServerReply Ask(string challenge, string body = "") => IsProxy
            ? World.Reply(407, "Proxy-Authenticate: " + challenge, body)
            : World.Reply(401, "WWW-Authenticate: " + challenge, body);

        private static ServerReply LetIn(ServerRequest request) =>
            request.Method == "CONNECT" ? new ServerReply("HTTP/1.1 200 OK\r\n\r\n") : World.Reply(200, body: "in");

        private static byte[] MessageOf(ServerRequest request, string field) => Convert.FromBase64String(request.Header(field)!["NTLM ".Length..]);
    }
}
