using System.Net.Security;
using System.Net.Sockets;

namespace PollHttp.Parity;

public sealed class ProxyTests
{
    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi";
    private const string Established = "HTTP/1.1 200 Established\r\n\r\n";

    private static SslServerAuthenticationOptions Tls => new() { ServerCertificate = Certificates.Localhost };

    private static SslClientAuthenticationOptions Trusting => new() { RemoteCertificateValidationCallback = static (_, _, _, _) => true };

    private static WebProxy Proxy(RawServer server, string user = "", string scheme = "http") => new($"{scheme}://127.0.0.1:{server.Port}")
    {
        Credentials = user.Length == 0 ? null : new NetworkCredential(user, "secret"),
    };

    /// <summary>Answers each CONNECT with the next of the replies; after a 200 it is the origin, with TLS.</summary>
    private static RawServer Tunneling(params string[] replies) => Tunneling(null, replies);

    private static RawServer Tunneling(SslServerAuthenticationOptions? proxyTls, params string[] replies)
    {
        int next = 0;
        return new(
            async connection =>
            {
                while (await connection.ReadRequestAsync() is { } request)
                {
                    if (request.Method != "CONNECT")
                    {
                        await connection.WriteAsync(Ok);
                        continue;
                    }

                    string reply = replies[Math.Min(Interlocked.Increment(ref next) - 1, replies.Length - 1)];
                    bool close = reply.EndsWith(RawServer.Close, StringComparison.Ordinal);
                    await connection.WriteAsync(close ? reply[..^RawServer.Close.Length] : reply);
                    if (close)
                    {
                        connection.Close();
                        return;
                    }

                    if (reply.StartsWith("HTTP/1.1 2", StringComparison.Ordinal))
                    {
                        await connection.SecureAsync(Tls);
                    }
                }
            },
            proxyTls);
    }

    private static string Challenge(int status, string challenge, string more = "") =>
        $"HTTP/1.1 {status} Who\r\n{(status == 407 ? "Proxy-Authenticate" : "WWW-Authenticate")}: {challenge}\r\n{more}Content-Length: 2\r\n\r\nno";

    private static async Task GetTwiceAsync(HttpClient client, string address, RawServer server, Observation seen, Action<HttpRequestMessage>? change = null)
    {
        for (int i = 0; i < 2; i++)
        {
            await seen.TryAsync("error", async () =>
            {
                using HttpRequestMessage request = new(HttpMethod.Get, address);
                change?.Invoke(request);
                using HttpResponseMessage response = await client.SendAsync(request);
                seen.Note(response, server);
                seen.Note("body", await response.Content.ReadAsStringAsync());
            });
        }

        seen.Note("received", server.Received);
    }

    [Theory]
    [Trait("parity", "P-054")]
    [Trait("parity", "P-163")]
    [InlineData("https://far.example/path?q")]
    [InlineData("https://far.example:444/")]
    [InlineData("https://[::1]:445/")]
    [InlineData("https://b\u00fccher.example/")]
    public Task A_tunnel(string address) => Compare.RunAsync(async (subject, seen) =>
    {
        await using RawServer server = Tunneling(Established);
        HttpClient client = subject.Client(("Proxy", Proxy(server)), ("SslOptions", Trusting));
        await GetTwiceAsync(client, address, server, seen, static request =>
        {
            request.Headers.UserAgent.ParseAdd("agent/1");
            request.Headers.Add("X-Secret", "of the origin");
            request.Headers.Add("Cookie", "a=b");
        });
    });

    [Fact]
    [Trait("parity", "P-163")]
    public Task A_tunnel_without_User_Agent() => Compare.RunAsync(async (subject, seen) =>
    {
        await using RawServer server = Tunneling(Established);
        HttpClient client = subject.Client(("Proxy", Proxy(server)), ("SslOptions", Trusting));
        await GetTwiceAsync(client, "https://far.example/", server, seen);
    });

    [Theory]
    [Trait("parity", "P-051")]
    [InlineData(407, "")]
    [InlineData(403, "")]
    [InlineData(502, "")]
    [InlineData(301, "")]
    [InlineData(407, "other")]
    public Task A_tunnel_that_is_refused(int status, string user) => Compare.RunAsync(async (subject, seen) =>
    {
        await using RawServer server = Tunneling(Challenge(status, "Basic realm=\"r\"", "Location: http://elsewhere.invalid/\r\nSet-Cookie: a=b\r\n"));
        HttpClient client = subject.Client(("Proxy", Proxy(server, user)), ("SslOptions", Trusting));
        await GetTwiceAsync(client, "https://far.example/", server, seen);
    }, new Difference("proxies that refuse a tunnel", "received"));

    [Theory]
    [Trait("parity", "P-051")]
    [InlineData("garbage\r\n\r\n")]
    [InlineData("<close>")]
    [InlineData("HTTP/1.1 200 OK<close>")]
    public Task A_tunnel_that_breaks(string reply) => Compare.RunAsync(async (subject, seen) =>
    {
        await using RawServer server = Tunneling(reply);
        HttpClient client = subject.Client(("Proxy", Proxy(server)), ("SslOptions", Trusting));
        await seen.TryAsync("error", () => client.GetAsync("https://far.example/"));
    }, new Difference("tunnels that break", "error"));

