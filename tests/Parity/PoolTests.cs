namespace PollHttp.Parity;

public sealed class PoolTests
{
    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi";

    private static async Task SequenceAsync(HttpClient client, RawServer server, Observation seen, int count = 3)
    {
        for (int i = 0; i < count; i++)
        {
            await seen.TryAsync("error", async () =>
            {
                using HttpResponseMessage response = await client.GetAsync(server.Uri());
                seen.Note("status", (int)response.StatusCode);
            });
        }

        seen.Note("connections", string.Join(" ", server.Requests.Select(static r => r.Connection)));
    }

    [Theory]
    [Trait("parity", "P-153")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\nhi")]
    [InlineData("HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\nhi")]
    [InlineData("HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nhi<close>")]
    [InlineData("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nhi")]
    [InlineData("HTTP/1.1 200 OK\r\nConnection: x, CLOSE\r\nContent-Length: 2\r\n\r\nhi")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi<close>")]
    [InlineData("HTTP/1.1 204 No Content\r\n\r\n")]
    [InlineData("HTTP/1.1 304 Not Modified\r\n\r\n")]
    [Trait("parity", "P-093")]
    public Task Which_responses_leave_the_connection_usable(string reply) => Compare.RunAsync(async (subject, seen) =>
    {
        await using RawServer server = RawServer.Replying(reply);
        await SequenceAsync(subject.Client(), server, seen);
    });

    [Theory]
    [Trait("parity", "P-060")]
    [InlineData(nameof(SocketsHttpHandler.PooledConnectionLifetime))]
    [InlineData(nameof(SocketsHttpHandler.PooledConnectionIdleTimeout))]
    public Task Zero_means_a_connection_each(string setting) => Compare.RunAsync(async (subject, seen) =>
    {
        await using RawServer server = RawServer.Replying(Ok);
        await SequenceAsync(subject.Client((setting, TimeSpan.Zero)), server, seen);
    });

    [Theory]
    [Trait("parity", "P-008")]
    [InlineData("close", "connections after Connection: close")]
    [InlineData("keep-alive", null)]
    public Task The_request_decides_too(string option, string? difference) => Compare.RunAsync(async (subject, seen) =>
    {
        await using RawServer server = RawServer.Replying(Ok);
        HttpClient client = subject.Client();
        client.DefaultRequestHeaders.Connection.Add(option);
        await SequenceAsync(client, server, seen);
        seen.Note("received", server.Received);
    }, difference is null ? null : new Difference("connections after Connection: close", "connections", "received"));

    [Fact]
    [Trait("parity", "P-154")]
    public Task One_connection_serves_many() => Compare.RunAsync(async (subject, seen) =>
    {
        await using RawServer server = RawServer.Replying(Ok);
        HttpClient client = subject.Client(("MaxConnectionsPerServer", 1));
        string[] all = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => client.GetStringAsync(server.Uri())));
        seen.Note("all", string.Concat(all));
        seen.Note("connections", server.ConnectionCount);
    });

