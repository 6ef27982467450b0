namespace PollHttp.Parity;

/// <summary>What becomes of the caller's message when a redirect is followed.</summary>
public sealed class RedirectMessageTests
{
    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi";

    private static string Redirect(int status, string location) => $"HTTP/1.1 {status} Go\r\nLocation: {location}\r\nContent-Length: 3\r\n\r\nbye";

    [Theory]
    [Trait("parity", "P-014")]
    [Trait("parity", "P-024")]
    [Trait("parity", "P-036")]
    [Trait("parity", "P-132")]
    [InlineData("POST", 301, "/next")]
    [InlineData("POST", 303, "/next")]
    [InlineData("POST", 307, "/next")]
    [InlineData("PUT", 303, "/next")]
    [InlineData("PUT", 308, "/next")]
    [InlineData("GET", 302, "/next")]
    [InlineData("GET", 302, "/next#own")]
    [InlineData("get", 302, "/next")]
    [InlineData("GET", 404, "/next")]
    [InlineData("GET", 302, "ftp://127.0.0.1/")]
    public Task The_message_afterwards(string method, int status, string location) => Compare.RunAsync(async (subject, seen) =>
    {
        await using RawServer server = RawServer.Replying(Redirect(status, location), Ok);
        using Noting content = new();
        using HttpRequestMessage request = new(new HttpMethod(method), server.Uri("/start#frag")) { Content = method is "POST" or "PUT" ? content : null };
        request.Headers.TryAddWithoutValidation("Authorization", "Bearer x");
        request.Headers.TryAddWithoutValidation("Cookie", "a=b");
        request.Headers.TransferEncodingChunked = request.Content is not null;
        request.Options.Set(new HttpRequestOptionsKey<string>("key"), "value");
        try
        {
            using HttpResponseMessage response = await subject.Invoker().SendAsync(request, default);
            seen.Note("same", ReferenceEquals(request, response.RequestMessage));
        }
        catch (HttpRequestException) when (location.StartsWith("ftp", StringComparison.Ordinal))
        {
            return; // listed among the differences
        }

        seen.Note("request", server.Describe($"{request.Method} {request.RequestUri} {request.Version} {request.Content is null}"));
        seen.Note("fields", Observation.Describe(request.Headers));
        seen.Note("options", request.Options.Count());
        seen.Note("content", $"disposed: {content.IsDisposed}, written: {content.Written}");
        seen.Note("received", server.Received);
    }, location.StartsWith("ftp", StringComparison.Ordinal) ? new Difference("redirects to other schemes", "content", "fields", "options", "received", "request", "same") : null);

    private sealed class Noting : HttpContent
    {
        public bool IsDisposed { get; private set; }

        public int Written { get; private set; }

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            Written++;
            return stream.WriteAsync("content"u8.ToArray()).AsTask();
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 7;
            return true;
        }

