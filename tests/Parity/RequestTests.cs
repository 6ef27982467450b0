using System.Net.Http.Headers;

namespace PollHttp.Parity;

public sealed class RequestTests
{
    [Theory]
    [Trait("parity", "P-116")]
    [InlineData("GET")]
    [InlineData("get")]
    [InlineData("Post")]
    [InlineData("put")]
    [InlineData("patch")]
    [InlineData("delete")]
    [InlineData("head")]
    [InlineData("options")]
    [InlineData("trace")]
    [InlineData("Custom")]
    [InlineData("PROPFIND")]
    [InlineData("query")]
    [Trait("parity", "P-020")]
    public Task Methods_without_content(string method) => Compare.RequestAsync(server => new(new HttpMethod(method), server.Uri()));

    [Theory]
    [Trait("parity", "P-006")]
    [InlineData("GET")]
    [InlineData("POST")]
    [InlineData("DELETE")]
    [InlineData("OPTIONS")]
    [InlineData("CUSTOM")]
    public Task Methods_with_content(string method) => Compare.RequestAsync(
        server => new(new HttpMethod(method), server.Uri()) { Content = new StringContent("hi") });

    [Fact]
    [Trait("parity", "P-126")]
    public Task Empty_content() => Compare.RequestAsync(
        server => new(HttpMethod.Post, server.Uri()) { Content = new ByteArrayContent([]) });

    [Theory]
    [Trait("parity", "P-016")]
    [InlineData("/")]
    [InlineData("")]
    [InlineData("/a/../b")]
    [InlineData("/a%20b")]
    [InlineData("/a b")]
    [InlineData("/caf\u00e9?q=\u00fc")]
    [InlineData("/?")]
    [InlineData("?q")]
    [InlineData("/p?a=b&c=d#fragment")]
    [InlineData("/p#fragment")]
    [InlineData("/!$&'()*+,;=:@-._~")]
    [InlineData("/a//b")]
    [InlineData("/%2F%5b")]
    [InlineData("/[x]")]
    [InlineData("/a|b\"<>")]
    public Task Targets(string target) => Compare.RequestAsync(server => new(HttpMethod.Get, server.Origin + target));

