namespace PollHttp.Parity;

public sealed class BodyTests
{
    private const string Chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";

    [Theory]
    [Trait("parity", "P-110")]
    [InlineData("5\r\nhello\r\n0\r\n\r\n")]
    [InlineData("A\r\n0123456789\r\n0\r\n\r\n")]
    [InlineData("a\r\n0123456789\r\n0\r\n\r\n")]
    [InlineData("05\r\nhello\r\n0\r\n\r\n")]
    [InlineData("5 \r\nhello\r\n0\r\n\r\n")]
    [InlineData("5\t\r\nhello\r\n0\r\n\r\n")]
    [InlineData("5;ext\r\nhello\r\n0\r\n\r\n")]
    [InlineData("5;a=b;c=\"d\"\r\nhello\r\n0;x\r\n\r\n")]
    [InlineData("5 ;ext\r\nhello\r\n0\r\n\r\n")]
    [InlineData("5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n")]
    [InlineData("000\r\n\r\n")]
    [InlineData("0\r\n\r\n")]
    public Task Chunks_that_are_read(string body) => Compare.ResponseAsync(Chunked + body);

    [Theory]
    [Trait("parity", "P-110")]
    [InlineData("\r\nhello\r\n0\r\n\r\n")]
    [InlineData(" \r\nhello\r\n0\r\n\r\n")]
    [InlineData(" 5\r\nhello\r\n0\r\n\r\n")]
    [InlineData("g\r\nhello\r\n0\r\n\r\n")]
    [InlineData("0x5\r\nhello\r\n0\r\n\r\n")]
    [InlineData("-5\r\nhello\r\n0\r\n\r\n")]
    [InlineData("5z\r\nhello\r\n0\r\n\r\n")]
    [InlineData("5 5\r\nhello\r\n0\r\n\r\n")]
    [InlineData("5\v\r\nhello\r\n0\r\n\r\n")]
    [InlineData("5\f\r\nhello\r\n0\r\n\r\n")]
    [InlineData("10000000000000005\r\nhello\r\n0\r\n\r\n")]
    [InlineData("5\r\nhello0\r\n\r\n")]
    [InlineData("5\r\nhelloXX0\r\n\r\n")]
    public Task Chunks_that_are_refused(string body) => Compare.ResponseAsync(Chunked + body);

    [Theory]
    [Trait("parity", "P-111")]
    [InlineData("5\r\nhel<close>")]
    [InlineData("5\r\nhello<close>")]
    [InlineData("5\r\nhello\r\n<close>")]
    [InlineData("5\r\nhello\r\n0\r\n<close>")]
    [InlineData("5<close>")]
    [InlineData("<close>")]
    public Task Chunks_that_break_off(string body) => Compare.ResponseAsync(Chunked + body);

    [Theory]
    [Trait("parity", "P-108")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 99\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n2\r\nhi\r\n0\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: CHUNKED\r\n\r\n2\r\nhi\r\n0\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n")]
    public Task Length_together_with_chunks(string reply) => Compare.ResponseAsync(reply);

    [Theory]
    [Trait("parity", "P-112")]
    [InlineData("HTTP/1.1 200 OK\r\n\r\nto the close<close>")]
    [InlineData("HTTP/1.0 200 OK\r\n\r\nto the close<close>")]
    [InlineData("HTTP/1.1 200 OK\r\nConnection: keep-alive\r\n\r\nto the close<close>")]
    [InlineData("HTTP/1.1 200 OK\r\n\r\n<close>")]
    [InlineData("HTTP/1.1 204 No Content\r\n\r\n")]
    [InlineData("HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n")]
    [InlineData("HTTP/1.1 304 Not Modified\r\n\r\n")]
    [InlineData("HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n")]
    [InlineData("HTTP/1.1 205 Reset\r\nContent-Length: 0\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")]
    public Task Bodies_without_chunks(string reply) => Compare.ResponseAsync(reply);

    [Theory]
    [Trait("parity", "P-109")]
    [InlineData("<close>")]
    [InlineData("HTTP/1.1 200<close>")]
    [InlineData("HTTP/1.1 200 OK\r\n<close>")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n<close>")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhi<close>")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n<close>")]
    public Task Responses_that_break_off(string reply) => Compare.RunAsync(async (subject, seen) =>
    {
        await using RawServer server = RawServer.Replying(reply);
        await seen.TryAsync("error", async () =>
        {
            using HttpResponseMessage response = await subject.Client().GetAsync(server.Uri());
        });
    });

    [Theory]
    [Trait("parity", "P-109")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhi<close>")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhi<close>")]
    public Task Streams_that_break_off(string reply) => ReadToTheEndAsync(reply, null);

    [Fact]
    [Trait("parity", "P-109")]
    public Task Streams_with_an_invalid_chunk() => ReadToTheEndAsync(
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\nzz\r\n",
        new Difference("reading again after a failure", "total", "again", "error again"));

    private static Task ReadToTheEndAsync(string reply, Difference? known) => Compare.RunAsync(async (subject, seen) =>
    {
        await using RawServer server = RawServer.Replying(reply);
        using HttpResponseMessage response = await subject.Client().GetAsync(server.Uri(), HttpCompletionOption.ResponseHeadersRead);
        Stream stream = await response.Content.ReadAsStreamAsync();
        byte[] buffer = new byte[100];
        int total = 0;
        await seen.TryAsync("error", async () =>
        {
            int count;
            while ((count = await stream.ReadAsync(buffer)) > 0)
            {
                total += count;
            }
        });
        seen.Note("total", total);
        await seen.TryAsync("error again", async () => seen.Note("again", await stream.ReadAsync(buffer)));
    }, known);

