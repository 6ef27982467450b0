using System.IO.Compression;

namespace PollHttp.Parity;

public sealed class PolicyTests
{
    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi";

    private static string Redirect(int status, string location) => $"HTTP/1.1 {status} Go\r\nLocation: {location}\r\nContent-Length: 3\r\n\r\nbye";

    private static Task SendAsync(string method, string[] replies, Action<HttpRequestMessage>? change = null, params (string, object?)[] settings) =>
        SendExpectingAsync(method, replies, change, null, settings);

    private static Task SendExpectingAsync(
        string method, string[] replies, Action<HttpRequestMessage>? change, Difference? known, params (string, object?)[] settings) =>
        Compare.RunAsync(async (subject, seen) =>
        {
            await using RawServer server = RawServer.Replying(replies);
            using HttpRequestMessage request = new(new HttpMethod(method), server.Uri("/start?q#frag"));
            change?.Invoke(request);
            await seen.TryAsync("error", async () =>
            {
                using HttpResponseMessage response = await subject.Client(settings).SendAsync(request);
                seen.Note(response, server);
                seen.Note("body", await response.Content.ReadAsStringAsync());
            });
            seen.Note("received", server.Received);
        }, known);

    [Theory]
    [Trait("parity", "P-132")]
    [InlineData(300, "GET")]
    [InlineData(301, "GET")]
    [InlineData(302, "GET")]
    [InlineData(303, "GET")]
    [InlineData(307, "GET")]
    [InlineData(308, "GET")]
    [InlineData(300, "POST")]
    [InlineData(301, "POST")]
    [InlineData(302, "POST")]
    [InlineData(303, "POST")]
    [InlineData(307, "POST")]
    [InlineData(308, "POST")]
    [InlineData(301, "HEAD")]
    [InlineData(303, "HEAD")]
    [InlineData(303, "PUT")]
    [InlineData(302, "PUT")]
    [InlineData(302, "DELETE")]
    [InlineData(304, "GET")]
    [InlineData(200, "GET")]
    [InlineData(201, "GET")]
    [InlineData(400, "GET")]
    public Task Redirects(int status, string method) => SendAsync(
        method,
        [method == "HEAD" || status == 304 ? $"HTTP/1.1 {status} Go\r\nLocation: /next\r\n\r\n" : Redirect(status, "/next"), method == "HEAD" ? "HTTP/1.1 200 OK\r\n\r\n" : Ok],
        request => request.Content = method is "POST" or "PUT" ? new StringContent("content") : null);

    [Theory]
    [Trait("parity", "P-136")]
    [InlineData("/next")]
    [InlineData("next")]
    [InlineData("?other")]
    [InlineData("/next#own")]
    [InlineData("../up")]
    [InlineData("")]
    public Task Locations(string location) => SendAsync("GET", [Redirect(302, location), Ok]);

    [Fact]
    [Trait("parity", "P-136")]
    public Task A_location_of_another_scheme() => Compare.RunAsync(
        async (subject, seen) =>
        {
            await using RawServer server = RawServer.Replying(Redirect(302, "ftp://elsewhere.invalid/"));
            await seen.TryAsync("error", async () =>
            {
                using HttpResponseMessage response = await subject.Client().GetAsync(server.Uri());
                seen.Note("status", (int)response.StatusCode);
            });
        },
        new Difference("redirects to other schemes", "error", "status"));

    [Fact]
    [Trait("parity", "P-136")]
    public Task A_location_of_an_unknown_scheme_with_a_port() => Compare.RunAsync(
        async (subject, seen) =>
        {
            await using RawServer elsewhere = RawServer.Replying(Ok);
            await using RawServer server = RawServer.Replying(Redirect(302, $"other.scheme://127.0.0.1:{elsewhere.Port}/"));
            using HttpResponseMessage response = await subject.Client().GetAsync(server.Uri());
            seen.Note("status", (int)response.StatusCode);
            seen.Note("asked", elsewhere.Requests.Count);
        },
        new Difference("redirects to other schemes", "status", "asked"));

    [Fact]
    [Trait("parity", "P-133")]
    public Task A_redirect_without_Location() => SendAsync("GET", ["HTTP/1.1 302 Go\r\nContent-Length: 0\r\n\r\n"]);

    [Theory]
    [Trait("parity", "P-134")]
    [InlineData(1)]
    [InlineData(3)]
    public Task The_limit_of_redirects(int limit) => SendAsync("GET", [Redirect(302, "/next")], null, ("MaxAutomaticRedirections", limit));

    [Fact]
    [Trait("parity", "P-035")]
    public Task Redirects_not_wanted() => SendAsync("GET", [Redirect(302, "/next"), Ok], null, ("AllowAutoRedirect", false));

    [Fact]
    [Trait("parity", "P-137")]
    public Task Authorization_does_not_go_along() => SendAsync(
        "GET", [Redirect(302, "/next"), Ok], static request => request.Headers.TryAddWithoutValidation("Authorization", "Bearer x"));

