using System.Net;
using System.Net.Security;
using System.Text;
using PollHttp.Core;
using PollHttp.Testing;
using PollHttp.Tests.Exchanges;
using Xunit;

namespace PollHttp.Tests.EndToEnd;

/// <summary>Blocking calls in HTTP/2: the loop polls the connection that they share with all others.</summary>
public sealed class BlockingHttp2Tests
{
    private const string Address = "http://a.test/";

    private static readonly RequestOptions s_exact = new() { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };

    private static readonly LinkOptions s_far = new() { Latency = TimeSpan.FromMilliseconds(20) };

    private static World NewWorld(ScriptedHttp2Server server, Action<PollHttpClientOptions>? configure = null)
    {
        SynchronizationContext.SetSynchronizationContext(null);
        World world = new(configure, isSteady: true);
        world.Network.Listen("a.test", 80, server, new ListenOptions { Link = s_far });
        world.Client.DefaultRequestVersion = HttpVersion.Version20;
        world.Client.DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact;
        return world;
    }

    private static string Send(PollHttpClient client, string address, string method = "GET", RequestContent? content = null)
    {
        using Response response = client.Send(new Request(method, address) { Content = content, Options = s_exact });
        Assert.Equal(HttpVersion.Version20, response.Version);
        return response.ReadAsString();
    }

    [Fact]
    public void Calls_on_the_thread_of_a_loop_drive_it_and_share_its_connection()
    {
        ScriptedHttp2Server server = new(static request => request.Path == "/never" ? (Http2Reply?)null : $"{request.Method} {request.Path}");
        using (World world = NewWorld(server))
        {
            Assert.Equal("GET /1", Send(world.Client, Address + "1"));
            using CancellationTokenSource cancel = new();
            Task<Response> never = world.Client.GetAsync(Address + "never", cancel.Token);
            Assert.Equal("GET /2", Send(world.Client, Address + "2"));
            Assert.Equal("GET /3", world.GetText(Address + "3"));
            Assert.Equal("GET /4", Send(world.Client, Address + "4"));
            cancel.Cancel();
            world.Fails<TaskCanceledException>(never);
        }

        Assert.Equal(1, server.ConnectionCount);
        Assert.Empty(server.Problems);
    }

    [Fact]
    public void Body_is_read_by_foreach_as_it_comes()
    {
        ScriptedHttp2Server server = new(static _ => new Http2Reply { Body = new byte[1_000_000], Trailers = [("x-end", "1")] });
        using (World world = NewWorld(server))
        {
            using Response response = world.Client.Send(new Request("GET", Address) { Options = s_exact });
            long length = 0;
            int slices = 0;
            foreach (ReadOnlyMemory<byte> slice in response.Body)
            {
                length += slice.Length;
                slices++;
            }

            Assert.Equal(1_000_000, length);
            Assert.True(slices > 10, $"{slices}");
            Assert.Equal("1", response.Trailers[0].Value);
        }

        Assert.Empty(server.Problems);
    }

    [Theory]
    [InlineData(10, true)]
    [InlineData(10, false)]
    [InlineData(1_000_000, true)]
    [InlineData(1_000_000, false)]
    public void Content_is_written_by_the_blocked_thread(int size, bool isMemory)
    {
        ScriptedHttp2Server server = new(static request => $"{request.Body.Length} {request.IsWhole}");
        using (World world = NewWorld(server))
        {
            byte[] bytes = new byte[size];
            RequestContent content = isMemory ? RequestContent.FromBytes(bytes) : RequestContent.FromStream(new MemoryStream(bytes));
            Assert.Equal($"{size} True", Send(world.Client, Address, "POST", content));
        }

        Assert.Empty(server.Problems);
    }