    [Theory]
    [Trait("parity", "P-023")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")]
    [InlineData("HTTP/1.1 404 Not Found\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 99\r\n\r\n")]
    public Task Head_has_no_body_whatever_it_says(string reply) => Compare.RunAsync(async (subject, seen) =>
    {
        await using RawServer server = RawServer.Replying(reply);
        HttpClient client = subject.Client();
        for (int i = 0; i < 2; i++)
        {
            using HttpRequestMessage request = new(HttpMethod.Head, server.Uri());
            using HttpResponseMessage response = await client.SendAsync(request);
            seen.Note(response, server);
            seen.Note("body", await response.Content.ReadAsStringAsync());
        }

        seen.Note("received", server.Received);
    });

    [Theory]
    [Trait("parity", "P-160")]
    [InlineData("X: 1\r\n")]
    [InlineData("X: 1\r\nY: 2\r\nX: 3\r\n")]
    [InlineData("")]
    [InlineData("X:\r\n")]
    [InlineData("Last-Modified: Thu, 01 Jan 1970 00:00:00 GMT\r\n")]
    public Task Trailers(string trailers) => Compare.ResponseAsync(Chunked + "2\r\nhi\r\n0\r\n" + trailers + "\r\n");

    public static TheoryData<string> FieldNames =>
    [
        "Accept", "Accept-Charset", "Accept-Encoding", "Accept-Language", "Accept-Patch", "Accept-Ranges", "Age", "Allow", "Alt-Svc",
        "Authorization", "Cache-Control", "Content-Disposition", "Content-Encoding", "Content-Language", "Content-Length",
        "Content-Location", "Content-MD5", "Content-Range", "Content-Security-Policy", "Content-Type", "Date", "ETag", "Expect",
        "Expires", "From", "Host", "If-Match", "If-Modified-Since", "If-None-Match", "If-Range", "If-Unmodified-Since", "Last-Modified", "Link", "Location", "Max-Forwards", "Origin", "P3P", "Pragma", "Proxy-Authenticate", "Proxy-Authorization",
        "Range", "Referer", "Retry-After", "Server", "Set-Cookie", "Set-Cookie2", "TE", "Trailer", "Transfer-Encoding",
        "Upgrade-Insecure-Requests", "User-Agent", "Vary", "Via", "Warning", "WWW-Authenticate", "grpc-status", "X-Own",
    ];

    [Theory]
    [Trait("parity", "P-161")]
    [MemberData(nameof(FieldNames))]
    public Task A_trailer_of_that_name(string name) =>
        Compare.ResponseAsync(Chunked + $"2\r\nhi\r\n0\r\n{name}: 1\r\n\r\n");

    [Theory]
    [Trait("parity", "P-027")]
    [InlineData("Connection")]
    [InlineData("Cookie")]
    [InlineData("Keep-Alive")]
    [InlineData("Proxy-Connection")]
    [InlineData("Upgrade")]
    public Task A_trailer_that_speaks_of_the_connection(string name) => Compare.ResponseAsync(
        Chunked + $"2\r\nhi\r\n0\r\n{name}: 1\r\n\r\n", new Difference("trailers about the connection", "trailers"));

    [Fact]
    [Trait("parity", "P-027")]
    public Task Trailers_come_with_the_end_of_the_stream() => Compare.RunAsync(async (subject, seen) =>
    {
        TaskCompletionSource goOn = new();
        await using RawServer server = new(async connection =>
        {
            await connection.ReadRequestAsync();
            await connection.WriteAsync(Chunked + "2\r\nhi\r\n");
            await goOn.Task;
            await connection.WriteAsync("0\r\nX: 1\r\n\r\n");
            await connection.WaitForEndAsync();
        });
        using HttpResponseMessage response = await subject.Client().GetAsync(server.Uri(), HttpCompletionOption.ResponseHeadersRead);
        var trailers = response.TrailingHeaders;
        seen.Note("before", Observation.Describe(trailers));
        Stream stream = await response.Content.ReadAsStreamAsync();
        byte[] buffer = new byte[100];
        seen.Note("count", await stream.ReadAsync(buffer));
        seen.Note("between", Observation.Describe(trailers));
        goOn.SetResult();
        seen.Note("count", await stream.ReadAsync(buffer));
        seen.Note("after", Observation.Describe(trailers));
        seen.Note("same", ReferenceEquals(trailers, response.TrailingHeaders));
    });

    [Fact]
    [Trait("parity", "P-130")]
    public Task A_read_gives_what_is_there() => Compare.RunAsync(async (subject, seen) =>
    {
        TaskCompletionSource goOn = new();
        await using RawServer server = new(async connection =>
        {
            await connection.ReadRequestAsync();
            await connection.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello");
            await goOn.Task;
            await connection.WriteAsync("world");
            await connection.WaitForEndAsync();
        });
        using HttpResponseMessage response = await subject.Client().GetAsync(server.Uri(), HttpCompletionOption.ResponseHeadersRead);
        Stream stream = await response.Content.ReadAsStreamAsync();
        byte[] buffer = new byte[100];
        seen.Note("empty read", await stream.ReadAsync(Memory<byte>.Empty));
        seen.Note("first", await stream.ReadAsync(buffer));
        Task<int> second = stream.ReadAsync(buffer, 0, 100);
        seen.Note("waits", !second.IsCompleted);
        goOn.SetResult();
        seen.Note("second", await second);
        seen.Note("third", await stream.ReadAsync(buffer));
        seen.Note("byte", stream.ReadByte());
    });
}