    [Theory]
    [Trait("parity", "P-140")]
    [InlineData("a=1")]
    [InlineData("a=1; Path=/")]
    [InlineData("a=1; Path=/start")]
    [InlineData("a=1; Max-Age=0")]
    [InlineData("a=1; Expires=Thu, 01 Jan 1970 00:00:00 GMT")]
    [InlineData("a=1; Secure")]
    [InlineData("a=1; HttpOnly")]
    [InlineData("a=1; Domain=other.example")]
    [InlineData("a=")]
    [InlineData("=x")]
    [InlineData("a=\"quoted value\"")]
    public Task Cookies_are_kept_and_sent(string cookie) => SendAsync(
        "GET", [$"HTTP/1.1 302 Go\r\nSet-Cookie: {cookie}\r\nSet-Cookie: second=2; Path=/\r\nLocation: /start/next\r\nContent-Length: 0\r\n\r\n", Ok]);

    [Theory]
    [Trait("parity", "P-138")]
    [InlineData(true)]
    [InlineData(false)]
    public Task Cookies_of_the_caller(bool useCookies) => Compare.RunAsync(async (subject, seen) =>
    {
        await using RawServer server = RawServer.Replying(Ok);
        CookieContainer container = new();
        container.Add(server.Uri(), new Cookie("kept", "1"));
        HttpClient client = subject.Client(("UseCookies", useCookies), ("CookieContainer", container));
        using HttpRequestMessage request = new(HttpMethod.Get, server.Uri());
        request.Headers.Add("Cookie", "own=2");
        using HttpResponseMessage response = await client.SendAsync(request);
        seen.Note("received", server.Received);
    });

    [Theory]
    [Trait("parity", "P-167")]
    [InlineData("Basic realm=\"r\"")]
    [InlineData("basic realm=\"r\"")]
    [InlineData("Unknown x, Basic realm=\"r\"")]
    [InlineData("Unknown")]
    [InlineData("")]
    public Task A_challenge_is_answered(string challenge) => SendAsync(
        "POST",
        [$"HTTP/1.1 401 No\r\n{(challenge.Length == 0 ? "" : $"WWW-Authenticate: {challenge}\r\n")}Content-Length: 2\r\n\r\nno", Ok],
        static request => request.Content = new StringContent("content"),
        ("Credentials", new NetworkCredential("user", "secret")));

    [Fact]
    [Trait("parity", "P-169")]
    public Task Wrong_credentials_are_tried_once() => SendAsync(
        "GET", ["HTTP/1.1 401 No\r\nWWW-Authenticate: Basic realm=\"r\"\r\nContent-Length: 2\r\n\r\nno"], null, ("Credentials", new NetworkCredential("user", "wrong")));

    [Fact]
    [Trait("parity", "P-050")]
    public Task Authorization_of_the_caller_wins() => SendExpectingAsync(
        "GET",
        ["HTTP/1.1 401 No\r\nWWW-Authenticate: Basic realm=\"r\"\r\nContent-Length: 2\r\n\r\nno"],
        static request => request.Headers.TryAddWithoutValidation("Authorization", "Bearer x"),
        new Difference("Authorization set by hand", "received"),
        ("Credentials", new NetworkCredential("user", "secret")));

    [Theory]
    [Trait("parity", "P-163")]
    [InlineData("http://far.example/path?q")]
    [InlineData("http://far.example:81/path")]
    [InlineData("http://[::1]:82/")]
    public Task Plain_http_through_a_proxy(string address) => Compare.RunAsync(async (subject, seen) =>
    {
        await using RawServer server = RawServer.Replying(Ok);
        HttpClient client = subject.Client(("Proxy", new WebProxy(server.Uri())));
        using HttpResponseMessage response = await client.GetAsync(address);
        seen.Note(response, server);
        seen.Note("received", server.Received);
    });

    [Fact]
    [Trait("parity", "P-164")]
    public Task A_proxy_that_asks_who_it_is() => Compare.RunAsync(async (subject, seen) =>
    {
        await using RawServer server = RawServer.Replying("HTTP/1.1 407 Who\r\nProxy-Authenticate: Basic realm=\"r\"\r\nContent-Length: 0\r\n\r\n", Ok);
        HttpClient client = subject.Client(("Proxy", new WebProxy(server.Uri()) { Credentials = new NetworkCredential("user", "secret") }));
        using HttpResponseMessage response = await client.GetAsync("http://far.example/");
        seen.Note(response, server);
        seen.Note("received", server.Received);
    });

