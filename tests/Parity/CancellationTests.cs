namespace PollHttp.Parity;

public sealed class CancellationTests
{
    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi";

    /// <summary>Does what it is told, and notes whose cancellation came back.</summary>
    private static async Task NoteAsync(Observation seen, CancellationToken token, Func<Task> action)
    {
        try
        {
            await action();
            seen.Note("outcome", "none");
        }
        catch (OperationCanceledException e)
        {
            seen.Note("outcome", $"{(e is TaskCanceledException ? "task" : "operation")} canceled, own token: {token.CanBeCanceled && e.CancellationToken == token}, timeout inside: {e.InnerException is TimeoutException}");
        }
        catch (Exception e)
        {
            seen.Note("outcome", e);
        }
    }

    [Fact]
    [Trait("parity", "P-080")]
    public Task Before_sending() => Compare.RunAsync(async (subject, seen) =>
    {
        await using RawServer server = RawServer.Replying(Ok);
        using CancellationTokenSource cancel = new();
        cancel.Cancel();
        using HttpRequestMessage request = new(HttpMethod.Get, server.Uri());
        await NoteAsync(seen, cancel.Token, () => subject.Invoker().SendAsync(request, cancel.Token));
        seen.Note("received", server.Received);
    });

    [Theory]
    [Trait("parity", "P-144")]
    [InlineData("nothing")]
    [InlineData("HTTP/1.1 200 OK\r\nX: ")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello")]
    public Task While_receiving(string reply) => Compare.RunAsync(async (subject, seen) =>
    {
        using CancellationTokenSource cancel = new();
        TaskCompletionSource ended = new();
        await using RawServer server = new(async connection =>
        {
            await connection.ReadRequestAsync();
            if (reply != "nothing")
            {
                await connection.WriteAsync(reply);
            }

            cancel.Cancel();
            await connection.WaitForEndAsync();
            ended.SetResult();
        });
        await NoteAsync(seen, cancel.Token, () => subject.Client().GetAsync(server.Uri(), cancel.Token));
        await ended.Task; // the connection is closed
    });

    [Fact]
    [Trait("parity", "P-144")]
    public Task While_reading_the_stream() => Compare.RunAsync(async (subject, seen) =>
    {
        await using RawServer server = new(async connection =>
        {
            await connection.ReadRequestAsync();
            await connection.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello");
            await connection.WaitForEndAsync();
        });
        using HttpResponseMessage response = await subject.Client().GetAsync(server.Uri(), HttpCompletionOption.ResponseHeadersRead);
        Stream stream = await response.Content.ReadAsStreamAsync();
        await stream.ReadExactlyAsync(new byte[5]);
        using CancellationTokenSource cancel = new();
        Task reading = stream.ReadAsync(new byte[5], 0, 5, cancel.Token);
        cancel.Cancel();
        await NoteAsync(seen, cancel.Token, () => reading);
    });

    [Fact]
    [Trait("parity", "P-144")]
    public Task While_sending_content() => Compare.RunAsync(async (subject, seen) =>
    {
        using CancellationTokenSource cancel = new();
        await using RawServer server = new(async connection =>
        {
            await connection.ReadRequestAsync(withContent: false);
            cancel.Cancel();
            await connection.WaitForEndAsync();
        });
        using HttpRequestMessage request = new(HttpMethod.Post, server.Uri()) { Content = new NeverEnding(seen) };
        await NoteAsync(seen, cancel.Token, () => subject.Client().SendAsync(request, cancel.Token));
    });

    private sealed class NeverEnding(Observation seen) : HttpContent
    {
        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
            SerializeToStreamAsync(stream, context, default);

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
        {
            await stream.WriteAsync(new byte[10], cancellationToken);
            await stream.FlushAsync(cancellationToken);
            seen.Note("token can be canceled", cancellationToken.CanBeCanceled);
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }

    [Fact]
    [Trait("parity", "P-144")]
    public Task While_waiting_for_a_connection() => Compare.RunAsync(async (subject, seen) =>
    {
        TaskCompletionSource arrived = new();
        TaskCompletionSource goOn = new();
        await using RawServer server = new(async connection =>
        {
            while (await connection.ReadRequestAsync() is not null)
            {
                arrived.TrySetResult();
                await goOn.Task;
                await connection.WriteAsync(Ok);
            }
        });
        HttpClient client = subject.Client(("MaxConnectionsPerServer", 1));
        Task<string> first = client.GetStringAsync(server.Uri("/1"));
        await arrived.Task;
        using CancellationTokenSource cancel = new();
        Task second = client.GetStringAsync(server.Uri("/2"), cancel.Token);
        Task<string> third = client.GetStringAsync(server.Uri("/3"));
        cancel.Cancel();
        await NoteAsync(seen, cancel.Token, () => second);
        goOn.SetResult();
        seen.Note("others", await first + await third);
        seen.Note("received", server.Received);
    });

    [Fact]
    [Trait("parity", "P-144")]
    public Task While_connecting() => Compare.RunAsync(async (subject, seen) =>
    {
        using CancellationTokenSource cancel = new();
        Func<SocketsHttpConnectionContext, CancellationToken, ValueTask<Stream>> never = async (_, token) =>
        {
            cancel.Cancel();
            await Task.Delay(Timeout.Infinite, token);
            return Stream.Null;
        };
        await NoteAsync(seen, cancel.Token, () => subject.Client(("ConnectCallback", never)).GetAsync("http://nowhere.invalid/", cancel.Token));
    });

    [Fact]
    [Trait("parity", "P-063")]
    public Task Connect_timeout() => Compare.RunAsync(async (subject, seen) =>
    {
        Func<SocketsHttpConnectionContext, CancellationToken, ValueTask<Stream>> never = async (_, token) =>
        {
            await Task.Delay(Timeout.Infinite, token);
            return Stream.Null;
        };
        await NoteAsync(seen, default, () => subject.Client(("ConnectCallback", never), ("ConnectTimeout", TimeSpan.FromMilliseconds(20))).GetAsync("http://nowhere.invalid/"));
    });

    [Theory]
    [Trait("parity", "P-082")]
    [Trait("rule", "R-254")]
    [InlineData("nothing", HttpCompletionOption.ResponseHeadersRead)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello", HttpCompletionOption.ResponseContentRead)]
    public Task Timeout_of_the_client(string reply, HttpCompletionOption option) => Compare.RunAsync(async (subject, seen) =>
    {
        await using RawServer server = new(async connection =>
        {
            await connection.ReadRequestAsync();
            if (reply != "nothing")
            {
                await connection.WriteAsync(reply);
            }

            await connection.WaitForEndAsync();
        });
        HttpClient client = subject.Client();
        client.Timeout = TimeSpan.FromMilliseconds(100);
        await NoteAsync(seen, default, () => client.GetAsync(server.Uri(), option));
    });

    [Theory]
    [Trait("parity", "P-083")]
    [InlineData(false)]
    [InlineData(true)]
    public Task Ending_the_client_ends_what_waits(bool dispose) => Compare.RunAsync(async (subject, seen) =>
    {
        TaskCompletionSource arrived = new();
        await using RawServer server = new(async connection =>
        {
            await connection.ReadRequestAsync();
            arrived.SetResult();
            await connection.WaitForEndAsync();
        });
        HttpClient client = subject.Client();
        Task pending = client.GetAsync(server.Uri());
        await arrived.Task;
        if (dispose)
        {
            client.Dispose();
        }
        else
        {
            client.CancelPendingRequests();
        }

        await NoteAsync(seen, default, () => pending);
    });

    [Fact]
    [Trait("parity", "P-146")]
    public Task A_stream_handed_out_outlives_the_client() => Compare.RunAsync(async (subject, seen) =>
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
        HttpClient client = subject.Client();
        using HttpResponseMessage response = await client.GetAsync(server.Uri(), HttpCompletionOption.ResponseHeadersRead);
        client.Dispose();
        goOn.SetResult();
        seen.Note("body", await response.Content.ReadAsStringAsync());
    });

    [Fact]
    [Trait("parity", "P-085")]
    public Task Synchronous_sending_honours_the_token() => Compare.RunAsync(async (subject, seen) =>
    {
        using CancellationTokenSource cancel = new();
        await using RawServer server = new(async connection =>
        {
            await connection.ReadRequestAsync();
            cancel.Cancel();
            await connection.WaitForEndAsync();
        });
        HttpClient client = subject.Client();
        await NoteAsync(seen, cancel.Token, () =>
        {
            using HttpRequestMessage request = new(HttpMethod.Get, server.Uri());
            client.Send(request, cancel.Token).Dispose();
            return Task.CompletedTask;
        });
    });

    [Theory]
    [Trait("parity", "P-151")]
    [InlineData("GET", "1.1")]
    [InlineData("POST", "1.1")]
    [InlineData("GET", "1.0")]
    [InlineData("GET", "2.0")]
    public Task Synchronous_sending(string method, string version) => Compare.RunAsync(async (subject, seen) =>
    {
        await using RawServer server = RawServer.Replying(Ok);
        HttpClient client = subject.Client();
        using HttpRequestMessage request = new(new HttpMethod(method), server.Uri()) { Version = Version.Parse(version) };
        if (method == "POST")
        {
            request.Content = new Unknown("content");
        }

        seen.Try("error", () =>
        {
            using HttpResponseMessage response = client.Send(request);
            seen.Note(response, server);
            using StreamReader reader = new(response.Content.ReadAsStream());
            seen.Note("body", reader.ReadToEnd());
        });
        seen.Note("received", server.Received);
    });
}
