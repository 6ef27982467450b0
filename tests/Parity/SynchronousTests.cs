namespace PollHttp.Parity;

/// <summary>The synchronous Send, on a thread of its own.</summary>
public sealed class SynchronousTests
{
    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi";

    private static string Send(HttpClient client, HttpRequestMessage request, CancellationToken token = default)
    {
        using HttpResponseMessage response = client.Send(request, HttpCompletionOption.ResponseHeadersRead, token);
        using StreamReader reader = new(response.Content.ReadAsStream(token));
        return $"{(int)response.StatusCode} {reader.ReadToEnd()}";
    }

    [Theory]
    [Trait("parity", "P-001")]
    [InlineData("none")]
    [InlineData("text")]
    [InlineData("unknown length")]
    [InlineData("pieces")]
    [InlineData("stream")]
    public Task With_a_content_that_can_be_written_synchronously(string content) => Compare.RunAsync(async (subject, seen) =>
    {
        await using RawServer server = RawServer.Replying(Ok, Ok);
        HttpClient client = subject.Client();
        for (int i = 0; i < 2; i++)
        {
            using HttpRequestMessage request = new(content == "none" ? HttpMethod.Get : HttpMethod.Post, server.Uri());
            request.Content = content switch
            {
                "none" => null,
                "text" => new StringContent("text"),
                "unknown length" => new Unknown("unknown"),
                "pieces" => new OnlySynchronous(),
                _ => new StreamContent(new MemoryStream(new byte[100_000])),
            };
            seen.Note("response", await Task.Run(() => Send(client, request)));
        }

        seen.Note("received", server.Received);
    });

    [Fact]
    [Trait("parity", "P-001")]
    public Task With_a_content_that_can_only_be_written_asynchronously() => Compare.RunAsync(async (subject, seen) =>
    {
        await using RawServer server = RawServer.Replying(Ok);
        HttpClient client = subject.Client();
        using HttpRequestMessage request = new(HttpMethod.Post, server.Uri()) { Content = new Throwing(new InvalidTimeZoneException("mine"), later: false) };
        await seen.TryAsync("error", () => Task.Run(() => Send(client, request)));
    });

    [Theory]
    [Trait("parity", "P-001")]
    [InlineData(1, HttpVersionPolicy.RequestVersionOrHigher)]
    [InlineData(2, HttpVersionPolicy.RequestVersionOrLower)]
    [InlineData(2, HttpVersionPolicy.RequestVersionExact)]
    public Task With_a_version(int major, HttpVersionPolicy policy) => Compare.RunAsync(async (subject, seen) =>
    {
        await using RawServer server = RawServer.Replying(Ok);
        HttpClient client = subject.Client();
        using HttpRequestMessage request = new(HttpMethod.Get, server.Uri()) { Version = new(major, major == 1 ? 1 : 0), VersionPolicy = policy };
        await seen.TryAsync("outcome", () => Task.Run(() => Send(client, request)));
    });

    [Theory]
    [Trait("parity", "P-001")]
    [InlineData(true)]
    [InlineData(false)]
    public Task Over_a_ConnectCallback(bool later) => Compare.RunAsync(async (subject, seen) =>
    {
        await using RawServer server = RawServer.Replying(Ok);
        Func<SocketsHttpConnectionContext, CancellationToken, ValueTask<Stream>> connect = async (context, token) =>
        {
            seen.Note("asked", context.DnsEndPoint.Host);
            if (later)
            {
                await Task.Yield();
            }

            System.Net.Sockets.Socket socket = new(System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Tcp);
            socket.Connect(IPAddress.Loopback, server.Port);
            return new System.Net.Sockets.NetworkStream(socket, ownsSocket: true);
        };
        HttpClient client = subject.Client((nameof(SocketsHttpHandler.ConnectCallback), connect));
        using HttpRequestMessage request = new(HttpMethod.Get, "http://nowhere.invalid:123/");
        seen.Note("response", await Task.Run(() => Send(client, request)));
    });

    [Theory]
    [Trait("parity", "P-001")]
    [InlineData("refused")]
    [InlineData("cut head")]
    [InlineData("canceled before")]
    [InlineData("canceled")]
    [InlineData("disposed")]
    public Task That_fails(string how) => Compare.RunAsync(async (subject, seen) =>
    {
        using CancellationTokenSource cancel = new();
        HttpClient client = subject.Client();
        await using RawServer server = new(async connection =>
        {
            await connection.ReadRequestAsync();
            switch (how)
            {
                case "cut head":
                    await connection.WriteAsync("HTTP/1.1 200 OK\r\nX: ");
                    connection.Close();
                    break;
                default:
                    cancel.Cancel();
                    await connection.WaitForEndAsync();
                    break;
            }
        });
        if (how == "canceled before")
        {
            cancel.Cancel();
        }

        if (how == "disposed")
        {
            client.Dispose();
        }

        using HttpRequestMessage request = new(HttpMethod.Get, how == "refused" ? new Uri("http://127.0.0.1:1/") : server.Uri());
        try
        {
            seen.Note("response", await Task.Run(() => Send(client, request, cancel.Token)));
        }
        catch (OperationCanceledException e)
        {
            seen.Note("canceled", $"{(e is TaskCanceledException ? "task" : "operation")}, own token: {e.CancellationToken == cancel.Token}");
        }
        catch (Exception e)
        {
            seen.Note("error", e);
        }
    });

    private sealed class OnlySynchronous : HttpContent
    {
        protected override void SerializeToStream(Stream stream, TransportContext? context, CancellationToken cancellationToken)
        {
            for (int i = 0; i < 10; i++)
            {
                stream.Write("synchronous"u8);
            }
        }

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => throw new InvalidOperationException("Not this one.");

        protected override bool TryComputeLength(out long length)
        {
            length = 110;
            return true;
        }
    }
}