    [Theory]
    [Trait("parity", "P-141")]
    [InlineData("gzip", DecompressionMethods.All)]
    [InlineData("GZip", DecompressionMethods.GZip)]
    [InlineData("deflate", DecompressionMethods.Deflate)]
    [InlineData("br", DecompressionMethods.Brotli)]
    [InlineData("gzip", DecompressionMethods.None)]
    [InlineData("br", DecompressionMethods.GZip)]
    [Trait("parity", "P-077")]
    public Task Codings(string coding, DecompressionMethods methods) => Compare.RunAsync(async (subject, seen) =>
    {
        MemoryStream encoded = new();
        using (Stream encoder = coding switch
        {
            "deflate" => new ZLibStream(encoded, CompressionMode.Compress, leaveOpen: true),
            "br" => new BrotliStream(encoded, CompressionMode.Compress, leaveOpen: true),
            _ => (Stream)new GZipStream(encoded, CompressionMode.Compress, leaveOpen: true),
        })
        {
            encoder.Write("hello hello hello"u8);
        }

        await using RawServer server = RawServer.Replying(
            $"HTTP/1.1 200 OK\r\nContent-Encoding: {coding}\r\nContent-Type: text/plain\r\nContent-Length: {encoded.Length}\r\n\r\n"
            + Encoding.Latin1.GetString(encoded.ToArray()));
        HttpClient client = subject.Client(("AutomaticDecompression", methods));
        using HttpResponseMessage response = await client.GetAsync(server.Uri());
        seen.Note(response, server);
        seen.Note("body", Convert.ToHexString(await response.Content.ReadAsByteArrayAsync()));
        seen.Note("accept", string.Join(",", (server.Requests[0].Field("Accept-Encoding") ?? "none").Split(',').Select(static c => c.Trim()).Where(static c => c is "gzip" or "deflate" or "br" or "none")));
    });

    [Theory]
    [Trait("parity", "P-078")]
    [Trait("rule", "R-208")]
    [InlineData("gzip", -9)]
    [InlineData("deflate", -5)]
    [InlineData("gzip", 3)]
    public Task Cut_or_surplus_compressed_data_is_an_error(string coding, int change) => Compare.RunAsync(
        async (subject, seen) =>
        {
            MemoryStream encoded = new();
            using (Stream encoder = coding == "gzip"
                ? new GZipStream(encoded, CompressionMode.Compress, leaveOpen: true)
                : new ZLibStream(encoded, CompressionMode.Compress, leaveOpen: true))
            {
                encoder.Write("hello hello hello"u8);
            }

            string data = Encoding.Latin1.GetString(encoded.ToArray());
            data = change < 0 ? data[..^(-change)] : data + new string('x', change);
            await using RawServer server = RawServer.Replying(
                $"HTTP/1.1 200 OK\r\nContent-Encoding: {coding}\r\nContent-Length: {data.Length}\r\n\r\n{data}");
            HttpClient client = subject.Client(("AutomaticDecompression", DecompressionMethods.All));
            await seen.TryAsync("error", async () =>
            {
                using HttpResponseMessage response = await client.GetAsync(server.Uri(), HttpCompletionOption.ResponseHeadersRead);
                seen.Note("body", await response.Content.ReadAsStringAsync());
            });
        },
        new Difference("cut or surplus compressed data", "error", "body"));

    [Fact]
    [Trait("rule", "R-210")]
    public Task A_body_that_grows_beyond_measure_is_an_error() => Compare.RunAsync(
        async (subject, seen) =>
        {
            MemoryStream encoded = new();
            using (BrotliStream encoder = new(encoded, CompressionLevel.Fastest, leaveOpen: true))
            {
                encoder.Write(new byte[20 * 1024 * 1024]);
            }

            await using RawServer server = RawServer.Replying(
                $"HTTP/1.1 200 OK\r\nContent-Encoding: br\r\nContent-Length: {encoded.Length}\r\n\r\n{Encoding.Latin1.GetString(encoded.ToArray())}");
            HttpClient client = subject.Client(("AutomaticDecompression", DecompressionMethods.All));
            await seen.TryAsync("error", async () =>
            {
                using HttpResponseMessage response = await client.GetAsync(server.Uri());
                seen.Note("length", response.Content.Headers.ContentLength);
            });
        },
        new Difference("compressed data that grows beyond measure", "error", "length"));

    [Theory]
    [Trait("parity", "P-142")]
    [InlineData("gzip")]
    [InlineData("gzip; q=0.5")]
    [InlineData("identity")]
    [InlineData("deflate, br")]
    public Task Accept_Encoding_of_the_caller(string own) => SendAsync(
        "GET",
        [Ok],
        request => request.Headers.TryAddWithoutValidation("Accept-Encoding", own),
        ("AutomaticDecompression", DecompressionMethods.GZip | DecompressionMethods.Deflate));

    [Theory]
    [Trait("parity", "P-143")]
    [InlineData("HTTP/1.1 204 No Content\r\nContent-Encoding: gzip\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 0\r\n\r\n")]
    [Trait("parity", "P-079")]
    public Task Nothing_to_decode(string reply) => Compare.ResponseAsync(reply, null, ("AutomaticDecompression", DecompressionMethods.GZip));
}
