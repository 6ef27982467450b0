namespace PollHttp.Parity;

public sealed class AuthenticationTests
{
    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi";
    private const string Digest = "Digest realm=\"r\", nonce=\"n\"";

    private static readonly string[] Everything = ["sent", "body", "status", "headers", "content headers", "request", "error"];

    private static NetworkCredential User => new("user", "secret");

    private static string Challenge(params string[] challenges) =>
        $"HTTP/1.1 401 No\r\n{string.Concat(challenges.Select(static c => $"WWW-Authenticate: {c}\r\n"))}Content-Length: 2\r\n\r\nno";

    private static void NoteSent(RawServer server, Observation seen)
    {
        foreach (RawRequest request in server.Requests)
        {
            seen.Note("sent", $"#{request.Connection} {request.Line} {DigestText.Check(request, "Authorization", "user", "secret")} || {request.Content}");
        }
    }

    private static Task SendAsync(
        string[] replies, object credentials, Difference? known = null, Func<HttpContent?>? content = null, params string[] paths) => Compare.RunAsync(
        async (subject, seen) =>
        {
            await using RawServer server = RawServer.Replying(replies);
            HttpClient client = subject.Client(("Credentials", credentials is Func<RawServer, ICredentials> make ? make(server) : credentials));
            foreach (string path in paths.Length == 0 ? ["/path?q"] : paths)
            {
                await seen.TryAsync("error", async () =>
                {
                    using HttpRequestMessage request = new(content is null ? HttpMethod.Get : HttpMethod.Post, server.Uri(path)) { Content = content?.Invoke() };
                    using HttpResponseMessage response = await client.SendAsync(request);
                    seen.Note(response, server);
                    seen.Note("body", await response.Content.ReadAsStringAsync());
                });
            }

            NoteSent(server, seen);
        },
        known);

    [Theory]
    [Trait("parity", "P-047")]
    [Trait("parity", "P-167")]
    [InlineData(Digest)]
    [InlineData(Digest + ", qop=\"auth\"")]
    [InlineData(Digest + ", qop=\"auth,auth-int\"")]
    [InlineData(Digest + ", algorithm=MD5, qop=\"auth\"")]
    [InlineData(Digest + ", algorithm=MD5-sess, qop=\"auth\"")]
    [InlineData(Digest + ", algorithm=SHA-256, qop=\"auth\"")]
    [InlineData(Digest + ", algorithm=SHA-256-sess, qop=\"auth\"")]
    [InlineData(Digest + ", algorithm=\"SHA-256\", qop=\"auth\"")]
    [InlineData(Digest + ", algorithm=sha-256")]
    [InlineData(Digest + ", opaque=\"o\", domain=\"/other\"")]
    [InlineData(Digest + ", opaque=\"\"")]
    [InlineData(Digest + ", qop=\"auth\", userhash=false, charset=UTF-8")]
    [InlineData(Digest + ", unknown=x, more=\"y\"")]
    [InlineData("DIGEST REALM=\"r\", NONCE=\"n\", QOP=\"auth\"")]
    [InlineData("Digest  realm = \"r\" ,  nonce = \"n\"")]
    [InlineData("Digest realm=\"\", nonce=\"n\"")]
    public Task Digest_is_answered(string challenge) => SendAsync([Challenge(challenge), Ok], User, content: static () => new StringContent("content"));

    [Theory]
    [Trait("parity", "P-167")]
    [InlineData(Digest + ", qop=auth")]
    [InlineData("Digest realm=\"with \\\"quotes\\\"\", nonce=\"n\"")]
    [InlineData("Digest realm=r, nonce=\"n\"")]
    [InlineData("Digest realm=\"r\", nonce=n")]
    [InlineData("Digest realm=\"r\" nonce=\"n\"")]
    [InlineData("Digest realm=\"r\", nonce=\"n\" algorithm=MD5")]
    public Task Quotes_in_Digest(string challenge) => SendAsync([Challenge(challenge), Ok], User, new Difference("quotes in Digest", Everything));

    [Theory]
    [Trait("parity", "P-168")]
    [InlineData("Basic, , Digest")]
    [InlineData("Other a=b c:/d \"e, f\", Basic realm=x")]
    public Task Malformed_challenges(string challenge) => SendAsync([Challenge(challenge), Ok], User, new Difference("malformed challenges", Everything));

