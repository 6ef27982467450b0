namespace PollHttp.Parity;

/// <summary>What of a response's grammar is taken, and what is not, beside the platform's handler.</summary>
public sealed class ResponseGrammarTests
{
    private const string Chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    private static readonly string[] Everything = ["body", "content headers", "error", "headers", "request", "status", "trailers"];

    private static string Head(string fields) => $"HTTP/1.1 200 OK\r\n{fields}Content-Length: 2\r\n\r\nhi";

    [Theory]
    [InlineData("X : a\r\n")]
    [InlineData("X   : a\r\n")]
    [InlineData("Set-Cookie   : a=b\r\n")]
    [InlineData("Content-Type : text/plain\r\n")]
    [InlineData("Location : /a\r\n")]
    public Task Blanks_before_the_colon_of_fields_that_frame_nothing(string fields) => Compare.ResponseAsync(Head(fields));

    [Theory]
    [InlineData("Content-Length : 2\r\n\r\nhi")]
    [InlineData("Transfer-Encoding : chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n")]
    [InlineData("Connection : close\r\nContent-Length: 2\r\n\r\nhi")]
    public Task Blanks_before_the_colon_of_fields_that_frame(string rest) => Compare.ResponseAsync(
        "HTTP/1.1 200 OK\r\n" + rest + RawServer.Close, new Difference("blanks before a colon", Everything));

    [Theory]
    [InlineData("X\t: a\r\n")]
    [InlineData("X \t: a\r\n")]
    [InlineData("X\t : a\r\n")]
    [InlineData(" : a\r\n")]
    public Task Other_blanks_before_the_colon(string fields) => Compare.ResponseAsync(Head(fields));

    [Theory]
    [InlineData("Content-Length:\r\n 2\r\n\r\nhi")]
    [InlineData("Transfer-Encoding:\r\n chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n")]
    [InlineData("Connection: keep-alive,\r\n close\r\nContent-Length: 2\r\n\r\nhi")]
    [InlineData("Connection:\r\n close\r\nContent-Length: 2\r\n\r\nhi")]
    public Task Folded_fields_that_frame(string rest) => Compare.ResponseAsync(
        "HTTP/1.1 200 OK\r\n" + rest + RawServer.Close, new Difference("folded framing fields", Everything));

    [Theory]
    [InlineData("Transfer-Encoding: identity\r\nContent-Length: 2\r\n\r\nhi")]
    [InlineData("Transfer-Encoding: Identity\r\nContent-Length: 2\r\n\r\nhi")]
    [InlineData("Transfer-Encoding: identity\r\n\r\nhi<close>")]
    [InlineData("Transfer-Encoding: identity\r\nTransfer-Encoding: identity\r\n\r\nhi<close>")]
    public Task The_coding_identity(string rest) => Compare.ResponseAsync("HTTP/1.1 200 OK\r\n" + rest);

