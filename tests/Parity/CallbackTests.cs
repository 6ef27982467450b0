using System.Net.Sockets;

namespace PollHttp.Parity;

public sealed class CallbackTests
{
    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi";

    private static async ValueTask<Stream> DialAsync(RawServer server, CancellationToken token)
    {
        Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, server.Port, token);
        return new NetworkStream(socket, ownsSocket: true);
    }

    [Fact]
    [Trait("parity", "P-176")]
    public Task ConnectCallback_is_asked_once_a_connection() => Compare.RunAsync(async (subject, seen) =>
    {
        await using RawServer server = RawServer.Replying(Ok);
        Func<SocketsHttpConnectionContext, CancellationToken, ValueTask<Stream>> connect = (context, token) =>
        {
            seen.Note("asked", $"{context.DnsEndPoint.Host} {context.DnsEndPoint.Port} {context.InitialRequestMessage.RequestUri}");
            return DialAsync(server, token);
        };
        HttpClient client = subject.Client((nameof(SocketsHttpHandler.ConnectCallback), connect));
        for (int i = 0; i < 3; i++)
        {
            using HttpResponseMessage response = await client.GetAsync("http://nowhere.invalid:123/path");
            seen.Note("body", await response.Content.ReadAsStringAsync());
        }

        seen.Note("received", server.Received);
    });

    [Theory]
    [Trait("rule", "R-149")]
    [InlineData("http://name.123/")]
    [InlineData("http://1.2.3.4.5/")]
    public Task Hosts_that_end_in_a_number(string address) => Compare.RunAsync(
        async (subject, seen) =>
        {
            await using RawServer server = RawServer.Replying(Ok);
            Func<SocketsHttpConnectionContext, CancellationToken, ValueTask<Stream>> connect = (_, token) => DialAsync(server, token);
            await seen.TryAsync("error", async () =>
            {
                using HttpResponseMessage response = await subject.Client((nameof(SocketsHttpHandler.ConnectCallback), connect)).GetAsync(address);
                seen.Note("status", (int)response.StatusCode);
            });
        },
        new Difference("hosts that end in a number", "error", "status"));

    [Theory]
    [Trait("parity", "P-176")]
    [InlineData("throws")]
    [InlineData("throws later")]
    [InlineData("null")]
    [InlineData("cancel")]
    public Task ConnectCallback_that_fails(string how) => Compare.RunAsync(async (subject, seen) =>
    {
        Func<SocketsHttpConnectionContext, CancellationToken, ValueTask<Stream>> connect = async (_, _) =>
        {
            if (how == "throws later")
            {
                await Task.Yield();
            }

            return how switch
            {
                "null" => null!,
                "cancel" => throw new OperationCanceledException(),
                _ => throw new InvalidTimeZoneException("mine"),
            };
        };
        HttpClient client = subject.Client((nameof(SocketsHttpHandler.ConnectCallback), connect));
        await seen.TryAsync("error", () => client.GetAsync("http://nowhere.invalid/"));
    });

    [Fact]
    [Trait("parity", "P-176")]
    public Task PlaintextStreamFilter_sees_the_bytes() => Compare.RunAsync(async (subject, seen) =>
    {
        await using RawServer server = RawServer.Replying(Ok);
        Func<SocketsHttpPlaintextStreamFilterContext, CancellationToken, ValueTask<Stream>> filter = (context, _) =>
        {
            seen.Note("asked", $"{context.NegotiatedHttpVersion} {context.PlaintextStream.CanWrite} {context.InitialRequestMessage.Method}");
            return new(context.PlaintextStream);
        };
        HttpClient client = subject.Client((nameof(SocketsHttpHandler.PlaintextStreamFilter), filter));
        await Compare.GetAsync(client, server, seen);
        using StringContent content = new(new string('x', 100_000));
        using HttpResponseMessage response = await client.PostAsync(server.Uri(), content);
        seen.Note("length", server.Requests[1].Content.Length);
    });

    [Fact]
    [Trait("parity", "P-176")]
    public Task ConnectCallback_with_a_Unix_socket() => Compare.RunAsync(async (subject, seen) =>
    {
        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        using Socket listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen();
        Task serving = Task.Run(async () =>
        {
            using Socket peer = await listener.AcceptAsync();
            byte[] buffer = new byte[1000];
            int count = await peer.ReceiveAsync(buffer);
            seen.Note("received", Encoding.ASCII.GetString(buffer, 0, count));
            await peer.SendAsync(Encoding.ASCII.GetBytes(Ok));
        });
        Func<SocketsHttpConnectionContext, CancellationToken, ValueTask<Stream>> connect = async (_, token) =>
        {
            Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), token);
            return new NetworkStream(socket, ownsSocket: true);
        };
        HttpClient client = subject.Client((nameof(SocketsHttpHandler.ConnectCallback), connect));
        seen.Note("body", await client.GetStringAsync("http://localhost/x"));
        await serving;
        File.Delete(path);
    });

    [Theory]
    [Trait("parity", "P-065")]
    [Trait("parity", "P-176")]
    [InlineData("throws")]
    [InlineData("throws later")]
    [InlineData("null")]
    [InlineData("cancel")]
    public Task PlaintextStreamFilter_that_fails(string how) => Compare.RunAsync(async (subject, seen) =>
    {
        TaskCompletionSource ended = new();
        await using RawServer server = new(async connection =>
        {
            await connection.WaitForEndAsync();
            ended.SetResult();
        });
        Func<SocketsHttpPlaintextStreamFilterContext, CancellationToken, ValueTask<Stream>> filter = async (_, _) =>
        {
            if (how == "throws later")
            {
                await Task.Yield();
            }

            return how switch
            {
                "null" => null!,
                "cancel" => throw new OperationCanceledException(),
                _ => throw new InvalidTimeZoneException("mine"),
            };
        };
        HttpClient client = subject.Client(("PlaintextStreamFilter", filter));
        HttpRequestException error = await Assert.ThrowsAnyAsync<HttpRequestException>(() => client.GetAsync(server.Uri()));
        seen.Note("error", error.HttpRequestError);
        seen.Note("inside", how == "null" ? null : error.InnerException);
        if (subject.IsOurs)
        {
            await ended.Task; // the connection is not left open
        }
    });

    [Theory]
    [Trait("parity", "P-064")]
    [InlineData(false)]
    [InlineData(true)]
    public Task TLS_over_a_stream_of_ConnectCallback_unless_it_has_some(bool alreadySecure) => Compare.RunAsync(async (subject, seen) =>
    {
        await using RawServer server = RawServer.Replying(new System.Net.Security.SslServerAuthenticationOptions { ServerCertificate = Certificates.Localhost }, Ok);
        Func<SocketsHttpConnectionContext, CancellationToken, ValueTask<Stream>> connect = async (_, token) =>
        {
            Stream stream = await DialAsync(server, token);
            if (alreadySecure)
            {
                System.Net.Security.SslStream secure = new(stream, false, static (_, _, _, _) => true);
                await secure.AuthenticateAsClientAsync("own.example");
                stream = secure;
            }

            return stream;
        };
        HttpClient client = subject.Client(
            ("ConnectCallback", connect),
            ("SslOptions", new System.Net.Security.SslClientAuthenticationOptions { RemoteCertificateValidationCallback = static (_, _, _, _) => true }));
        for (int i = 0; i < 2; i++)
        {
            using StringContent content = new(new string('x', 100_000));
            using HttpResponseMessage response = await client.PostAsync("https://far.example/", content);
            seen.Note("body", await response.Content.ReadAsStringAsync());
        }

        seen.Note("name", server.Handshakes[0].Split(',')[0]);
        seen.Note("received", server.Received.Length);
    });

    [Theory]
    [Trait("parity", "P-087")]
    [Trait("parity", "P-064")]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public Task An_upgrade_over_streams_of_callbacks(bool dials, bool filters) => Compare.RunAsync(async (subject, seen) =>
    {
        await using RawServer server = new(async connection =>
        {
            await connection.ReadRequestAsync();
            await connection.WriteAsync("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: own\r\n\r\nfirst ");
            string some;
            while ((some = await connection.ReadSomeAsync()).Length > 0)
            {
                await connection.WriteAsync(some.ToUpperInvariant());
            }
        });
        Func<SocketsHttpConnectionContext, CancellationToken, ValueTask<Stream>> connect = (_, token) => DialAsync(server, token);
        Func<SocketsHttpPlaintextStreamFilterContext, CancellationToken, ValueTask<Stream>> filter = static (context, _) =>
            new(context.PlaintextStream);
        HttpMessageInvoker invoker = subject.Invoker(("ConnectCallback", dials ? connect : null), ("PlaintextStreamFilter", filters ? filter : null));
        using HttpRequestMessage request = new(HttpMethod.Get, server.Uri());
        request.Headers.Connection.Add("Upgrade");
        request.Headers.Upgrade.ParseAdd("own");
        using HttpResponseMessage response = await invoker.SendAsync(request, default);
        Stream stream = await response.Content.ReadAsStreamAsync();
        byte[] buffer = new byte[6];
        await stream.ReadExactlyAsync(buffer);
        seen.Note("first", Encoding.ASCII.GetString(buffer));
        for (int i = 0; i < 3; i++)
        {
            await stream.WriteAsync("hello!"u8.ToArray());
            await stream.FlushAsync();
            await stream.ReadExactlyAsync(buffer);
            seen.Note("echo", Encoding.ASCII.GetString(buffer));
        }
    });

    [Fact]
    [Trait("parity", "P-157")]
    public Task A_retry_asks_ConnectCallback_again() => Compare.RunAsync(async (subject, seen) =>
    {
        await using RawServer server = new(async connection =>
        {
            await connection.ReadRequestAsync();
            await connection.WriteAsync(Ok);
            if (connection.Number == 1 && await connection.ReadRequestAsync() is not null)
            {
                connection.Close(); // the second request finds it dead
                return;
            }

            await connection.WaitForEndAsync();
        });
        int calls = 0;
        Func<SocketsHttpConnectionContext, CancellationToken, ValueTask<Stream>> connect = (_, token) =>
        {
            Interlocked.Increment(ref calls);
            return DialAsync(server, token);
        };
        HttpClient client = subject.Client(("ConnectCallback", connect));
        seen.Note("body", await client.GetStringAsync(server.Uri()));
        seen.Note("body", await client.GetStringAsync(server.Uri()));
        seen.Note("calls", calls);
    });
}