    [Fact]
    [Trait("parity", "P-047")]
    public Task Digest_over_contents() =>
        SendAsync([Challenge(Digest + ", qop=\"auth-int\""), Ok], User, new Difference("Digest over contents", Everything), static () => new StringContent("content"));

    [Theory]
    [Trait("parity", "P-168")]
    [InlineData("Digest")]
    [InlineData("Digest ")]
    [InlineData(Digest + ", algorithm=SHA-512")]
    [InlineData(Digest + ", algorithm=none")]
    [InlineData("Digest nonce=\"n\"")]
    [InlineData("Digest realm=\"r\"")]
    [InlineData("Digest realm=\"r, nonce=\"n\"")]
    [InlineData("Bearer realm=\"r\"")]
    [InlineData("Basic2 realm=\"r\"")]
    [InlineData("Basic")]
    [InlineData("Basic realm=r")]
    public Task Other_challenges(string challenge) => SendAsync([Challenge(challenge), Ok], User);

    [Theory]
    [Trait("parity", "P-045")]
    [Trait("parity", "P-167")]
    [InlineData("Basic realm=\"b\"", Digest)]
    [InlineData(Digest, "Basic realm=\"b\"")]
    [InlineData("Basic realm=\"b\", " + Digest, "")]
    [InlineData("Bearer realm=\"x\", Basic realm=\"b\"", "")]
    [InlineData("Bearer", Digest)]
    public Task One_of_several_is_answered(string first, string second) =>
        SendAsync([second.Length == 0 ? Challenge(first) : Challenge(first, second), Ok], User);

    [Theory]
    [Trait("parity", "P-167")]
    [InlineData("NTLM")]
    [InlineData("Negotiate")]
    [InlineData(Digest + ", algorithm=SHA-512")]
    public async Task One_that_can_not_be_answered_gives_way_to_the_next(string first)
    {
        if (first.Contains("SHA-512", StringComparison.Ordinal) || !CanSpeak(first))
        {
            await SendAsync([Challenge(first, "Basic realm=\"b\""), Ok], User, new Difference("challenges that can't be answered", Everything));
        }
    }

    /// <summary>Whether this machine has what the scheme needs.</summary>
    private static bool CanSpeak(string scheme)
    {
        using System.Net.Security.NegotiateAuthentication dialogue = new(new System.Net.Security.NegotiateAuthenticationClientOptions { Package = scheme, Credential = User });
        dialogue.GetOutgoingBlob(default(ReadOnlySpan<byte>), out System.Net.Security.NegotiateAuthenticationStatusCode status);
        return status is System.Net.Security.NegotiateAuthenticationStatusCode.ContinueNeeded or System.Net.Security.NegotiateAuthenticationStatusCode.Completed;
    }

    [Fact]
    [Trait("parity", "P-167")]
    public Task The_stronger_of_two_Digests() => SendAsync(
        [Challenge(Digest + ", algorithm=MD5", Digest + ", algorithm=SHA-256"), Ok], User, new Difference("two Digest challenges", "sent"));

    [Fact]
    [Trait("parity", "P-169")]
    public Task A_wrong_answer_to_Digest() => SendAsync([Challenge(Digest)], User);

    [Fact]
    [Trait("parity", "P-169")]
    public Task A_nonce_that_was_too_old() =>
        SendAsync([Challenge(Digest), Challenge("Digest realm=\"r\", nonce=\"second\", stale=true"), Ok], User);

    [Fact]
    [Trait("parity", "P-169")]
    public Task A_nonce_that_is_always_too_old() => SendAsync([Challenge("Digest realm=\"r\", nonce=\"n\", stale=true")], User);

    [Fact]
    [Trait("parity", "P-169")]
    public Task Another_challenge_after_the_answer() => SendAsync([Challenge(Digest), Challenge("Basic realm=\"b\""), Ok], User);

    [Theory]
    [Trait("parity", "P-049")]
    [InlineData("user", "secret", "")]
    [InlineData("user", "secret", "domain")]
    [InlineData("us\u00e9r", "s\u20accret", "")]
    [InlineData("user", "", "")]
    [InlineData("", "secret", "")]
    public Task Basic_credentials(string user, string password, string domain) =>
        SendAsync([Challenge("Basic realm=\"b\""), Ok], new NetworkCredential(user, password, domain));

    [Theory]
    [Trait("parity", "P-049")]
    [InlineData("user:name")]
    public Task Users_that_Basic_can_not_say(string user) =>
        SendAsync([Challenge("Basic realm=\"b\""), Ok], new NetworkCredential(user, "x"), new Difference("users with a colon", Everything));

