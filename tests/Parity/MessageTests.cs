using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace PollHttp.Parity;

/// <summary>What does not belong to one part: names, many callers, what is kept and what is not.</summary>
public sealed class MessageTests
{
    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi";

    private static Func<SocketsHttpConnectionContext, CancellationToken, ValueTask<Stream>> To(RawServer server, Action<DnsEndPoint>? note = null) => async (context, token) =>
    {
        note?.Invoke(context.DnsEndPoint);
        Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, server.Port, token);
        return new NetworkStream(socket, ownsSocket: true);
    };

    [Theory]
    [Trait("parity", "P-015")]
    [Trait("parity", "P-115")]
    [Trait("parity", "P-118")]
    [InlineData("http://b\u00fccher.example/")]
    [InlineData("http://B\u00dcCHER.example:81/\u00e4?\u00f6")]
    [InlineData("http://xn--bcher-kva.example/")]
    [InlineData("http://\u4f8b\u3048.\u30c6\u30b9\u30c8/")]
    [InlineData("http://[::1]/")]
    [InlineData("http://[::1]:81/")]
    [InlineData("http://[fe80::1%25eth0]:81/")]
    [InlineData("http://EXAMPLE.org:80/")]
    [InlineData("http://example.org./")]
    [InlineData("http://user:secret@example.org/")]
    [InlineData("http://127.1/")]
    [InlineData("http://0x7f000001/")]
    public Task Hosts(string address) => Compare.RunAsync(async (subject, seen) =>
    {
        await using RawServer server = RawServer.Replying(Ok);
        HttpClient client = subject.Client(("ConnectCallback", To(server, endPoint => seen.Note("dialed", $"{endPoint.Host} {endPoint.Port}"))));
        await seen.TryAsync("error", async () => seen.Note("body", await client.GetStringAsync(address)));
        seen.Note("received", server.Received);
    });

    [Theory]
    [Trait("parity", "P-066")]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    public Task All_addresses_of_a_name_are_tried(string listener) => Compare.RunAsync(async (subject, seen) =>
    {
        RawServer server;
        try
        {
            server = new(
                static async connection =>
                {
                    await connection.ReadRequestAsync();
                    await connection.WriteAsync(Ok);
                },
                address: IPAddress.Parse(listener));
        }
        catch (SocketException)
        {
            return; // a machine without IPv6
        }

        await using RawServer raw = server;
        await seen.TryAsync("error", async () => seen.Note("body", await subject.Client().GetStringAsync($"http://localhost:{raw.Port}/")));
    });

    [Fact]
    [Trait("parity", "P-057")]
    public Task Many_threads_share_one_handler() => Compare.RunAsync(async (subject, seen) =>
    {
        await using RawServer server = new(static async connection =>
        {
            while (await connection.ReadRequestAsync() is { } request)
            {
                string path = request.Line.Split(' ')[1];
                await connection.WriteAsync($"HTTP/1.1 200 OK\r\nContent-Length: {path.Length}\r\n\r\n{path}");
            }
        });
        HttpClient client = subject.Client(("MaxConnectionsPerServer", 4));
        int right = 0;
        await Parallel.ForAsync(0, 200, new ParallelOptions { MaxDegreeOfParallelism = 20 }, async (i, token) =>
        {
            if (await client.GetStringAsync(server.Uri($"/{i}"), token) == $"/{i}")
            {
                Interlocked.Increment(ref right);
            }
        });
        seen.Note("right", right);
        seen.Note("connections", server.ConnectionCount <= 4);
    });

    [Theory]
    [Trait("parity", "P-081")]
    [InlineData(false)]
    [InlineData(true)]
    public Task A_token_that_is_canceled_after_the_head(bool readsWithIt) => Compare.RunAsync(async (subject, seen) =>
    {
        TaskCompletionSource more = new();
        await using RawServer server = new(async connection =>
        {
            await connection.ReadRequestAsync();
            await connection.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nhalf");
            await more.Task;
            await connection.WriteAsync("half");
            await connection.WaitForEndAsync();
        });
        using CancellationTokenSource cancel = new();
        using HttpResponseMessage response = await subject.Client().GetAsync(server.Uri(), HttpCompletionOption.ResponseHeadersRead, cancel.Token);
        cancel.Cancel();
        more.SetResult();
        await seen.TryAsync("error", async () =>
            seen.Note("body", await response.Content.ReadAsStringAsync(readsWithIt ? cancel.Token : CancellationToken.None)));
    });

    [Theory]
    [Trait("parity", "P-145")]
    [InlineData(false)]
    [InlineData(true)]
    public Task The_token_reaches_the_content(bool cancels) => Compare.RunAsync(async (subject, seen) =>
    {
        await using RawServer server = RawServer.Replying(Ok);
        using CancellationTokenSource cancel = new();
        using TokenNoting content = new(async token =>
        {
            seen.Note("can be canceled", token.CanBeCanceled);
            seen.Note("canceled at first", token.IsCancellationRequested);
            if (cancels)
            {
                cancel.Cancel();
                await Task.Delay(Timeout.Infinite, token);
            }
        });
        await seen.TryAsync("error", async () =>
        {
            using HttpRequestMessage request = new(HttpMethod.Post, server.Uri()) { Content = content };
            using HttpResponseMessage response = await subject.Invoker().SendAsync(request, cancel.Token);
            seen.Note("status", (int)response.StatusCode);
        });
        seen.Note("token was canceled", await content.WasCanceled);
    });

    private sealed class TokenNoting(Func<CancellationToken, Task> note) : HttpContent
    {
        private readonly TaskCompletionSource<bool> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<bool> WasCanceled => _ended.Task;

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
            SerializeToStreamAsync(stream, context, CancellationToken.None);

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
        {
            try
            {
                await note(cancellationToken);
                await stream.WriteAsync("content"u8.ToArray(), cancellationToken);
            }
            finally
            {
                _ended.SetResult(cancellationToken.IsCancellationRequested);
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 7;
            return true;
        }
    }

    [Fact]
    [Trait("parity", "P-059")]
    [Trait("parity", "P-147")]
    public Task A_connection_that_is_being_made_outlives_the_request_it_was_begun_for() => Compare.RunAsync(async (subject, seen) =>
    {
        await using RawServer server = RawServer.Replying(Ok);
        TaskCompletionSource asked = new();
        TaskCompletionSource go = new();
        CancellationToken ofConnect = default;
        Func<SocketsHttpConnectionContext, CancellationToken, ValueTask<Stream>> connect = async (context, token) =>
        {
            ofConnect = token;
            asked.TrySetResult();
            await go.Task;
            return await To(server)(context, token);
        };
        HttpClient client = subject.Client(("ConnectCallback", connect), ("MaxConnectionsPerServer", 1));
        using CancellationTokenSource cancel = new();
        Task<string> first = client.GetStringAsync(server.Uri(), cancel.Token);
        await asked.Task;
        Task<string> second = client.GetStringAsync(server.Uri());
        cancel.Cancel();
        await seen.TryAsync("first", () => first);
        seen.Note("connect canceled", ofConnect.IsCancellationRequested);
        go.SetResult();
        seen.Note("second", await second);
        seen.Note("connections", server.ConnectionCount);
    });

    /// <summary>While its connection waits in the pool, nothing of a request that was made is held.</summary>
    [Fact]
    [Trait("parity", "P-091")]
    public Task Nothing_of_a_request_is_kept() => Compare.RunAsync(async (subject, seen) =>
    {
        await using RawServer server = RawServer.Replying(Ok);
        HttpClient client = subject.Client();
        WeakReference[] parts = await SendAsync(client, server);
        await UntilCollectedAsync(parts);
        seen.Note("body", await client.GetStringAsync(server.Uri()));
        seen.Note("connections", server.ConnectionCount);
    });

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task<WeakReference[]> SendAsync(HttpClient client, RawServer server)
    {
        using CancellationTokenSource cancel = new();
        using HttpRequestMessage request = new(HttpMethod.Post, server.Uri()) { Content = new Unknown("content") };
        using HttpResponseMessage response = await client.SendAsync(request, cancel.Token);
        return [new(request), new(request.Content), new(response), new(response.Content), new(cancel)];
    }

    /// <summary>Ends in the time limit of the case where something is held.</summary>
    private static async Task UntilCollectedAsync(WeakReference[] parts)
    {
        while (parts.Any(static p => p.IsAlive))
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            await Task.Delay(10);
        }
    }

    private static readonly AsyncLocal<object?> Flowing = new();

    [Theory]
    [Trait("parity", "P-152")]
    [InlineData(false)]
    [InlineData(true)]
    public Task A_pooled_connection_holds_no_execution_context(bool suppressed) => Compare.RunAsync(async (subject, seen) =>
    {
        await using RawServer server = RawServer.Replying(Ok);
        HttpClient client = subject.Client();
        WeakReference flowing = await SendFlowingAsync(client, server, suppressed, seen);
        await UntilCollectedAsync([flowing]);
        seen.Note("body", await client.GetStringAsync(server.Uri()));
        seen.Note("connections", server.ConnectionCount);
    });

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task<WeakReference> SendFlowingAsync(HttpClient client, RawServer server, bool suppressed, Observation seen)
    {
        object value = new();
        Flowing.Value = value;
        Task<string> sending;
        if (suppressed)
        {
            using AsyncFlowControl control = ExecutionContext.SuppressFlow();
            sending = client.GetStringAsync(server.Uri());
        }
        else
        {
            sending = client.GetStringAsync(server.Uri());
        }

        seen.Note("first", await sending);
        seen.Note("flows", ReferenceEquals(Flowing.Value, value));
        Flowing.Value = null;
        return new WeakReference(value);
    }

    [Theory]
    [Trait("parity", "P-079")]
    [InlineData("HEAD", "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 100\r\n\r\n")]
    [InlineData("GET", "HTTP/1.1 304 Not Modified\r\nContent-Encoding: gzip\r\nContent-Length: 100\r\n\r\n")]
    [InlineData("GET", "HTTP/1.1 204 No Content\r\nContent-Encoding: br\r\n\r\n")]
    [InlineData("GET", "HTTP/1.1 200 OK\r\nContent-Encoding: deflate\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")]
    public Task Coded_nothing(string method, string reply) => Compare.RunAsync(async (subject, seen) =>
    {
        await using RawServer server = RawServer.Replying(reply);
        using HttpRequestMessage request = new(new HttpMethod(method), server.Uri());
        using HttpResponseMessage response = await subject.Client(("AutomaticDecompression", DecompressionMethods.All)).SendAsync(request);
        seen.Note(response, server);
        seen.Note("body", await response.Content.ReadAsStringAsync());
    });

    [Theory]
    [Trait("parity", "P-078")]
    [Trait("parity", "P-086")]
    [InlineData(true)]
    [InlineData(false)]
    public Task Decoded_bodies_read_synchronously(bool byByte) => Compare.RunAsync(async (subject, seen) =>
    {
        MemoryStream encoded = new();
        using (System.IO.Compression.GZipStream encoder = new(encoded, System.IO.Compression.CompressionMode.Compress, leaveOpen: true))
        {
            encoder.Write(Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, 5000))));
        }

        await using RawServer server = RawServer.Replying(
            $"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n{encoded.Length:x}\r\n{Encoding.Latin1.GetString(encoded.ToArray())}\r\n0\r\n\r\n");
        using HttpRequestMessage request = new(HttpMethod.Get, server.Uri());
        using HttpResponseMessage response = subject.Client(("AutomaticDecompression", DecompressionMethods.All)).Send(request, HttpCompletionOption.ResponseHeadersRead);
        using Stream stream = response.Content.ReadAsStream();
        StringBuilder text = new();
        byte[] buffer = new byte[1000];
        int count;
        while ((count = byByte ? stream.ReadByte() : stream.Read(buffer, 0, buffer.Length)) is not (0 or -1))
        {
            text.Append(byByte ? ((char)count).ToString() : Encoding.ASCII.GetString(buffer, 0, count));
        }

        seen.Note("text", text);
    });

    [Theory]
    [Trait("parity", "P-029")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf<close>", HttpCompletionOption.ResponseContentRead)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf<close>", HttpCompletionOption.ResponseHeadersRead)]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf<close>", HttpCompletionOption.ResponseContentRead)]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n<close>", HttpCompletionOption.ResponseHeadersRead)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Le<close>", HttpCompletionOption.ResponseHeadersRead)]
    public Task A_connection_that_is_lost(string reply, HttpCompletionOption option) => Compare.RunAsync(async (subject, seen) =>
    {
        await using RawServer server = RawServer.Replying(reply);
        await seen.TryAsync("send", async () =>
        {
            using HttpResponseMessage response = await subject.Client().GetAsync(server.Uri(), option);
            await seen.TryAsync("string", () => response.Content.ReadAsStringAsync());
            await seen.TryAsync("stream", async () => await (await response.Content.ReadAsStreamAsync()).ReadExactlyAsync(new byte[10]));
        });
    });

    [Fact]
    [Trait("parity", "P-029")]
    public Task A_connection_that_is_reset_before_the_response() => Compare.RunAsync(
        async (subject, seen) =>
        {
            await using RawServer server = new(static async connection =>
            {
                await connection.ReadRequestAsync();
                connection.Reset();
            });
            using HttpRequestMessage request = new(HttpMethod.Post, server.Uri()) { Content = new StringContent("x") };
            await seen.TryAsync("error", () => subject.Client().SendAsync(request));
        },
        new Difference("connections that break", "error"));

    /// <summary>
    /// The content goes on when the server has answered: the answer is there, for whoever reads while he writes. Ours is given the time
    /// to deliver it before the content ends.
    /// </summary>
    [Fact]
    [Trait("parity", "P-013")]
    public Task A_response_that_comes_while_its_request_is_still_sent() => Compare.RunAsync(
        async (subject, seen) =>
        {
            TaskCompletionSource answered = new(TaskCreationOptions.RunContinuationsAsynchronously);
            TaskCompletionSource delivered = new(TaskCreationOptions.RunContinuationsAsynchronously);
            TaskCompletionSource<(bool WasDelivered, bool IsCanceled)> ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
            await using RawServer server = new(async connection =>
            {
                RawRequest request = (await connection.ReadRequestAsync(withContent: false))!;
                await connection.WriteAsync(Ok);
                answered.SetResult();
                await connection.ReadContentAsync(request);
                await connection.WaitForEndAsync();
            });
            using HttpRequestMessage request = new(HttpMethod.Post, server.Uri())
            {
                Content = new Written(async (stream, token) =>
                {
                    await stream.WriteAsync("first"u8.ToArray(), token);
                    await stream.FlushAsync(token);
                    await answered.Task;
                    await stream.WriteAsync("second"u8.ToArray(), token);
                    await stream.FlushAsync(token);
                    await (subject.IsOurs ? delivered.Task : Task.CompletedTask);
                    ended.SetResult((delivered.Task.IsCompleted, token.IsCancellationRequested));
                }),
            };
            using HttpResponseMessage response = await subject.Client().SendAsync(request);
            delivered.SetResult();
            seen.Note("body", await response.Content.ReadAsStringAsync());
            seen.Note("delivered before the end of the content", (await ended.Task).WasDelivered);
            seen.Note("content canceled", (await ended.Task).IsCanceled);
        },
        new Difference("early responses", "delivered before the end of the content"));

    /// <summary>What a cache of responses needs is to come before the handler.</summary>
    [Fact]
    [Trait("ask", "A-15")]
    public Task A_cache_is_a_handler_above() => Compare.RunAsync(async (subject, seen) =>
    {
        await using RawServer server = RawServer.Replying(Ok);
        using HttpClient client = new(new Cache(subject.Handler()));
        for (int i = 0; i < 3; i++)
        {
            using HttpResponseMessage response = await client.GetAsync(server.Uri());
            seen.Note("body", await response.Content.ReadAsStringAsync());
        }

        seen.Note("received", server.Received);
    });

    private sealed class Cache(HttpMessageHandler inner) : DelegatingHandler(inner)
    {
        private readonly Dictionary<Uri, byte[]> _kept = [];

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (!_kept.TryGetValue(request.RequestUri!, out byte[]? body))
            {
                using HttpResponseMessage response = await base.SendAsync(request, cancellationToken);
                _kept[request.RequestUri!] = body = await response.Content.ReadAsByteArrayAsync(cancellationToken);
            }

            return new(HttpStatusCode.OK) { RequestMessage = request, Content = new ByteArrayContent(body) };
        }
    }
}