    [Theory]
    [Trait("parity", "P-164")]
    [Trait("parity", "P-156")]
    [InlineData("Basic realm=\"r\"", "")]
    [InlineData("Basic realm=\"r\"", "Connection: close\r\n")]
    [InlineData("Unknown x, Basic realm=\"r\"", "")]
    public Task A_tunnel_for_which_one_must_say_who_one_is(string challenge, string more) => Compare.RunAsync(async (subject, seen) =>
    {
        await using RawServer server = Tunneling(Challenge(407, challenge, more) + (more.Length > 0 ? RawServer.Close : ""), Established);
        HttpClient client = subject.Client(
            ("Proxy", Proxy(server, "user")), ("SslOptions", Trusting), ("Credentials", new NetworkCredential("origin", "not for the proxy")));
        await GetTwiceAsync(client, "https://far.example/", server, seen);
    });

    [Theory]
    [Trait("parity", "P-164")]
    [InlineData("http://far.example/path")]
    [InlineData("https://far.example/path")]
    public Task Digest_for_a_proxy(string address) => Compare.RunAsync(async (subject, seen) =>
    {
        const string challenge = "Digest realm=\"r\", nonce=\"n\", qop=\"auth\", algorithm=SHA-256";
        await using RawServer server = address.StartsWith("https", StringComparison.Ordinal)
            ? Tunneling(Challenge(407, challenge), Established)
            : RawServer.Replying(Challenge(407, challenge), Ok);
        HttpClient client = subject.Client(("Proxy", Proxy(server, "user")), ("SslOptions", Trusting));
        using HttpResponseMessage response = await client.GetAsync(address);
        seen.Note("status", (int)response.StatusCode);
        foreach (RawRequest request in server.Requests)
        {
            seen.Note("sent", $"#{request.Connection} {request.Line} {DigestText.Check(request, "Proxy-Authorization", "user", "secret")}");
        }
    }, new Difference("Digest towards proxies", "sent"));

    [Theory]
    [Trait("parity", "P-164")]
    [InlineData("http://far.example/path")]
    public Task A_proxy_that_refuses_the_credentials(string address) => Compare.RunAsync(async (subject, seen) =>
    {
        await using RawServer server = RawServer.Replying(Challenge(407, "Basic realm=\"r\""));
        HttpClient client = subject.Client(("Proxy", Proxy(server, "user")));
        await GetTwiceAsync(client, address, server, seen);
    });

    [Fact]
    [Trait("parity", "P-164")]
    public Task Proxy_and_origin_both_ask() => Compare.RunAsync(async (subject, seen) =>
    {
        await using RawServer server = new(async connection =>
        {
            while (await connection.ReadRequestAsync() is { } request)
            {
                if (request.Method != "CONNECT")
                {
                    await connection.WriteAsync(request.Field("Authorization") is null ? Challenge(401, "Basic realm=\"o\"") : Ok);
                }
                else if (request.Field("Proxy-Authorization") is null)
                {
                    await connection.WriteAsync(Challenge(407, "Basic realm=\"p\""));
                }
                else
                {
                    await connection.WriteAsync(Established);
                    await connection.SecureAsync(Tls);
                }
            }
        });
        HttpClient client = subject.Client(
            ("Proxy", Proxy(server, "proxy")), ("SslOptions", Trusting), ("Credentials", new NetworkCredential("origin", "other")));
        await GetTwiceAsync(client, "https://far.example/", server, seen);
    });

    [Fact]
    [Trait("parity", "P-055")]
    public Task An_HTTPS_proxy() => Compare.RunAsync(async (subject, seen) =>
    {
        await using RawServer server = RawServer.Replying(Tls, Ok);
        WebProxy proxy = new($"https://localhost:{server.Port}");
        HttpClient client = subject.Client(("Proxy", proxy), ("SslOptions", Trusting));
        await GetTwiceAsync(client, "http://far.example/path", server, seen);
    });

    [Fact]
    [Trait("parity", "P-055")]
    public Task A_tunnel_through_an_HTTPS_proxy() => Compare.RunAsync(async (subject, seen) =>
    {
        await using RawServer server = Tunneling(Tls, Established);
        WebProxy proxy = new($"https://localhost:{server.Port}");
        HttpClient client = subject.Client(("Proxy", proxy), ("SslOptions", Trusting));
        await GetTwiceAsync(client, "https://far.example/path", server, seen);
    });

    [Theory]
    [Trait("parity", "P-055")]
    [InlineData("ftp")]
    [InlineData("socks")]
    public Task Proxies_of_other_schemes(string scheme) => Compare.RunAsync(async (subject, seen) =>
    {
        HttpClient client = subject.Client(("Proxy", new WebProxy($"{scheme}://127.0.0.1:9")));
        await seen.TryAsync("error", () => client.GetAsync("http://far.example/"));
    });