    [Fact]
    [Trait("parity", "P-049")]
    public Task Digest_with_a_domain() => SendAsync([Challenge(Digest), Ok], new NetworkCredential("user", "secret", "domain"));

    [Fact]
    [Trait("parity", "P-049")]
    public Task The_credentials_of_the_process_are_not_for_Basic() => SendAsync([Challenge("Basic realm=\"b\""), Ok], CredentialCache.DefaultCredentials);

    private static ICredentials Cache(RawServer server, string path, string scheme)
    {
        CredentialCache cache = new();
        cache.Add(server.Uri(path), scheme, User);
        return cache;
    }

    [Theory]
    [Trait("parity", "P-049")]
    [InlineData("/", "Basic")]
    [InlineData("/", "Digest")]
    [InlineData("/path", "Basic")]
    [InlineData("/elsewhere", "Basic")]
    public Task A_cache_of_credentials(string path, string scheme) =>
        SendAsync([Challenge(Digest, "Basic realm=\"b\""), Ok], (Func<RawServer, ICredentials>)(server => Cache(server, path, scheme)));

    [Fact]
    [Trait("parity", "P-171")]
    public Task A_content_that_can_be_sent_once() => SendAsync(
        [Challenge("Basic realm=\"b\""), Ok], User, content: static () => new StreamContent(new OneWay("content"u8.ToArray())));

    [Fact]
    [Trait("parity", "P-171")]
    public Task A_content_of_unknown_length_is_written_again() => SendAsync(
        [Challenge("Basic realm=\"b\""), Ok], User, content: static () => new Unknown("content"));

    private sealed class OneWay(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;
    }

    [Theory]
    [Trait("parity", "P-045")]
    [InlineData("Content-Length: 100000\r\n\r\n", 100_000)]
    [InlineData("Connection: close\r\nContent-Length: 2\r\n\r\n", 2)]
    public Task What_comes_with_a_challenge_is_skipped(string framing, int size) => Compare.RunAsync(async (subject, seen) =>
    {
        await using RawServer server = RawServer.Replying(
            $"HTTP/1.1 401 No\r\nWWW-Authenticate: Basic realm=\"b\"\r\nSet-Cookie: early=1\r\n{framing}{new string('x', size)}", Ok);
        HttpClient client = subject.Client(("Credentials", User));
        await Compare.GetAsync(client, server, seen);
    });

    [Theory]
    [Trait("parity", "P-046")]
    [Trait("parity", "P-170")]
    [InlineData("/dir/first", "/dir/second", "/dir/sub/third", "/other", "/")]
    [InlineData("/first", "/dir/second")]
    [InlineData("/dir/", "/dir", "/dir/x?q", "/directory")]
    [InlineData("/a/b?x=/c/d", "/a/c", "/c/d")]
    public Task PreAuthenticate(params string[] paths) => Compare.RunAsync(async (subject, seen) =>
    {
        await using RawServer server = new(static async connection =>
        {
            while (await connection.ReadRequestAsync() is { } request)
            {
                await connection.WriteAsync(request.Field("Authorization") is null ? Challenge("Basic realm=\"b\"") : Ok);
            }
        });
        CredentialCache cache = new();
        cache.Add(server.Uri(), "Basic", User);
        HttpClient client = subject.Client(("Credentials", cache), ("PreAuthenticate", true));
        foreach (string path in paths)
        {
            using HttpResponseMessage response = await client.GetAsync(server.Uri(path));
            seen.Note("status", (int)response.StatusCode);
        }

        NoteSent(server, seen);
    });

    [Theory]
    [Trait("parity", "P-170")]
    [InlineData("HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n")]
    [InlineData("HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n")]
    [InlineData("HTTP/1.1 302 Go\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n")]
    public Task PreAuthenticate_whatever_the_answer(string answer) => Compare.RunAsync(async (subject, seen) =>
    {
        await using RawServer server = RawServer.Replying(Challenge("Basic realm=\"b\""), answer, Ok);
        CredentialCache cache = new();
        cache.Add(server.Uri(), "Basic", User);
        HttpClient client = subject.Client(("Credentials", cache), ("PreAuthenticate", true), ("AllowAutoRedirect", false));
        for (int i = 0; i < 2; i++)
        {
            using HttpResponseMessage response = await client.GetAsync(server.Uri("/dir/x"));
            seen.Note("status", (int)response.StatusCode);
        }

        NoteSent(server, seen);
    });

