using System.Runtime.CompilerServices;

namespace PollHttp.Parity;

public sealed class RetryTests
{
    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi";

    private static HttpRequestMessage Make(string method, RawServer server) =>
        new(new HttpMethod(method), server.Uri()) { Content = method is "POST" or "PUT" ? new StringContent("content") : null };

    /// <summary>A first request is answered; the second finds a connection that ends when it comes.</summary>
    [Theory]
    [Trait("parity", "P-062")]
    [Trait("parity", "P-157")]
    [InlineData("GET", false)]
    [InlineData("GET", true)]
    [InlineData("HEAD", false)]
    [InlineData("DELETE", false)]
    [InlineData("PUT", false)]
    [InlineData("POST", false)]
    [InlineData("CUSTOM", false)]
    public Task A_connection_that_ends_when_it_is_used_again(string method, bool resets) => Compare.RunAsync(
        async (subject, seen) =>
        {
            await using RawServer server = new(async connection =>
            {
                await connection.ReadRequestAsync();
                await connection.WriteAsync(connection.Number == 2 && method == "HEAD" ? "HTTP/1.1 200 OK\r\n\r\n" : Ok);
                if (connection.Number > 1)
                {
                    await connection.WaitForEndAsync();
                    return;
                }

                await connection.ReadRequestAsync();
                if (resets)
                {
                    connection.Reset();
                }
                else
                {
                    connection.Close();
                }
            });
            HttpClient client = subject.Client();
            seen.Note("first", await client.GetStringAsync(server.Uri()));
            await seen.TryAsync("error", async () =>
            {
                using HttpRequestMessage request = Make(method, server);
                using HttpResponseMessage response = await client.SendAsync(request);
                seen.Note("status", (int)response.StatusCode);
            });
            seen.Note("received", server.Received);
        },
        resets || method is "PUT" or "CUSTOM" ? new Difference("what is sent again", "error", "status", "received") : null);

    /// <summary>Every connection ends without an answer.</summary>
    [Theory]
    [Trait("parity", "P-157")]
    [Trait("parity", "P-029")]
    [InlineData("GET")]
    [InlineData("POST")]
    public Task New_connections_that_end(string method) => Compare.RunAsync(
        async (subject, seen) =>
        {
            await using RawServer server = new(static async connection =>
            {
                await connection.ReadRequestAsync();
                connection.Close();
            });
            await seen.TryAsync("error", async () =>
            {
                using HttpRequestMessage request = Make(method, server);
                await subject.Client().SendAsync(request);
            });
            seen.Note("times", server.Requests.Count);
        },
        method == "GET" ? new Difference("what is sent again", "times") : null);

    [Theory]
    [Trait("rule", "R-217")]
    [Trait("parity", "P-157")]
    [InlineData("H")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n")]
    [InlineData("HTTP/1.1 100 Continue\r\n\r\n")]
    public Task Nothing_is_sent_again_after_a_byte_of_the_answer(string start) => Compare.RunAsync(async (subject, seen) =>
    {
        await using RawServer server = new(async connection =>
        {
            await connection.ReadRequestAsync();
            await connection.WriteAsync(Ok);
            await connection.ReadRequestAsync();
            await connection.WriteAsync(start);
            connection.Close();
        });
        HttpClient client = subject.Client();
        seen.Note("first", await client.GetStringAsync(server.Uri()));
        await seen.TryAsync("error", () => client.GetAsync(server.Uri()));
        seen.Note("received", server.Received);
    });

    [Theory]
    [Trait("parity", "P-158")]
    [InlineData("POST")]
    [InlineData("PUT")]
    public Task An_expectation_that_is_not_answered(string method) => Compare.RunAsync(
        async (subject, seen) =>
        {
            await using RawServer server = new(static async connection =>
            {
                RawRequest request = (await connection.ReadRequestAsync(withContent: false))!;
                if (connection.Number == 1 && request.Field("Expect") is null)
                {
                    await connection.ReadContentAsync(request);
                    await connection.WriteAsync(Ok);
                    await connection.ReadRequestAsync(withContent: false);
                    connection.Close();
                    return;
                }

                await connection.WriteAsync("HTTP/1.1 100 Continue\r\n\r\n");
                await connection.ReadContentAsync(request);
                await connection.WriteAsync(Ok);
                await connection.WaitForEndAsync();
            });
            HttpClient client = subject.Client(("Expect100ContinueTimeout", TimeSpan.FromSeconds(20)));
            seen.Note("first", await client.GetStringAsync(server.Uri()));
            await seen.TryAsync("error", async () =>
            {
                using HttpRequestMessage request = Make(method, server);
                request.Headers.ExpectContinue = true;
                using HttpResponseMessage response = await client.SendAsync(request);
                seen.Note("status", (int)response.StatusCode);
            });
            seen.Note("received", server.Received);
        },
        method == "POST" ? new Difference("what is sent again", "error", "status", "received") : null);

    /// <summary>The only connection is held by a response that is forgotten.</summary>
    [Theory]
    [Trait("parity", "P-032")]
    [Trait("parity", "P-131")]
    [Trait("fault", "F-58")]
    [InlineData(false)]
    [InlineData(true)]
    public Task A_response_that_is_forgotten_holds_nobody_up(bool readsSome) => Compare.RunAsync(async (subject, seen) =>
    {
        await using RawServer server = new(static async connection =>
        {
            await connection.ReadRequestAsync();
            await connection.WriteAsync(connection.Number == 1 ? $"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n{new string('x', 100_000)}" : Ok);
            await connection.WaitForEndAsync();
        });
        HttpClient client = subject.Client(("MaxConnectionsPerServer", 1));
        await ForgetAsync(client, server, readsSome);
        Task<string> waiting = client.GetStringAsync(server.Uri());
        while (!waiting.IsCompleted)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            await Task.WhenAny(waiting, Task.Delay(10));
        }

        seen.Note("second", await waiting);
    });

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task ForgetAsync(HttpClient client, RawServer server, bool readsSome)
    {
        HttpResponseMessage response = await client.GetAsync(server.Uri(), HttpCompletionOption.ResponseHeadersRead);
        if (readsSome)
        {
            await (await response.Content.ReadAsStreamAsync()).ReadExactlyAsync(new byte[10]);
        }
    }

    [Theory]
    [Trait("parity", "P-061")]
    [InlineData("")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil")]
    public Task An_idle_connection_that_says_something_is_dropped(string said) => Compare.RunAsync(async (subject, seen) =>
    {
        TaskCompletionSource ended = new();
        TaskCompletionSource say = new();
        TaskCompletionSource hasSaid = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using RawServer server = new(async connection =>
        {
            await connection.ReadRequestAsync();
            await connection.WriteAsync(Ok);
            if (connection.Number == 1)
            {
                await say.Task;
                if (said.Length > 0)
                {
                    await connection.WriteAsync(said);
                    hasSaid.SetResult();
                    await connection.WaitForEndAsync();
                }
                else
                {
                    connection.Close();
                }

                ended.SetResult();
                return;
            }

            await connection.WaitForEndAsync();
        });
        HttpClient client = subject.Client();
        seen.Note("body", await client.GetStringAsync(server.Uri()));
        say.SetResult();
        await (said.Length == 0 ? ended.Task : hasSaid.Task);
        if (subject.IsOurs)
        {
            await ended.Task; // the platform looks when it wants to use the connection again, ours closes it at once
        }

        seen.Note("body", await client.GetStringAsync(server.Uri()));
        seen.Note("connections", string.Join(" ", server.Requests.Select(static r => r.Connection)));
    });
}