    [Fact]
    public void Early_refusal_ends_a_content_that_is_being_written()
    {
        ScriptedHttp2Server server = new(static _ => Http2Reply.Text("no", 413)) { AnswersEarly = true, GivesCredit = false };
        using (World world = NewWorld(server))
        {
            using Response response = world.Client.Send(new Request("POST", Address) { Content = RequestContent.FromStream(new MemoryStream(new byte[500_000])), Options = s_exact });
            Assert.Equal((HttpStatusCode.RequestEntityTooLarge, "no"), (response.StatusCode, response.ReadAsString()));
        }

        Assert.Empty(server.Problems);
    }

    [Fact]
    public void Timeout_ends_the_call_alone()
    {
        ScriptedHttp2Server server = new(static request => request.Path == "/never" ? (Http2Reply?)null : "yes");
        using (World world = NewWorld(server, static options => options.Timeout = TimeSpan.FromSeconds(5)))
        {
            Assert.Equal("yes", Send(world.Client, Address));
            TimeSpan before = world.Network.Clock.Elapsed;
            Assert.Throws<RequestTimeoutException>(() => Send(world.Client, Address + "never"));
            Assert.InRange((world.Network.Clock.Elapsed - before).TotalSeconds, 5, 5.1);
            Assert.Equal("yes", Send(world.Client, Address));
        }

        Assert.Equal((1, 8u), (server.ConnectionCount, server.Requests[1].ResetCode));
        Assert.Empty(server.Problems);
    }

    [Fact]
    public void Call_that_waits_for_a_place_ends_at_its_limit()
    {
        ScriptedHttp2Server server = new(static request => request.Path == "/never" ? (Http2Reply?)null : "yes") { Settings = [(3, 1)] };
        using (World world = NewWorld(server, static options => options.Timeout = TimeSpan.FromSeconds(5)))
        {
            Assert.Equal("yes", Send(world.Client, Address));
            using CancellationTokenSource cancel = new();
            Task<Response> never = world.Client.SendAsync(new Request("GET", Address + "never") { Options = new() { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact, Timeout = TimeSpan.FromHours(1) } }, cancel.Token);
            world.Drive(() => server.Requests.Count == 2);
            Assert.Throws<RequestTimeoutException>(() => Send(world.Client, Address));
            cancel.Cancel();
            world.Fails<TaskCanceledException>(never);
            Assert.Equal("yes", Send(world.Client, Address));
        }

        Assert.Equal(1, server.ConnectionCount);
        Assert.Empty(server.Problems);
    }

    [Fact]
    public void Connection_that_ends_fails_the_call_and_the_next_one_makes_another()
    {
        ScriptedHttp2Server server = new(static request => request.Path == "/bad" ? new Http2Reply { Frames = [Http2Frame.GoAway(0, 2)] } : "yes");
        using (World world = NewWorld(server))
        {
            Assert.Equal("yes", Send(world.Client, Address));
            PollHttpException error = Assert.Throws<PollHttpException>(() => Send(world.Client, Address + "bad", "POST"));
            Assert.Equal(2, Assert.IsType<HttpProtocolException>(error.InnerException).ErrorCode);
            Assert.Equal("yes", Send(world.Client, Address));
        }
    }