    [Fact]
    [Trait("parity", "P-154")]
    public Task One_connection_at_a_time_that_may_not_be_reused() => Compare.RunAsync(async (subject, seen) =>
    {
        await using RawServer server = RawServer.Replying("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nhi");
        HttpClient client = subject.Client(("MaxConnectionsPerServer", 1));
        string[] all = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => client.GetStringAsync(server.Uri())));
        seen.Note("all", string.Concat(all));
        seen.Note("connections", server.ConnectionCount);
    });

    [Theory]
    [Trait("parity", "P-159")]
    [InlineData("length")]
    [InlineData("one chunk")]
    [InlineData("small chunks")]
    public Task An_unread_body_is_drained(string framing) => Compare.RunAsync(async (subject, seen) =>
    {
        const int size = 100_000;
        string reply = framing switch
        {
            "length" => $"HTTP/1.1 200 OK\r\nContent-Length: {size}\r\n\r\n{new string('x', size)}",
            "one chunk" => $"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{size:x}\r\n{new string('x', size)}\r\n0\r\n\r\n",
            _ => "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + string.Concat(Enumerable.Repeat("1\r\nx\r\n", 10_000)) + "0\r\n\r\n",
        };
        await using RawServer server = RawServer.Replying(reply);
        HttpClient client = subject.Client(("MaxConnectionsPerServer", 1));
        for (int i = 0; i < 3; i++)
        {
            using HttpResponseMessage response = await client.GetAsync(server.Uri(), HttpCompletionOption.ResponseHeadersRead);
            Stream stream = await response.Content.ReadAsStreamAsync();
            await stream.ReadExactlyAsync(new byte[10]);
        }

        seen.Note("connections", string.Join(" ", server.Requests.Select(static r => r.Connection)));
    });

    [Theory]
    [Trait("parity", "P-159")]
    [InlineData("length")]
    [InlineData("chunks")]
    public Task An_unread_body_over_the_limit_is_not(string framing) => Compare.RunAsync(async (subject, seen) =>
    {
        const int size = 200_000;
        string reply = framing == "length"
            ? $"HTTP/1.1 200 OK\r\nContent-Length: {size}\r\n\r\n{new string('x', size)}"
            : $"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{size:x}\r\n{new string('x', size)}\r\n0\r\n\r\n";
        await using RawServer server = RawServer.Replying(reply);
        HttpClient client = subject.Client(("MaxResponseDrainSize", 1000), ("MaxConnectionsPerServer", 1));
        for (int i = 0; i < 2; i++)
        {
            (await client.GetAsync(server.Uri(), HttpCompletionOption.ResponseHeadersRead)).Dispose();
        }

        seen.Note("connections", string.Join(" ", server.Requests.Select(static r => r.Connection)));
    });

    [Fact]
    [Trait("parity", "P-114")]
    public Task Bytes_beyond_a_response_condemn_the_connection() => Compare.RunAsync(async (subject, seen) =>
    {
        await using RawServer server = RawServer.Replying(Ok + "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil");
        HttpClient client = subject.Client();
        for (int i = 0; i < 3; i++)
        {
            seen.Note("body", await client.GetStringAsync(server.Uri()));
        }

        seen.Note("connections", server.ConnectionCount);
    });

    [Fact]
    [Trait("parity", "P-067")]
    public Task Disposing_the_handler_closes_idle_connections() => Compare.RunAsync(async (subject, seen) =>
    {
        TaskCompletionSource ended = new();
        await using RawServer server = new(async connection =>
        {
            await connection.ReadRequestAsync();
            await connection.WriteAsync(Ok);
            await connection.WaitForEndAsync();
            ended.SetResult();
        });
        HttpClient client = subject.Client();
        seen.Note("body", await client.GetStringAsync(server.Uri()));
        client.Dispose();
        await ended.Task;
    });

    [Fact]
    [Trait("parity", "P-069")]
    public Task Nobody_listens() => Compare.RunAsync(async (subject, seen) =>
        await seen.TryAsync("error", () => subject.Client().GetAsync("http://127.0.0.1:1/")));

    [Fact]
    [Trait("parity", "P-069")]
    public Task The_name_is_unknown() => Compare.RunAsync(async (subject, seen) =>
        await seen.TryAsync("error", () => subject.Client().GetAsync("http://nowhere.invalid/")));

    [Theory]
    [Trait("parity", "P-009")]
    [InlineData("HTTP/1.1 100 Continue\r\n\r\n")]
    [InlineData("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n")]
    [InlineData("")]
    public Task Content_waits_for_a_100_or_a_while(string interim) => Compare.RunAsync(async (subject, seen) =>
    {
        await using RawServer server = new(async connection =>
        {
            RawRequest request = (await connection.ReadRequestAsync(withContent: false))!;
            await connection.WriteAsync(interim);
            seen.Note("content", await connection.ReadContentAsync(request));
            await connection.WriteAsync(Ok);
            await connection.WaitForEndAsync();
        });
        HttpClient client = subject.Client(("Expect100ContinueTimeout", TimeSpan.FromMilliseconds(interim.Length == 0 ? 50 : 20_000)));
        client.DefaultRequestHeaders.ExpectContinue = true;
        using StringContent content = new("hello");
        using HttpResponseMessage response = await client.PostAsync(server.Uri(), content);
        seen.Note(response, server);
        seen.Note("received", server.Received);
    });

    [Theory]
    [Trait("parity", "P-121")]
    [InlineData(400)]
    [InlineData(417)]
    [InlineData(500)]
    public Task A_refusal_instead_of_a_100(int status) => Compare.RunAsync(async (subject, seen) =>
    {
        await using RawServer server = new(async connection =>
        {
            await connection.ReadRequestAsync(withContent: false);
            await connection.WriteAsync($"HTTP/1.1 {status} No\r\nContent-Length: 2\r\n\r\nno");
            await connection.WaitForEndAsync();
        });
        HttpClient client = subject.Client(("Expect100ContinueTimeout", TimeSpan.FromSeconds(20)));
        client.DefaultRequestHeaders.ExpectContinue = true;
        using StringContent content = new(new string('x', 5000));
        using HttpResponseMessage response = await client.PostAsync(server.Uri(), content);
        seen.Note(response, server);
        seen.Note("body", await response.Content.ReadAsStringAsync());
    });

    /// <summary>The bodies end long after they were given up; only how long the handler waits for that differs.</summary>
    [Theory]
    [InlineData(-1)]
    [InlineData(60_000)]
    public Task A_body_that_is_given_up_is_drained_for_as_long_as_the_handler_says(int milliseconds) => Compare.RunAsync(async (subject, seen) =>
    {
        HttpClient client = subject.Client(
            ("MaxConnectionsPerServer", 1),
            ("ResponseDrainTimeout", milliseconds < 0 ? Timeout.InfiniteTimeSpan : TimeSpan.FromMilliseconds(milliseconds)));
        using SemaphoreSlim givenUp = new(0);
        await using RawServer server = new(async connection =>
        {
            while (await connection.ReadRequestAsync() is not null)
            {
                await connection.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n" + new string('x', 400));
                await givenUp.WaitAsync();
                await connection.WriteAsync(new string('x', 600));
            }
        });
        for (int i = 0; i < 3; i++)
        {
            HttpResponseMessage response = await client.GetAsync(server.Uri(), HttpCompletionOption.ResponseHeadersRead);
            seen.Note("status", (int)response.StatusCode);
            response.Dispose();
            givenUp.Release();
        }

        seen.Note("connections", string.Join(" ", server.Requests.Select(static r => r.Connection)));
    });
}