    [Theory]
    [Trait("parity", "P-170")]
    [InlineData("Basic realm=\"b\"")]
    [InlineData("Basic realm=\"other\"")]
    [InlineData(Digest)]
    [InlineData("Unknown")]
    public Task PreAuthenticate_that_is_refused_later(string later) => Compare.RunAsync(async (subject, seen) =>
    {
        await using RawServer server = RawServer.Replying(Challenge("Basic realm=\"b\""), Ok, Challenge(later));
        HttpClient client = subject.Client(("Credentials", Both(server)), ("PreAuthenticate", true));
        for (int i = 0; i < 3; i++)
        {
            using HttpResponseMessage response = await client.GetAsync(server.Uri("/dir/x"));
            seen.Note("status", (int)response.StatusCode);
        }

        NoteSent(server, seen);
    });

    private static CredentialCache Both(RawServer server)
    {
        CredentialCache cache = new();
        cache.Add(server.Uri(), "Basic", User);
        cache.Add(server.Uri(), "Digest", User);
        return cache;
    }

    [Fact]
    [Trait("parity", "P-170")]
    public Task PreAuthenticate_is_not_for_Digest() => Compare.RunAsync(async (subject, seen) =>
    {
        await using RawServer server = RawServer.Replying(Challenge(Digest + ", qop=\"auth\""), Ok, Challenge(Digest + ", qop=\"auth\""), Ok);
        HttpClient client = subject.Client(("Credentials", User), ("PreAuthenticate", true));
        for (int i = 0; i < 2; i++)
        {
            using HttpResponseMessage response = await client.GetAsync(server.Uri("/dir/x"));
            seen.Note("status", (int)response.StatusCode);
        }

        NoteSent(server, seen);
    });

    [Theory]
    [Trait("parity", "P-046")]
    [InlineData(true)]
    [InlineData(false)]
    public Task Without_PreAuthenticate_each_request_is_challenged(bool preAuthenticate) => Compare.RunAsync(async (subject, seen) =>
    {
        await using RawServer server = new(static async connection =>
        {
            while (await connection.ReadRequestAsync() is { } request)
            {
                await connection.WriteAsync(request.Field("Authorization") is null ? Challenge("Basic realm=\"b\"") : Ok);
            }
        });
        HttpClient client = subject.Client(("Credentials", User), ("PreAuthenticate", preAuthenticate));
        for (int i = 0; i < 3; i++)
        {
            using HttpResponseMessage response = await client.GetAsync(server.Uri("/dir/x"));
        }

        NoteSent(server, seen);
    });

    [Theory]
    [Trait("parity", "P-039")]
    [Trait("parity", "P-137")]
    [InlineData(true)]
    [InlineData(false)]
    public Task Credentials_after_a_redirect(bool isCache) => Compare.RunAsync(async (subject, seen) =>
    {
        await using RawServer server = RawServer.Replying(
            Challenge("Basic realm=\"b\""), "HTTP/1.1 302 Go\r\nLocation: /next\r\nContent-Length: 0\r\n\r\n", Challenge("Basic realm=\"b\""), Ok);
        HttpClient client = subject.Client(("Credentials", isCache ? Cache(server, "/", "Basic") : User));
        await Compare.GetAsync(client, server, seen);
        NoteSent(server, seen);
    });

    [Theory]
    [Trait("parity", "P-045")]
    [InlineData("GetCredential throws")]
    [InlineData("GetCredential gives null")]
    public Task Credentials_of_the_callers_own_code(string how) => Compare.RunAsync(async (subject, seen) =>
    {
        await using RawServer server = RawServer.Replying(Challenge("Basic realm=\"b\""), Ok);
        HttpClient client = subject.Client(("Credentials", new Scripted(how)));
        for (int i = 0; i < 2; i++)
        {
            await seen.TryAsync("error", async () => seen.Note("status", (int)(await client.GetAsync(server.Uri())).StatusCode));
        }

        seen.Note("requests", server.Requests.Count);
    });

    private sealed class Scripted(string how) : ICredentials
    {
        public NetworkCredential? GetCredential(Uri uri, string authType) =>
            how.EndsWith("null", StringComparison.Ordinal) ? null : throw new InvalidTimeZoneException("mine");
    }
}