        protected override void Dispose(bool disposing)
        {
            IsDisposed = true;
            base.Dispose(disposing);
        }
    }

    [Theory]
    [Trait("parity", "P-014")]
    [InlineData(HttpCompletionOption.ResponseHeadersRead)]
    [InlineData(HttpCompletionOption.ResponseContentRead)]
    public Task The_content_is_the_callers(HttpCompletionOption option) => Compare.RunAsync(async (subject, seen) =>
    {
        await using RawServer server = RawServer.Replying(Ok);
        using Noting content = new();
        using HttpRequestMessage request = new(HttpMethod.Post, server.Uri()) { Content = content };
        using HttpResponseMessage response = await subject.Client().SendAsync(request, option);
        seen.Note("disposed", content.IsDisposed);
    });

    [Theory]
    [Trait("parity", "P-037")]
    [Trait("parity", "P-135")]
    [InlineData(true)]
    [InlineData(false)]
    public Task Between_http_and_https(bool startsSecure) => Compare.RunAsync(async (subject, seen) =>
    {
        System.Net.Security.SslServerAuthenticationOptions tls = new() { ServerCertificate = Certificates.Localhost };
        await using RawServer to = RawServer.Replying(startsSecure ? null : tls, Ok);
        await using RawServer from = RawServer.Replying(startsSecure ? tls : null, Redirect(302, to.Origin + "/next"));
        HttpClient client = subject.Client(
            ("SslOptions", new System.Net.Security.SslClientAuthenticationOptions { RemoteCertificateValidationCallback = static (_, _, _, _) => true }));
        using HttpResponseMessage response = await client.GetAsync(from.Uri("/start"));
        seen.Note("status", (int)response.StatusCode);
        seen.Note("request", response.RequestMessage!.RequestUri!.AbsolutePath);
        seen.Note("from", from.Received);
        seen.Note("to", to.Received);
    });

    [Theory]
    [Trait("parity", "P-038")]
    [InlineData("http://user:secret@{0}/next")]
    [InlineData("//{0}/next")]
    [InlineData("http:///next")]
    [InlineData("http://")]
    [InlineData("/caf\u00c3\u00a9")]
    [InlineData("/caf\u00e9")]
    [InlineData("/a b")]
    [InlineData("  /next  ")]
    [InlineData("#only")]
    [InlineData("/a\\b")]
    public Task Odd_locations(string location) => Compare.RunAsync(async (subject, seen) =>
    {
        RawServer? server = null;
        server = new(async connection =>
        {
            while (await connection.ReadRequestAsync() is { } request)
            {
                await connection.WriteAsync(
                    request.Line.Contains("/start", StringComparison.Ordinal)
                        ? Redirect(302, location.Replace("{0}", $"127.0.0.1:{server!.Port}", StringComparison.Ordinal))
                        : Ok);
            }
        });
        await using RawServer raw = server;
        await seen.TryAsync("error", async () =>
        {
            using HttpResponseMessage response = await subject.Client(("MaxAutomaticRedirections", 2)).GetAsync(raw.Uri("/start?q#frag"));
            seen.Note(response, raw);
        });
        seen.Note("received", raw.Received);
    }, location.Contains('@') ? new Difference("users in redirects", "request")
        : location.Contains('\\') ? new Difference("backslashes in redirects", "request", "received")
        : location == "/caf\u00e9" ? new Difference("redirects in Latin-1", "request", "received")
        : null);

    [Theory]
    [Trait("parity", "P-039")]
    [InlineData(true)]
    [InlineData(false)]
    public Task Secrets_set_by_hand(bool sameOrigin) => Compare.RunAsync(async (subject, seen) =>
    {
        await using RawServer other = RawServer.Replying(Ok);
        await using RawServer server = RawServer.Replying(Redirect(302, sameOrigin ? "/next" : other.Origin + "/next"), Ok);
        using HttpRequestMessage request = new(HttpMethod.Get, server.Uri("/start"));
        request.Headers.TryAddWithoutValidation("Authorization", "Bearer x");
        request.Headers.TryAddWithoutValidation("Cookie", "a=b");
        request.Headers.TryAddWithoutValidation("X-Api-Key", "k");
        request.Headers.TryAddWithoutValidation("X-Harmless", "1");
        using HttpResponseMessage response = await subject.Client().SendAsync(request);
        seen.Note("received", server.Received);
        seen.Note("other", other.Received);
    }, sameOrigin ? null : new Difference("secrets set by hand", "other"));

    [Theory]
    [Trait("parity", "P-041")]
    [InlineData(3)]
    [InlineData(100_000)]
    [InlineData(2_000_000)]
    public Task The_body_of_a_redirect_is_skipped(int size) => Compare.RunAsync(async (subject, seen) =>
    {
        await using RawServer server = RawServer.Replying(
            $"HTTP/1.1 302 Go\r\nLocation: /next\r\nContent-Length: {size}\r\n\r\n{new string('x', size)}", Ok);
        await Compare.GetAsync(subject.Client(), server, seen);
    });

    [Fact]
    [Trait("parity", "P-040")]
    public Task Cookies_of_each_hop_are_for_the_next() => Compare.RunAsync(async (subject, seen) =>
    {
        await using RawServer server = RawServer.Replying(
            "HTTP/1.1 302 Go\r\nLocation: /two\r\nSet-Cookie: one=1\r\nContent-Length: 0\r\n\r\n",
            "HTTP/1.1 302 Go\r\nLocation: /three\r\nSet-Cookie: one=; Max-Age=0\r\nSet-Cookie: two=2; Path=/three\r\nContent-Length: 0\r\n\r\n",
            Ok);
        CookieContainer container = new();
        await Compare.GetAsync(subject.Client(("CookieContainer", container)), server, seen, "/one");
        seen.Note("kept", container.Count);
    });

    [Fact]
    [Trait("parity", "P-017")]
    public Task Options_and_properties_travel_with_the_message() => Compare.RunAsync(async (subject, seen) =>
    {
        await using RawServer server = RawServer.Replying(Redirect(302, "/next"), Ok);
        using HttpRequestMessage request = new(HttpMethod.Get, server.Uri("/start"));
        request.Options.Set(new HttpRequestOptionsKey<string>("key"), "value");
#pragma warning disable CS0618 // what old code uses
        request.Properties["old"] = 1;
        using HttpResponseMessage response = await subject.Client().SendAsync(request);
        seen.Note("properties", string.Join(" ", response.RequestMessage!.Properties.Select(static p => $"{p.Key}={p.Value}")));
#pragma warning restore CS0618
        response.RequestMessage.Options.TryGetValue(new HttpRequestOptionsKey<string>("key"), out string? value);
        seen.Note("option", value);
    });
}