    [Fact]
    public Task The_connection_after_the_coding_identity() => Compare.RunAsync(
        async (subject, seen) =>
        {
            await using RawServer server = RawServer.Replying("HTTP/1.1 200 OK\r\nTransfer-Encoding: identity\r\nContent-Length: 2\r\n\r\nhi");
            HttpClient client = subject.Client();
            seen.Note("bodies", await client.GetStringAsync(server.Uri()) + await client.GetStringAsync(server.Uri()));
            seen.Note("connections", server.ConnectionCount);
        },
        new Difference("connections after identity", "connections"));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public Task A_content_that_closes_the_stream_it_is_given(bool writes) => Compare.RequestAsync(
        server => new(HttpMethod.Post, server.Uri())
        {
            Content = new Written(async (stream, _) =>
            {
                if (writes)
                {
                    await stream.WriteAsync("content"u8.ToArray());
                }

                await stream.DisposeAsync();
            }),
        },
        new Difference("contents that close the stream", [.. Everything, "received"]));

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\nContent-Length: 2\r\n\r\nhi")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\nhi<close>")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked, chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: identity, chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding:\r\nContent-Length: 2\r\n\r\nhi")]
    [InlineData("HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n<close>")]
    public Task Other_transfer_codings(string reply) => Compare.ResponseAsync(reply, new Difference("other transfer codings", Everything));

    [Theory]
    [InlineData("Content-Length: 2\r\nContent-Length: 3\r\n\r\nhi!")]
    [InlineData("Content-Length: 2, 3\r\n\r\nhi!")]
    [InlineData("Content-Length: +2\r\n\r\nhi")]
    [InlineData("Content-Length: -1\r\n\r\nhi")]
    [InlineData("Content-Length: \r\n\r\nhi")]
    [InlineData("Content-Length: two\r\n\r\nhi")]
    [InlineData("Content-Length: 9223372036854775808\r\n\r\nhi")]
    public Task Invalid_or_differing_lengths(string rest) => Compare.ResponseAsync(
        "HTTP/1.1 200 OK\r\n" + rest + RawServer.Close, new Difference("invalid or differing lengths", Everything));

    [Theory]
    [InlineData("X: a\rb\r\n")]
    [InlineData("X: a\r\rb\r\n")]
    public Task A_bare_CR_in_a_value(string fields) => Compare.ResponseAsync(Head(fields), new Difference("bare CR in a value", Everything));

    [Theory]
    [InlineData("000")]
    [InlineData("099")]
    public Task A_status_under_100(string status) => Compare.ResponseAsync(
        $"HTTP/1.1 {status} OK\r\nContent-Length: 2\r\n\r\nhi" + RawServer.Close, new Difference("status under 100", Everything));

    [Theory]
    [InlineData("2\nhi\r\n0\r\n\r\n")]
    [InlineData("2\r\nhi\n0\r\n\r\n")]
    [InlineData("2\r\nhi\r\n0\n\r\n")]
    [InlineData("2\r\nhi\r\n0\r\n\n")]
    [InlineData("2\r\nhi\r\n0\r\nA: b\n\r\n")]
    [InlineData("2;a=b\nhi\r\n0\r\n\r\n")]
    [InlineData("2\nhi\n0\n\n")]
    public Task A_lone_LF_in_chunks_and_trailers(string body) =>
        Compare.ResponseAsync(Chunked + body + RawServer.Close, new Difference("lone LF in chunks and trailers", Everything));

    [Theory]
    [InlineData("2;\r\nhi\r\n0\r\n\r\n")]
    [InlineData("2;;\r\nhi\r\n0\r\n\r\n")]
    [InlineData("2;a b\r\nhi\r\n0\r\n\r\n")]
    [InlineData("2;a=\"b\r\nhi\r\n0\r\n\r\n")]
    [InlineData("2;@\r\nhi\r\n0\r\n\r\n")]
    public Task The_grammar_of_chunk_extensions(string body) =>
        Compare.ResponseAsync(Chunked + body + RawServer.Close, new Difference("chunk extensions", Everything));

    [Theory]
    [InlineData(";a=b")]
    [InlineData("     ")]
    [InlineData(" ; a = \"b\"")]
    [InlineData(";chunk-signature=0123456789abcdef")]
    public Task Chunk_extensions_that_are_read(string extension) => Compare.ResponseAsync(Chunked + $"2{extension}\r\nhi\r\n0\r\n\r\n");

    [Theory]
    [InlineData(10_000, true)]
    [InlineData(20_000, false)]
    public Task The_length_of_chunk_extensions(int length, bool isAlike) => Compare.ResponseAsync(
        Chunked + $"2;{new string('a', length)}\r\nhi\r\n0\r\n\r\n" + RawServer.Close, isAlike ? null : new Difference("chunk extensions", Everything));

    [Fact]
    public Task Tiny_chunks_with_huge_extensions() => Compare.ResponseAsync(
        Chunked + string.Concat(Enumerable.Repeat($"1;{new string('a', 4000)}\r\nx\r\n", 100)) + "0\r\n\r\n" + RawServer.Close,
        new Difference("chunk extensions", Everything));

    [Theory]
    [InlineData("00000000000000002\r\nhi\r\n0\r\n\r\n")]
    [InlineData("8000000000000000\r\nhi\r\n0\r\n\r\n")]
    public Task Sizes_of_many_digits(string body) =>
        Compare.ResponseAsync(Chunked + body + RawServer.Close, new Difference("long chunk sizes", Everything));

    [Theory]
    [InlineData("0\r\nbad\r\n\r\n")]
    [InlineData("0\r\nbad\r\r\n")]
    [InlineData("0\r\n: b\r\n\r\n")]
    [InlineData("0\r\nA b: c\r\n\r\n")]
    [InlineData("0\r\n A: c\r\n\r\n")]
    [InlineData("0\r\nA: b")]
    [InlineData("0\r\nA : b\r\n\r\n")]
    public Task Trailers(string body) => Compare.RunAsync(async (subject, seen) =>
    {
        await using RawServer server = RawServer.Replying(Chunked + body + RawServer.Close);
        using HttpResponseMessage response = await subject.Client().GetAsync(server.Uri(), HttpCompletionOption.ResponseHeadersRead);
        await using Stream stream = await response.Content.ReadAsStreamAsync();
        await seen.TryAsync("error", async () => seen.Note("read", await stream.ReadAsync(new byte[10])));
        seen.Note("trailers", Observation.Describe(response.TrailingHeaders));
    });

    [Fact]
    public Task Trailers_over_the_limit() => Compare.RunAsync(async (subject, seen) =>
    {
        await using RawServer server = RawServer.Replying(Chunked + $"0\r\nA: {new string('a', 2000)}\r\n\r\n");
        using HttpResponseMessage response = await subject.Client(("MaxResponseHeadersLength", 1))
            .GetAsync(server.Uri(), HttpCompletionOption.ResponseHeadersRead);
        await using Stream stream = await response.Content.ReadAsStreamAsync();
        await seen.TryAsync("error", async () => seen.Note("read", await stream.ReadAsync(new byte[10])));
    });

    [Theory]
    [InlineData("Connection: keep-alive, close\r\n")]
    [InlineData("Connection: keep-alive , x\r\n")]
    public Task Raw_values_of_fields_that_the_platform_has_read(string fields) =>
        Compare.ResponseAsync(Head(fields), new Difference("raw values of framing fields", "headers", "content headers"));

    [Fact]
    public Task A_raw_length() => Compare.RunAsync(
        async (subject, seen) =>
        {
            await using RawServer server = RawServer.Replying("HTTP/1.1 200 OK\r\nContent-Length: 02\r\n\r\nhi");
            using HttpResponseMessage response = await subject.Client().GetAsync(server.Uri(), HttpCompletionOption.ResponseHeadersRead);
            seen.Note(response, server);
        },
        new Difference("raw values of framing fields", "content headers"));

    [Fact]
    public Task NUL_in_Location() => Compare.ResponseAsync(Head("Location: /a\0b\r\n"), new Difference("NUL in Location", "headers"));

    [Theory]
    [InlineData("HTTP/1.1 101 Switching Protocols\r\nTransfer-Encoding: chunked\r\n\r\n")]
    [InlineData("HTTP/1.1 103 Hints\r\nTransfer-Encoding: chunked\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi")]
    [InlineData("HTTP/1.1 100 Continue\r\nA b: c\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi")]
    public Task Interim_responses_with_fields_that_are_refused(string reply) =>
        Compare.ResponseAsync(reply + RawServer.Close, new Difference("fields of interim responses", Everything));

    [Theory]
    [InlineData("HTTP/1.1 101 Switching Protocols\r\n\r\n", "GET", false)]
    [InlineData("HTTP/1.1 101 Switching Protocols\r\nUpgrade: own\r\n\r\n", "GET", false)]
    [InlineData("HTTP/1.1 101 Switching Protocols\r\nUpgrade: own\r\n\r\n", "POST", false)]
    [InlineData("HTTP/1.1 101 Switching Protocols\r\n\r\n", "GET", true)]
    [InlineData("HTTP/1.1 101 Switching Protocols\r\nUpgrade: other\r\n\r\n", "GET", true)]
    [InlineData("HTTP/1.1 101 Switching Protocols\r\nConnection: close\r\n\r\n", "GET", false)]
    public Task An_unsolicited_101_gives_the_two_way_stream(string head, string method, bool asks) => Compare.RunAsync(async (subject, seen) =>
    {
        await using RawServer server = new(async connection =>
        {
            await connection.ReadRequestAsync();
            await connection.WriteAsync(head + "first");
            await connection.WriteAsync((await connection.ReadSomeAsync()).ToUpperInvariant());
            connection.Close();
        });
        using HttpRequestMessage request = new(new(method), server.Uri());
        request.Content = method == "POST" ? new StringContent("content") : null;
        if (asks)
        {
            request.Headers.TryAddWithoutValidation("Upgrade", "own");
            request.Headers.ConnectionClose = false;
        }

        using HttpResponseMessage response = await subject.Client().SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        seen.Note(response, server);
        await using Stream stream = await response.Content.ReadAsStreamAsync();
        await stream.WriteAsync("hello"u8.ToArray());
        using StreamReader reader = new(stream);
        seen.Note("read", await reader.ReadToEndAsync());
    });

    [Theory]
    [InlineData("HTTP/1.1 200 OK\nContent-Length: 2\r\n\r\nhi")]
    [InlineData("HTTP/1.1 200 OK\r\nX : a\r\nContent-Length: 2\r\n\r\nhi")]
    [InlineData("HTTP/1.1 200 OK\r\nX: a\r\n b\r\nContent-Length: 2\r\n\r\nhi")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: identity\r\nContent-Length: 2\r\n\r\nhi")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nX: a\u0001\r\nContent-Length: 2\r\n\r\nhi")]
    [InlineData("HTTP/1.1 101 Switching Protocols\r\n\r\n")]
    public async Task Strict_refuses_it(string reply)
    {
        await using RawServer server = RawServer.Replying(reply);
        using HttpClient lenient = new(new PollHttpHandler { UseProxy = false });
        using HttpResponseMessage taken = await lenient.GetAsync(server.Uri(), HttpCompletionOption.ResponseHeadersRead);
        using HttpClient strict = new(new PollHttpHandler { UseProxy = false, Strict = true });
        HttpRequestException refused = await Assert.ThrowsAsync<HttpRequestException>(() => strict.GetAsync(server.Uri()));
        Assert.Equal(HttpRequestError.InvalidResponse, refused.HttpRequestError);
        Assert.True(Assert.IsType<PollHttpException>(refused.InnerException).Fault.Exists);
    }

    [Fact]
    public async Task Too_large_a_head_names_the_limit_in_plain_digits()
    {
        await using RawServer server = RawServer.Replying(Head($"X: {new string('a', 65536)}\r\n"));
        using HttpClient client = new(new PollHttpHandler { UseProxy = false });
        Assert.Contains("65536", (await Assert.ThrowsAsync<HttpRequestException>(() => client.GetAsync(server.Uri()))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1024, "     ", 20_000)]
    [InlineData(20, ";chunk-signature=0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", 20_000)]
    public Task Long_bodies_with_something_after_each_size(int size, string extension, int count) => Compare.RunAsync(async (subject, seen) =>
    {
        string chunk = $"{size:x}{extension}\r\n{new string('x', size)}\r\n";
        await using RawServer server = RawServer.Replying(Chunked + string.Concat(Enumerable.Repeat(chunk, count)) + "0\r\n\r\n");
        seen.Note("length", (await subject.Client().GetByteArrayAsync(server.Uri())).Length);
    });
}