    [Fact]
    public void Refused_connection_fails_the_call()
    {
        using World world = NewWorld(new("x"));
        Assert.Equal(HttpRequestError.ConnectionError, Assert.Throws<PollHttpException>(() => Send(world.Client, "http://a.test:81/")).HttpRequestError);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Server_over_TLS_chooses_the_version(bool isHttp2)
    {
        using World world = new(isSteady: true);
        IServerScript server = isHttp2 ? new ScriptedHttp2Server("x") : new ScriptedHttpServer(static _ => World.Reply(200, body: "x"));
        world.Network.Listen("a.test", 443, server, new ListenOptions { Tls = TlsBehaviour.Choose(isHttp2 ? "h2" : "http/1.1"), Link = s_far });
        RequestOptions orLower = new() { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionOrLower };
        for (int i = 0; i < 3; i++)
        {
            using Response response = world.Client.Send(new Request("GET", "https://a.test/") { Options = orLower });
            Assert.Equal((isHttp2 ? HttpVersion.Version20 : HttpVersion.Version11, "x"), (response.Version, response.ReadAsString()));
        }

        Assert.Equal(1, world.Network.TotalDials);
    }

    [Fact]
    public void Redirected_call_goes_on_in_HTTP_2()
    {
        ScriptedHttp2Server server = new(static request => request.Path == "/end"
            ? $"{request.Method} {request.Path}"
            : new Http2Reply { Status = 302, Fields = [("location", request.Path == "/" ? "/again" : "/end")] });
        using (World world = NewWorld(server))
        {
            Assert.Equal("GET /end", Send(world.Client, Address));
        }

        Assert.Equal((1, 3), (server.ConnectionCount, server.Requests.Count));
        Assert.Empty(server.Problems);
    }

    [Fact]
    public void Off_the_thread_of_its_own_loop_a_call_that_requires_HTTP_2_is_refused()
    {
        ScriptedHttp2Server server = new("x");
        using World world = NewWorld(server);
        Exception? error = null;
        Thread other = new(() => error = Record.Exception(() => Send(world.Client, Address)));
        other.Start();
        other.Join();
        Assert.Equal(HttpRequestError.VersionNegotiationError, Assert.IsType<HttpRequestException>(error).HttpRequestError);
        Assert.Equal(0, server.ConnectionCount);
    }

    [Fact]
    public void Call_within_another_request_that_requires_HTTP_2_is_refused()
    {
        ScriptedHttp2Server server = new("x");
        using World world = NewWorld(server);
        Exception? error = null;
        RequestContent content = RequestContent.FromWriter((_, _) =>
        {
            error = Record.Exception(() => Send(world.Client, Address));
            return Task.CompletedTask;
        });
        Assert.Equal("x", Send(world.Client, Address, "POST", content));
        Assert.Equal(HttpRequestError.VersionNegotiationError, Assert.IsType<HttpRequestException>(error).HttpRequestError);
    }

    [Fact]
    public void Loop_that_is_disposed_fails_the_call()
    {
        SimulatedNetwork network = new() { Link = s_far };
        network.Listen("a.test", 80, new ScriptedHttp2Server(static request => request.Path == "/"
            ? new Http2Reply { Frames = [Http2Frame.Headers(request.StreamId, false, (":status", "103"))] }
            : "x"));
        using PollLoop loop = new(network);
        using PollHttpClient client = new(loop);
        Assert.Equal("x", Send(client, Address + "first"));
        RequestOptions options = new() { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact, OnInformational = _ => loop.Dispose() };
        Assert.Throws<ObjectDisposedException>(() => client.Send(new Request("GET", Address) { Options = options }));
        Assert.Equal(0, network.OpenTransports);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Server_without_HTTP_2_fails_the_call(bool isBackground)
    {
        using LoopbackServer server = new(new ScriptedHttpServer(static _ => ServerReply.Text("x")), isTls: false);
        using PollLoop loop = new();
        using PollHttpClient client = isBackground ? new() : new(loop);
        string address = $"http://localhost:{server.Port}/";
        using HttpRequestMessage message = new(HttpMethod.Get, address) { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        Assert.Equal(HttpRequestError.InvalidResponse, Assert.Throws<PollHttpException>(() => client.Send(message)).HttpRequestError);
        Assert.Equal(HttpRequestError.InvalidResponse, Assert.Throws<PollHttpException>(() => Send(client, address)).HttpRequestError);
        using Response response = client.Send(new Request("GET", address));
        Assert.Equal("x", response.ReadAsString());
    }

    [Fact]
    public void Server_that_says_nothing_fails_the_call_at_its_limit()
    {
        using World world = NewWorld(new("x"), static options => options.Timeout = TimeSpan.FromSeconds(5));
        world.Network.Listen("a.test", 81, static _ => { });
        Assert.Throws<RequestTimeoutException>(() => Send(world.Client, "http://a.test:81/"));
        Assert.InRange(world.Network.Clock.Elapsed.TotalSeconds, 5, 5.1);
    }

    [Fact]
    public void Loop_is_disposed_after_a_failed_call_with_its_client()
    {
        using LoopbackServer server = new(new ScriptedHttpServer(static _ => ServerReply.Text("x")), isTls: false);
        PollLoop loop = new();
        PollHttpClient client = new(loop);
        Assert.Throws<PollHttpException>(() => Send(client, $"http://localhost:{server.Port}/"));
        loop.Dispose();
        server.AssertAllClientsHaveClosed(expected: 1);
        GC.KeepAlive(client);
    }

    [Fact]
    public void Calls_on_the_thread_of_a_loop_go_over_sockets()
    {
        ScriptedHttp2Server script = new(static request => request.Body.IsEmpty ? request.Path : $"{request.Body.Length}");
        using LoopbackServer server = new(script, isTls: false);
        using PollLoop loop = new();
        using PollHttpClient client = new(loop);
        string address = $"http://localhost:{server.Port}/";
        Assert.Equal("/", Send(client, address));
        Assert.Equal("500000", Send(client, address, "POST", RequestContent.FromStream(new MemoryStream(new byte[500_000]))));
        Assert.Equal("/b", Send(client, address + "b"));
        Assert.Equal(1, script.ConnectionCount);
        Assert.Empty(script.Problems);
    }

    [Fact]
    public void Token_ends_a_call_in_background_drive_and_the_connection_stays()
    {
        using ManualResetEventSlim arrived = new();
        ScriptedHttp2Server script = new(request =>
        {
            if (request.Path != "/never")
            {
                return "yes";
            }

            arrived.Set();
            return null;
        });
        using LoopbackServer server = new(script, isTls: false);
        using PollHttpClient client = new();
        string address = $"http://127.0.0.1:{server.Port}/";
        Assert.Equal("yes", Send(client, address));
        using CancellationTokenSource cancel = new();
        Thread canceler = new(() =>
        {
            arrived.Wait();
            cancel.Cancel();
        });
        canceler.Start();
        OperationCanceledException error = Assert.ThrowsAny<OperationCanceledException>(
            () => client.Send(new Request("GET", address + "never") { Options = s_exact }, cancel.Token));
        Assert.Equal(cancel.Token, error.CancellationToken);
        canceler.Join();
        Assert.Equal("yes", Send(client, address));
        Assert.Equal(1, script.ConnectionCount);
        Assert.Empty(script.Problems);
    }

    [Fact]
    [Trait("rule", "R2-130")]
    public async Task Call_that_the_loop_moves_to_a_connection_of_its_own_opens_that_on_its_thread()
    {
        using ManualResetEventSlim held = new();
        ServerPeer? holding = null;
        ScriptedHttp2Server http2 = new(request =>
        {
            if (request.Path == "/first")
            {
                return "yes";
            }

            held.Set();
            return new Http2Reply { Frames = [Http2Frame.GoAway(request.StreamId, 0)] }; // so the next request needs a connection
        });
        MixedScript script = new(http2, new ScriptedHttpServer(static _ => ServerReply.Text("yes")), peer => holding ??= peer);
        using LoopbackServer server = new(script, isTls: true) { Protocols = [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11] };
        using PollHttpClient client = new(new PollHttpClientOptions
        {
            SslOptions = new() { RemoteCertificateValidationCallback = static (_, _, _, _) => true },
        });
        RequestOptions orLower = new() { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionOrLower };
        string address = $"https://127.0.0.1:{server.Port}/";
        Assert.Equal("yes", await Task.Run(() => Get("first")));
        Task<string> first = Task.Run(() => Get("held"));
        await Task.Run(held.Wait).WaitAsync(TimeSpan.FromMinutes(1)); // such limits matter only where it hangs
        Assert.Equal("yes", await Task.Run(() => Get("other")).WaitAsync(TimeSpan.FromMinutes(1)));
        lock (server.Simulation)
        {
            holding!.Reset();
            server.Settle();
        }

        Assert.Equal("yes", await first.WaitAsync(TimeSpan.FromMinutes(1)));

        string Get(string path)
        {
            using Response response = client.Send(new Request("GET", address + path) { Options = orLower });
            return response.ReadAsString();
        }
    }

    [Theory, Trait("rule", "R2-047"), Trait("fault", "F2-22")]
    [InlineData(false)]
    [InlineData(true)]
    public void Blocked_and_awaited_calls_of_many_threads_share_one_connection_with_bodies_and_contents(bool changesSettings)
    {
        ScriptedHttp2Server script = new(static request => new Http2Reply { Body = request.Body.IsEmpty ? new byte[200_000] : request.Body });
        using LoopbackServer server = new(changesSettings ? new RestlessScript(script) : script, isTls: false);
        using PollHttpClient client = new();
        string address = $"http://127.0.0.1:{server.Port}/";
        string sent = new('x', 150_000);
        List<Exception> errors = [];
        Thread[] threads = [.. Enumerable.Range(0, 12).Select(i => new Thread(() =>
        {
            try
            {
                for (int j = 0; j < 10; j++)
                {
                    switch ((i + j) % 3)
                    {
                        case 0:
                            Assert.Equal(200_000, Send(client, address).Length);
                            break;
                        case 1:
                            Assert.Equal(sent, Send(client, address, "POST", RequestContent.FromStream(new MemoryStream(Encoding.ASCII.GetBytes(sent)))));
                            break;
                        default:
                            using (Response response = client.SendAsync(new Request("GET", address) { Options = s_exact }).GetAwaiter().GetResult())
                            {
                                Assert.Equal(200_000, response.ReadAsByteArray().Length);
                            }

                            break;
                    }
                }
            }
            catch (Exception error)
            {
                lock (errors)
                {
                    errors.Add(error);
                }
            }
        }))];
        Array.ForEach(threads, static t => t.Start());
        Assert.All(threads, static t => Assert.True(t.Join(TimeSpan.FromSeconds(60)), "A call hangs."));
        Assert.Empty(errors);
        Assert.Equal(1, script.ConnectionCount);
        Assert.Empty(script.Problems);
    }

    /// <summary>Sends SETTINGS whenever requests have come, so that they move the send windows while other streams end.</summary>
    private sealed class RestlessScript(ScriptedHttp2Server inner) : IServerScript
    {
        private const uint UsualWindow = 65_535;
        private const uint SmallWindow = 20_000;

        private int _requests;

        public void OnConnected(ServerPeer peer) => inner.OnConnected(peer);

        public void OnReceived(ServerPeer peer)
        {
            inner.OnReceived(peer);
            if (inner.Requests.Count > _requests)
            {
                _requests = inner.Requests.Count;
                ScriptedHttp2Server.Send(peer, Http2Frame.Settings((4, _requests % 2 == 0 ? UsualWindow : SmallWindow)));
            }
        }

        public void OnEnd(ServerPeer peer) => inner.OnEnd(peer);

        public void OnTimer(ServerPeer peer, int token) => inner.OnTimer(peer, token);
    }

    /// <summary>Serves what begins with the preface of HTTP/2 by one script, all else by another.</summary>
    private sealed class MixedScript(IServerScript http2, IServerScript http1, Action<ServerPeer> onHttp2) : IServerScript
    {
        private readonly Dictionary<ServerPeer, IServerScript> _scripts = [];

        public void OnConnected(ServerPeer peer)
        {
            // Its protocol shows in what it sends.
        }

        public void OnReceived(ServerPeer peer)
        {
            if (!_scripts.TryGetValue(peer, out IServerScript? script))
            {
                bool isHttp2 = peer.Received.StartsWith("PRI "u8);
                script = _scripts[peer] = isHttp2 ? http2 : http1;
                script.OnConnected(peer);
                if (isHttp2)
                {
                    onHttp2(peer);
                }
            }

            script.OnReceived(peer);
        }

        public void OnEnd(ServerPeer peer) => peer.Close();
    }
}