    [Fact]
    [Trait("parity", "P-056")]
    public Task A_proxy_where_nobody_listens() => Compare.RunAsync(async (subject, seen) =>
    {
        HttpClient client = subject.Client(("Proxy", new WebProxy("http://127.0.0.1:9")));
        await seen.TryAsync("http", () => client.GetAsync("http://far.example/"));
        await seen.TryAsync("https", () => client.GetAsync("https://far.example/"));
        try
        {
            await client.GetAsync("http://far.example/");
        }
        catch (HttpRequestException e)
        {
            seen.Note("names the proxy", e.Message.Contains("127.0.0.1:9", StringComparison.Ordinal));
        }
    });

    [Theory]
    [Trait("parity", "P-053")]
    [Trait("parity", "P-165")]
    [InlineData("bypass")]
    [InlineData("null")]
    [InlineData("itself")]
    [InlineData("GetProxy throws")]
    [InlineData("IsBypassed throws")]
    public Task What_a_proxy_object_says(string what) => Compare.RunAsync(async (subject, seen) =>
    {
        await using RawServer server = RawServer.Replying(Ok);
        HttpClient client = subject.Client(("Proxy", new ScriptedProxy(what)));
        await seen.TryAsync("error", async () =>
        {
            using HttpResponseMessage response = await client.GetAsync(server.Uri());
            seen.Note(response, server);
        });
        seen.Note("received", server.Received);
    }, what switch
    {
        "itself" => new Difference("proxies that are the origin", "received"),
        "bypass" or "null" => null,
        _ => new Difference("proxy objects that throw", "received", "error", "status", "headers", "content headers", "request"),
    });

    private sealed class ScriptedProxy(string what) : IWebProxy
    {
        public ICredentials? Credentials { get; set; }

        public Uri? GetProxy(Uri destination) => what switch
        {
            "null" => null,
            "itself" => destination,
            "GetProxy throws" => throw new InvalidTimeZoneException("mine"),
            _ => new Uri("http://127.0.0.1:9"),
        };

        public bool IsBypassed(Uri host) => what == "IsBypassed throws" ? throw new InvalidTimeZoneException("mine") : what == "bypass";
    }

    [Fact]
    [Trait("parity", "P-166")]
    public Task Default_credentials_serve_a_proxy_without_its_own() => Compare.RunAsync(async (subject, seen) =>
    {
        await using RawServer server = RawServer.Replying(Challenge(407, "Basic realm=\"r\""), Ok);
        HttpClient client = subject.Client(("Proxy", Proxy(server)), ("DefaultProxyCredentials", new NetworkCredential("user", "secret")));
        using HttpResponseMessage response = await client.GetAsync("http://far.example/");
        seen.Note(response, server);
        seen.Note("received", server.Received);
    });

    [Fact]
    [Trait("parity", "P-055")]
    public Task Credentials_in_the_address_of_a_proxy() => Compare.RunAsync(async (subject, seen) =>
    {
        await using RawServer server = RawServer.Replying(Challenge(407, "Basic realm=\"r\""), Ok);
        HttpClient client = subject.Client(("Proxy", new WebProxy($"http://us%65r:secr%40t@127.0.0.1:{server.Port}")));
        using HttpResponseMessage response = await client.GetAsync("http://far.example/");
        seen.Note(response, server);
        seen.Note("received", server.Received);
    }, new Difference("users in the addresses of proxies", "headers", "received", "status"));

    [Theory]
    [Trait("parity", "P-064")]
    [Trait("parity", "P-065")]
    [InlineData("http://far.example/path", true, false)]
    [InlineData("https://far.example/path", true, false)]
    [InlineData("http://far.example/path", false, true)]
    [InlineData("https://far.example/path", false, true)]
    [InlineData("http://far.example/path", true, true)]
    public Task A_proxy_beside_callbacks(string address, bool dials, bool filters) => Compare.RunAsync(
        async (subject, seen) =>
        {
            await using RawServer server = address.StartsWith("https", StringComparison.Ordinal) ? Tunneling(Established) : RawServer.Replying(Ok);
            Func<SocketsHttpConnectionContext, CancellationToken, ValueTask<Stream>> connect = async (context, token) =>
            {
                seen.Note("connect", server.Describe($"{context.DnsEndPoint.Host}:{context.DnsEndPoint.Port}"));
                Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                await socket.ConnectAsync(context.DnsEndPoint, token);
                return new NetworkStream(socket, ownsSocket: true);
            };
            Func<SocketsHttpPlaintextStreamFilterContext, CancellationToken, ValueTask<Stream>> filter = (context, _) =>
            {
                seen.Note("filter", $"{context.NegotiatedHttpVersion} {context.InitialRequestMessage.RequestUri}");
                return new(context.PlaintextStream);
            };
            HttpClient client = subject.Client(
                ("Proxy", Proxy(server)), ("SslOptions", Trusting), ("ConnectCallback", dials ? connect : null), ("PlaintextStreamFilter", filters ? filter : null));
            await GetTwiceAsync(client, address, server, seen);
        },
        filters && address.StartsWith("https", StringComparison.Ordinal) ? new Difference("filters and tunnels", "filter") : null);
}
