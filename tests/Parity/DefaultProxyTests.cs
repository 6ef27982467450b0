namespace PollHttp.Parity;

/// <summary>The proxy of the process. Alone, because every handler of the process has it meanwhile.</summary>
[Collection(Alone.Name)]
public sealed class DefaultProxyTests
{
    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi";
    private const string Who = "HTTP/1.1 407 Who\r\nProxy-Authenticate: Basic realm=\"r\"\r\nContent-Length: 0\r\n\r\n";

    private static async Task WithDefaultAsync(IWebProxy proxy, Func<Task> action)
    {
        IWebProxy before = HttpClient.DefaultProxy;
        HttpClient.DefaultProxy = proxy;
        try
        {
            await action();
        }
        finally
        {
            HttpClient.DefaultProxy = before;
        }
    }

    [Theory]
    [Trait("parity", "P-052")]
    [Trait("parity", "P-166")]
    [InlineData(false, true)]
    [InlineData(true, true)]
    [InlineData(true, false)]
    public Task It_is_used_where_none_is_set(bool hasDefaultCredentials, bool usesProxy) => Compare.RunAsync(async (subject, seen) =>
    {
        await using RawServer server = RawServer.Replying(Who, Ok);
        await WithDefaultAsync(new WebProxy(server.Uri()), async () =>
        {
            HttpClient client = subject.Client(
                ("UseProxy", usesProxy), ("DefaultProxyCredentials", hasDefaultCredentials ? new NetworkCredential("user", "secret") : null));
            await seen.TryAsync("error", async () =>
            {
                using HttpResponseMessage response = await client.GetAsync(usesProxy ? new Uri("http://far.example/") : server.Uri());
                seen.Note(response, server);
            });
        });
        seen.Note("received", server.Received);
    });

    [Theory]
    [Trait("parity", "P-165")]
    [InlineData("http://user:secret@127.0.0.1:notaport")]
    [InlineData("\"http://127.0.0.1:1\"")]
    [InlineData("ftp://127.0.0.1:1")]
    public async Task A_variable_that_cannot_be_read_is_an_error_that_names_it(string value)
    {
        string? before = Environment.GetEnvironmentVariable("http_proxy");
        Environment.SetEnvironmentVariable("http_proxy", value);
        try
        {
            using HttpClient handled = new(new PollHttpHandler());
            using PollHttpClient own = new();
            Uri address = new("http://far.example/");
            foreach (Func<Task> call in new Func<Task>[]
            {
                () => handled.GetAsync(address),
                () => Task.Run(() => handled.Send(new(HttpMethod.Get, address))),
                () => own.GetAsync(address),
                () => Task.Run(() => own.Send(new Request("GET", address))),
            })
            {
                HttpRequestException error = await Assert.ThrowsAnyAsync<HttpRequestException>(call);
                Assert.Contains("http_proxy", error.Message, StringComparison.Ordinal);
                Assert.DoesNotContain("secret", error.ToString(), StringComparison.Ordinal);
            }
        }
        finally
        {
            Environment.SetEnvironmentVariable("http_proxy", before);
        }
    }

    [Fact]
    [Trait("parity", "P-165")]
    public async Task A_variable_that_cannot_be_read_means_no_direct_connection()
    {
        string? before = Environment.GetEnvironmentVariable("http_proxy");
        Environment.SetEnvironmentVariable("http_proxy", "http://user:secret@127.0.0.1:notaport");
        try
        {
            await Compare.RunAsync(
                async (subject, seen) =>
                {
                    await using RawServer server = RawServer.Replying(Ok);
                    Func<SocketsHttpConnectionContext, CancellationToken, ValueTask<Stream>> connect = async (_, token) =>
                    {
                        System.Net.Sockets.Socket socket = new(System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Tcp);
                        await socket.ConnectAsync(IPAddress.Loopback, server.Port, token);
                        return new System.Net.Sockets.NetworkStream(socket, ownsSocket: true);
                    };
                    await seen.TryAsync("error", async () =>
                    {
                        using HttpResponseMessage response = await subject.Client(("UseProxy", true), ("ConnectCallback", connect)).GetAsync(new Uri("http://far.example/"));
                        seen.Note("status", (int)response.StatusCode);
                    });
                    seen.Note("received", server.Received);
                },
                new Difference("environment variables that name no readable proxy", "error", "status", "received"));
        }
        finally
        {
            Environment.SetEnvironmentVariable("http_proxy", before);
        }
    }

    [Theory]
    [Trait("parity", "P-165")]
    [InlineData("http://u:p@w@127.0.0.1:{0}")]
    [InlineData("u:p#w/?@127.0.0.1:{0}")]
    [InlineData("dom\\u:p@127.0.0.1:{0}")]
    public async Task A_variable_with_a_password_that_is_not_encoded_names_the_proxy(string value)
    {
        await using RawServer server = RawServer.Replying(Who, Ok);
        string? before = Environment.GetEnvironmentVariable("http_proxy");
        Environment.SetEnvironmentVariable("http_proxy", string.Format(System.Globalization.CultureInfo.InvariantCulture, value, server.Uri().Port));
        try
        {
            using PollHttpClient own = new();
            Assert.Equal("hi", await own.GetStringAsync("http://far.example/"));
        }
        finally
        {
            Environment.SetEnvironmentVariable("http_proxy", before);
        }
    }

    [Fact]
    [Trait("parity", "P-166")]
    public Task One_that_leads_nowhere_means_direct() => Compare.RunAsync(async (subject, seen) =>
    {
        await using RawServer server = RawServer.Replying(Ok);
        await WithDefaultAsync(new WebProxy(), async () =>
        {
            using HttpResponseMessage response = await subject.Client(("UseProxy", true)).GetAsync(server.Uri());
            seen.Note(response, server);
        });
        seen.Note("received", server.Received);
    });
}
