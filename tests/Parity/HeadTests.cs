namespace PollHttp.Parity;

public sealed class HeadTests
{
    private static string Head(string fields) => $"HTTP/1.1 200 OK\r\n{fields}Content-Length: 2\r\n\r\nhi";

    [Theory]
    [Trait("parity", "P-103")]
    [InlineData("HTTP/1.1 200 OK\nContent-Length: 2\r\n\r\nhi")]
    [InlineData("HTTP/1.1 200 OK\r\nX: 1\nContent-Length: 2\r\n\r\nhi")]
    [InlineData("HTTP/1.1 200 OK\nX: 1\nContent-Length: 2\n\nhi")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\nhi")]
    public Task Lone_LF_ends_a_line_of_the_head(string reply) => Compare.ResponseAsync(reply);

    [Theory]
    [Trait("parity", "P-104")]
    [InlineData("X: a\r\n b\r\n")]
    [InlineData("X: a\r\n\tb\r\n")]
    [InlineData("X: a\r\n    b\r\n")]
    [InlineData("X: a\r\n b\r\n c\r\n")]
    [InlineData("X: a\n b\n")]
    [InlineData("Content-Type: text/plain;\r\n charset=utf-8\r\n")]
    public Task Folded_lines_are_unfolded(string fields) =>
        Compare.ResponseAsync(Head(fields), new Difference("white space of folded lines", "headers", "content headers"));

    [Theory]
    [Trait("parity", "P-105")]
    [InlineData(": value\r\n")]
    [InlineData("NoColon\r\n")]
    [InlineData("In Side: value\r\n")]
    [InlineData("Name \r\n")]
    [InlineData("N\u00e4me: value\r\n")]
    [InlineData("(paren): value\r\n")]
    [InlineData("Empty:\r\n")]
    [InlineData("Empty: \r\n")]
    [InlineData("Spaces:   value   \r\n")]
    [InlineData("Tabs:\tvalue\t\r\n")]
    [InlineData("under_score: value\r\n")]
    [InlineData("X: a:b:c\r\n")]
    [InlineData(" Leading: value\r\n")]
    public Task Field_line(string fields) => Compare.ResponseAsync(Head(fields));

    [Theory]
    [Trait("parity", "P-106")]
    [InlineData("X: caf\u00e9\r\n")]
    [InlineData("Server: caf\u00e9\r\n")]
    [InlineData("Location: /caf\u00e9\r\n")]
    [InlineData("Location: /caf\u00c3\u00a9\r\n")]
    [InlineData("Content-Type: text/plain; x=\u00e9\r\n")]
    public Task Bytes_above_ASCII(string fields) => Compare.ResponseAsync(Head(fields));

    [Theory]
    [Trait("parity", "P-033")]
    [InlineData("X: a\u0001b\r\n")]
    [InlineData("X: a\u007fb\r\n")]
    [InlineData("X: a\0b\r\n")]
    public Task Controls_in_a_value(string fields) => Compare.ResponseAsync(Head(fields));

    [Theory]
    [Trait("parity", "P-107")]
    [InlineData("Expires: 0\r\n")]
    [InlineData("Expires: -1\r\n")]
    [InlineData("Expires: whenever\r\n")]
    [InlineData("Date: whenever\r\n")]
    [InlineData("Age: old\r\n")]
    [InlineData("Content-Type: ///\r\n")]
    [InlineData("Last-Modified: yesterday\r\n")]
    [InlineData("ETag: unquoted\r\n")]
    public Task Malformed_known_fields_stay_readable(string fields) => Compare.RunAsync(async (subject, seen) =>
    {
        await using RawServer server = RawServer.Replying(Head(fields));
        using HttpResponseMessage response = await subject.Client().GetAsync(server.Uri());
        seen.Note(response, server);
        seen.Note("typed", $"{response.Content.Headers.Expires} {response.Headers.Date} {response.Headers.Age} "
            + $"{response.Content.Headers.ContentType} {response.Content.Headers.LastModified} {response.Headers.ETag}");
    });

    [Theory]
    [Trait("parity", "P-022")]
    [InlineData("Allow: GET\r\n")]
    [InlineData("Content-Disposition: attachment\r\n")]
    [InlineData("Content-Encoding: x\r\n")]
    [InlineData("Content-Language: de\r\n")]
    [InlineData("Content-Location: /x\r\n")]
    [InlineData("Content-MD5: AA==\r\n")]
    [InlineData("Content-Range: bytes 0-1/2\r\n")]
    [InlineData("Content-Type: text/html\r\n")]
    [InlineData("Expires: Thu, 01 Jan 1970 00:00:00 GMT\r\n")]
    [InlineData("Last-Modified: Thu, 01 Jan 1970 00:00:00 GMT\r\n")]
    [InlineData("Content-Unknown: x\r\n")]
    [InlineData("CONTENT-TYPE: text/html\r\n")]
    [InlineData("cache-control: no-cache\r\n")]
    public Task Fields_are_split_between_response_and_content(string fields) => Compare.ResponseAsync(Head(fields));

    [Theory]
    [Trait("parity", "P-034")]
    [InlineData("Set-Cookie: a=1\r\nSet-Cookie: b=2\r\n")]
    [InlineData("X: 1\r\nX: 2\r\nx: 3\r\n")]
    [InlineData("Vary: a, b\r\nVary: c\r\n")]
    [InlineData("Server: a\r\nServer: b\r\n")]
    [InlineData("Content-Type: a/b\r\nContent-Type: c/d\r\n")]
    public Task Repeated_fields(string fields) => Compare.ResponseAsync(Head(fields), null, ("UseCookies", false));

    [Theory]
    [Trait("parity", "P-104")]
    [InlineData("HTTP/1.1 200 OK\r\nX: a\r\nContent-Length: 2\r\n\r\nhi")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2;x=y\r\nhi\r\n0\r\nT: 1\r\n\r\n")]
    [InlineData("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi")]
    public Task One_byte_at_a_time(string reply) => Compare.RunAsync(async (subject, seen) =>
    {
        await using RawServer server = new(async connection =>
        {
            await connection.ReadRequestAsync();
            foreach (char c in reply)
            {
                await connection.WriteAsync(c.ToString());
            }

            await connection.WaitForEndAsync();
        });
        await Compare.GetAsync(subject.Client(), server, seen);
    });

    [Theory]
    [Trait("parity", "P-162")]
    [InlineData(1, 0)]
    [InlineData(1, 1)]
    [InlineData(3, 0)]
    [InlineData(3, 1)]
    public Task The_limit_of_the_head_is_exact(int kib, int beyond) => Compare.RunAsync(async (subject, seen) =>
    {
        string start = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX: ";
        string reply = start + new string('a', kib * 1024 - start.Length - 4 + beyond) + "\r\n\r\nhi";
        await using RawServer server = RawServer.Replying(reply);
        await Compare.GetAsync(subject.Client(("MaxResponseHeadersLength", kib)), server, seen);
    });

    [Fact]
    [Trait("parity", "P-162")]
    public Task Many_fields_are_no_matter_within_the_limit() => Compare.ResponseAsync(
        Head(string.Concat(Enumerable.Range(0, 1000).Select(static i => $"X-{i}: {i}\r\n"))));

    [Fact]
    [Trait("parity", "P-162")]
    public Task A_field_without_end_fails_early() => Compare.RunAsync(async (subject, seen) =>
    {
        await using RawServer server = new(async connection =>
        {
            await connection.ReadRequestAsync();
            await connection.WriteAsync("HTTP/1.1 200 OK\r\nX: ");
            for (int i = 0; i < 100; i++)
            {
                await connection.WriteAsync(new string('a', 1024));
            }

            await connection.WaitForEndAsync();
        });
        await Compare.GetAsync(subject.Client(), server, seen);
    });

    [Theory]
    [Trait("parity", "P-113")]
    [InlineData(100)]
    [InlineData(102)]
    [InlineData(103)]
    [InlineData(150)]
    [InlineData(180)]
    [InlineData(199)]
    [Trait("parity", "P-026")]
    public Task Interim_responses_are_dropped(int code) => Compare.RunAsync(async (subject, seen) =>
    {
        CookieContainer cookies = new();
        await using RawServer server = RawServer.Replying(
            $"HTTP/1.1 {code} Interim\r\nX-Interim: 1\r\nSet-Cookie: interim=1\r\n\r\nHTTP/1.1 {code} Again\r\n\r\n" + Head("X-Final: 1\r\n"));
        await Compare.GetAsync(subject.Client(("CookieContainer", cookies)), server, seen);
        seen.Note("cookies", cookies.Count);
    });

    [Fact]
    [Trait("parity", "P-030")]
    public Task Interim_heads_count_towards_the_limit() => Compare.ResponseAsync(
        string.Concat(Enumerable.Repeat("HTTP/1.1 103 Early\r\nX: " + new string('a', 600) + "\r\n\r\n", 4)) + Head(""),
        null,
        ("MaxResponseHeadersLength", 2));
}