    [Fact]
    [Trait("parity", "P-016")]
    public Task Target_as_written() => Compare.RequestAsync(server => new(
        HttpMethod.Get,
        new Uri(server.Origin + "/a/../b%2fc", new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true })));

    [Theory]
    [Trait("parity", "P-092")]
    [InlineData("1.0", HttpVersionPolicy.RequestVersionOrLower)]
    [InlineData("1.0", HttpVersionPolicy.RequestVersionExact)]
    [InlineData("1.0", HttpVersionPolicy.RequestVersionOrHigher)]
    [InlineData("1.1", HttpVersionPolicy.RequestVersionOrLower)]
    [InlineData("1.1", HttpVersionPolicy.RequestVersionExact)]
    [InlineData("1.1", HttpVersionPolicy.RequestVersionOrHigher)]
    [InlineData("2.0", HttpVersionPolicy.RequestVersionOrLower)]
    [InlineData("3.0", HttpVersionPolicy.RequestVersionOrLower)]
    [InlineData("0.9", HttpVersionPolicy.RequestVersionOrLower)]
    [InlineData("1.2", HttpVersionPolicy.RequestVersionOrLower)]
    [InlineData("4.0", HttpVersionPolicy.RequestVersionOrLower)]
    [Trait("parity", "P-117")]
    public Task Versions(string version, HttpVersionPolicy policy) => Compare.RequestAsync(server => new(HttpMethod.Get, server.Uri())
    {
        Version = Version.Parse(version),
        VersionPolicy = policy,
    });

    [Fact]
    [Trait("parity", "P-007")]
    public Task Content_of_a_request_in_HTTP_1_0() => Compare.RequestAsync(server => new(HttpMethod.Post, server.Uri())
    {
        Version = HttpVersion.Version10,
        Content = new StringContent("hi"),
    });

    [Fact]
    [Trait("parity", "P-007")]
    public Task Chunks_in_HTTP_1_0() => Compare.RequestAsync(server => new(HttpMethod.Post, server.Uri())
    {
        Version = HttpVersion.Version10,
        Content = new Unknown("hi"),
    });

    [Fact]
    [Trait("parity", "P-007")]
    public Task Expect_in_HTTP_1_0() => Compare.RequestAsync(server => Adding(
        new(HttpMethod.Post, server.Uri()) { Version = HttpVersion.Version10, Content = new StringContent("hi") },
        static headers => headers.ExpectContinue = true));

    [Theory]
    [Trait("parity", "P-001")]
    [InlineData("ftp://127.0.0.1/")]
    [InlineData("file:///etc/passwd")]
    [InlineData("mailto:someone@example.org")]
    public Task Schemes(string uri) => Compare.RequestAsync(server => new(HttpMethod.Get, uri));

    [Fact]
    [Trait("parity", "P-001")]
    public Task Relative_address_without_a_base() => Compare.RunAsync(async (subject, seen) =>
    {
        await seen.TryAsync("client", () => subject.Client().GetAsync("/x"));
        using HttpRequestMessage request = new(HttpMethod.Get, "/x");
        await seen.TryAsync("invoker", () => subject.Invoker().SendAsync(request, default));
        using HttpRequestMessage none = new();
        await seen.TryAsync("none", () => subject.Invoker().SendAsync(none, default));
    });

    [Fact]
    [Trait("parity", "P-004")]
    public Task Content_of_unknown_length() => Compare.RequestAsync(
        server => new(HttpMethod.Post, server.Uri()) { Content = new Unknown("hello") });

    [Fact]
    [Trait("parity", "P-005")]
    public Task Chunks_asked_for() => Compare.RequestAsync(server => Adding(
        new(HttpMethod.Post, server.Uri()) { Content = new StringContent("hello") }, static headers => headers.TransferEncodingChunked = true));

    [Fact]
    [Trait("parity", "P-122")]
    public Task Chunks_asked_for_without_content() => Compare.RequestAsync(server => Adding(
        new(HttpMethod.Post, server.Uri()), static headers => headers.TransferEncodingChunked = true));

    [Theory]
    [Trait("parity", "P-012")]
    [InlineData(3)]
    [InlineData(7)]
    public Task Content_of_another_length_than_it_says(long says) => Compare.RunAsync(async (subject, seen) =>
    {
        await using RawServer server = RawServer.Replying("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        using HttpRequestMessage request = new(HttpMethod.Post, server.Uri()) { Content = new Unknown("hello") };
        request.Content.Headers.ContentLength = says;
        await seen.TryAsync("error", () => subject.Client().SendAsync(request));
    });

    [Theory]
    [Trait("parity", "P-120")]
    [InlineData("Date", "whenever")]
    [InlineData("Max-Forwards", "many")]
    [InlineData("under_score", "x")]
    [InlineData("X-Empty", "")]
    [InlineData("User-Agent", "a/1 (b) c")]
    [InlineData("Accept", "text/*, text/plain;q=0.5")]
    [InlineData("Cookie", "a=b; c=d")]
    [InlineData("Connection", "close")]
    [InlineData("Connection", "keep-alive")]
    [InlineData("Connection", "foo")]
    [InlineData("TE", "trailers")]
    [InlineData("Upgrade", "h2c")]
    [InlineData("Expect", "100-continue")]
    [InlineData("Referer", "not a uri")]
    [InlineData("If-Match", "unquoted")]
    [InlineData("Range", "bytes=0-1")]
    [InlineData("Authorization", "Custom token")]
    [InlineData("Trailer", "X")]
    [InlineData("Host", "other.example")]
    [InlineData("Host", "other.example:81")]
    [InlineData("Keep-Alive", "timeout=5")]
    [InlineData("X-Tab", "a\tb")]
    public Task Fields_added_without_validation(string name, string value) => Compare.RequestAsync(server => Adding(
        new(HttpMethod.Get, server.Uri()), headers => headers.TryAddWithoutValidation(name, value)));

    [Fact]
    [Trait("parity", "P-120")]
    public Task White_space_around_a_value() => Compare.RequestAsync(
        server => Adding(new(HttpMethod.Get, server.Uri()), static headers => headers.TryAddWithoutValidation("X", "  a")),
        new Difference("white space around values sent", "received"));

    [Theory]
    [Trait("parity", "P-120")]
    [InlineData("X", "a|b")]
    [InlineData("Cookie", "a=1|b=2")]
    [InlineData("User-Agent", "a|b")]
    [InlineData("Accept", "a/b|c/d")]
    [InlineData("Via", "1.1 a|1.1 b")]
    [InlineData("If-None-Match", "\"a\"|\"b\"")]
    public Task Several_values(string name, string values) => Compare.RequestAsync(server => Adding(
        new(HttpMethod.Get, server.Uri()), headers => headers.TryAddWithoutValidation(name, values.Split('|'))));

    [Fact]
    [Trait("parity", "P-003")]
    [Trait("ask", "A-12")]
    public Task Order_and_case() => Compare.RequestAsync(server => Adding(new(HttpMethod.Post, server.Uri()) { Content = new StringContent("x") }, static headers =>
    {
        headers.Add("x-LOWER", "1");
        headers.Add("accept", "a/b");
        headers.Add("X-Two", "2");
        headers.UserAgent.ParseAdd("agent/1");
        headers.Add("if-none-match", "\"x\"");
    }));

    /// <summary>In all other cases the place of these fields is left out of what is compared: see RawRequest.Describe.</summary>
    [Theory]
    [Trait("parity", "P-003")]
    [InlineData(false)]
    [InlineData(true)]
    public Task Places_of_Host_and_of_the_fields_that_frame(bool isHostSet) => Compare.RunAsync(
        async (subject, seen) =>
        {
            await using RawServer server = RawServer.Replying("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
            using HttpRequestMessage request = new(HttpMethod.Post, server.Uri()) { Content = new ByteArrayContent("x"u8.ToArray()) };
            request.Content.Headers.ContentLength = 1;
            request.Content.Headers.ContentType = new("text/plain");
            request.Headers.Add("X-First", "1");
            if (isHostSet)
            {
                request.Headers.Host = "other.example";
            }

            using HttpResponseMessage response = await subject.Client().SendAsync(request);
            seen.Note("order", string.Join(", ", server.Requests[0].Head.TrimEnd().Split("\r\n").Skip(1).Select(static line => line.Split(':')[0])));
            seen.Note("received", server.Received);
        },
        new Difference("order of framing fields", "order"));

    [Fact]
    [Trait("parity", "P-002")]
    public Task Defaults_of_the_client() => Compare.RunAsync(async (subject, seen) =>
    {
        await using RawServer server = RawServer.Replying("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        HttpClient client = subject.Client();
        client.DefaultRequestHeaders.Add("X-A", "default");
        client.DefaultRequestHeaders.Add("X-B", "default");
        using HttpRequestMessage request = new(HttpMethod.Get, server.Uri());
        request.Headers.Add("X-A", "own");
        using HttpResponseMessage response = await client.SendAsync(request);
        seen.Note("received", server.Received);
    });

    [Fact]
    [Trait("parity", "P-120")]
    public Task Twenty_KiB_of_fields() => Compare.RequestAsync(server => Adding(
        new(HttpMethod.Get, server.Uri()),
        static headers => headers.Add("X-Long", Enumerable.Range(0, 20).Select(static i => new string((char)('a' + i), 1024)))));

    [Fact]
    [Trait("parity", "P-119")]
    public Task A_value_outside_ASCII() => Compare.RequestAsync(server => Adding(
        new(HttpMethod.Get, server.Uri()), static headers => headers.TryAddWithoutValidation("X", "caf\u00e9")));

    [Theory]
    [Trait("parity", "P-119")]
    [InlineData("utf-8")]
    [InlineData("iso-8859-1")]
    public Task A_value_in_a_selected_encoding(string encoding) => Compare.RunAsync(async (subject, seen) =>
    {
        await using RawServer server = RawServer.Replying("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        HeaderEncodingSelector<HttpRequestMessage> selector = (name, _) =>
        {
            lock (seen)
            {
                if (name != "Content-Length")
                {
                    seen.Note("asked", name); // the length is a number: ours does not ask
                }
            }

            return name == "X" ? Encoding.GetEncoding(encoding) : null;
        };
        HttpClient client = subject.Client((nameof(SocketsHttpHandler.RequestHeaderEncodingSelector), selector));
        using HttpRequestMessage request = new(HttpMethod.Post, server.Uri()) { Content = new StringContent("x") };
        request.Headers.TryAddWithoutValidation("X", "caf\u00e9");
        request.Headers.TryAddWithoutValidation("Y", "plain");
        using HttpResponseMessage response = await client.SendAsync(request);
        seen.Note("received", server.Received);
    });

    [Theory]
    [Trait("parity", "P-018")]
    [InlineData("utf-8")]
    [InlineData("utf-16")]
    public Task Response_fields_in_a_selected_encoding(string encoding) => Compare.RunAsync(async (subject, seen) =>
    {
        await using RawServer server = RawServer.Replying("HTTP/1.1 200 OK\r\nX: caf\u00c3\u00a9\r\nLocation: /\u00c3\u00a9\r\nY: 1\r\nContent-Length: 0\r\n\r\n");
        HeaderEncodingSelector<HttpRequestMessage> selector = (name, _) => name is "X" ? Encoding.GetEncoding(encoding) : null;
        await Compare.GetAsync(subject.Client((nameof(SocketsHttpHandler.ResponseHeaderEncodingSelector), selector)), server, seen);
    });

    [Theory]
    [Trait("parity", "P-019")]
    [InlineData("a\r\nInjected: 1")]
    [InlineData("a\nb")]
    [InlineData("a\rb")]
    [InlineData("a\0b")]
    public Task Line_breaks_in_a_validated_value(string value) => Compare.RunAsync((subject, seen) =>
    {
        using HttpRequestMessage request = new();
        seen.Try("error", () => request.Headers.Add("X", value));
        return Task.CompletedTask;
    });

    [Fact]
    [Trait("parity", "P-010")]
    public Task The_same_message_twice() => Compare.RunAsync(async (subject, seen) =>
    {
        await using RawServer server = RawServer.Replying("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        using HttpRequestMessage request = new(HttpMethod.Get, server.Uri());
        HttpClient client = subject.Client();
        (await client.SendAsync(request)).Dispose();
        await seen.TryAsync("client", () => client.SendAsync(request));
        HttpMessageInvoker invoker = subject.Invoker();
        (await invoker.SendAsync(request, default)).Dispose();
        (await invoker.SendAsync(request, default)).Dispose();
        seen.Note("received", server.Received);
    });

    [Fact]
    [Trait("parity", "P-124")]
    public Task The_message_comes_back_as_it_was() => Compare.RunAsync(async (subject, seen) =>
    {
        await using RawServer server = RawServer.Replying("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        using HttpRequestMessage request = new(HttpMethod.Post, server.Uri()) { Content = new StringContent("hi") };
        request.Options.Set(new("key"), "value");
        using HttpResponseMessage response = await subject.Invoker().SendAsync(request, default);
        seen.Note("same", ReferenceEquals(request, response.RequestMessage));
        seen.Note("fields", Observation.Describe(request.Headers));
        seen.Note("content fields", Observation.Describe(request.Content.Headers));
        seen.Note("options", request.Options.Count());
        seen.Note("content usable", await request.Content.ReadAsStringAsync());
    });

    [Theory]
    [Trait("parity", "P-123")]
    [InlineData(false)]
    [InlineData(true)]
    [Trait("parity", "P-011")]
    public Task A_content_that_throws(bool later) => Compare.RunAsync(async (subject, seen) =>
    {
        await using RawServer server = RawServer.Replying("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        InvalidTimeZoneException mine = new("mine");
        HttpClient client = subject.Client();
        using HttpRequestMessage request = new(HttpMethod.Post, server.Uri()) { Content = new Throwing(mine, later) };
        await seen.TryAsync("error", () => client.SendAsync(request));
        await seen.TryAsync("io error", () => client.PostAsync(server.Uri(), new Throwing(new IOException("mine"), later)));
        await seen.TryAsync("disposed error", () => client.PostAsync(server.Uri(), new Throwing(new ObjectDisposedException("mine"), later)));
    });

    [Theory]
    [Trait("parity", "P-125")]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(5000)]
    public Task A_content_that_writes_and_flushes_in_pieces(int piece) => Compare.RunAsync(async (subject, seen) =>
    {
        await using RawServer server = RawServer.Replying("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        byte[] all = new byte[9000];
        Random.Shared.NextBytes(all);
        HttpClient client = subject.Client();
        using HttpRequestMessage request = new(HttpMethod.Post, server.Uri()) { Content = new Pieces(all, piece) };
        using HttpResponseMessage response = await client.SendAsync(request);
        string content = server.Requests[0].Content;
        seen.Note("intact", Dechunk(content) == Encoding.Latin1.GetString(all));
    });

    private static string Dechunk(string content)
    {
        StringBuilder plain = new();
        int at = 0;
        while (true)
        {
            int end = content.IndexOf("\r\n", at, StringComparison.Ordinal);
            int size = Convert.ToInt32(content[at..end], 16);
            if (size == 0)
            {
                return plain.ToString();
            }

            plain.Append(content, end + 2, size);
            at = end + 2 + size + 2;
        }
    }

    private static HttpRequestMessage Adding(HttpRequestMessage request, Action<HttpRequestHeaders> add)
    {
        add(request.Headers);
        return request;
    }
}
