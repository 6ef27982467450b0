using System.IO.Pipelines;
using System.Net;
using System.Text;
using PollHttp.Core;
using PollHttp.Testing;
using PollHttp.Tests.EndToEnd;
using Xunit;

namespace PollHttp.Tests.Exchanges;

/// <summary>HTTP/2 through the client, on a simulated network, against a server with a ledger of its own.</summary>
public sealed class Http2Tests
{
    private const string Address = "http://a.test/";

    private static readonly LinkOptions s_far = new() { Latency = TimeSpan.FromMilliseconds(20) };

    private static World NewWorld(ScriptedHttp2Server server, LinkOptions? link = null, Action<PollHttpClientOptions>? configure = null)
    {
        SynchronizationContext.SetSynchronizationContext(null); // contents would go on in that of the test runner, on other threads, while time moves
        World world = new(configure);
        world.Network.Listen("a.test", 80, server, new ListenOptions { Link = link });
        world.Client.DefaultRequestVersion = HttpVersion.Version20;
        world.Client.DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact;
        return world;
    }

    [Theory, Trait("rule", "R2-075"), Trait("fault", "F2-01")]
    [InlineData(25)]
    [InlineData(50)]
    public void A_large_body_from_far_away_is_not_held_up_by_its_window(int latency)
    {
        const int Size = 64 * 1024 * 1024;
        const long BytesPerSecond = 125_000_000;
        ScriptedHttp2Server server = new(static _ => new Http2Reply { Body = new byte[Size] });
        var oneWay = TimeSpan.FromMilliseconds(latency);
        using World world = NewWorld(server, new() { Latency = oneWay, BytesPerSecond = BytesPerSecond });
        TimeSpan start = world.Network.Clock.Elapsed;
        using Response response = world.Run(world.Client.GetAsync(Address));
        Assert.Equal(Size, world.Run(ReadAsync(response)));
        TimeSpan ideal = (4 * oneWay) + TimeSpan.FromSeconds((double)Size / BytesPerSecond); // connecting, asking, and the body
        Assert.InRange((world.Network.Clock.Elapsed - start) / ideal, 1, 1.5);
        Assert.Empty(server.Problems);

        static async Task<long> ReadAsync(Response response)
        {
            long length = 0;
            await foreach (ReadOnlyMemory<byte> slice in response.Body)
            {
                length += slice.Length;
            }

            return length;
        }
    }

    [Fact]
    public void GET_over_prior_knowledge()
    {
        ScriptedHttp2Server server = new("hello");
        using World world = NewWorld(server);
        using Response response = world.Get(Address);
        Assert.Equal(HttpVersion.Version20, response.Version);
        Assert.Equal("hello", world.Run(response.ReadAsStringAsync()));
        Assert.Equal("hello", world.GetText(Address + "again"));
        Assert.Equal(["/", "/again"], server.Requests.Select(static r => r.Path));
        Assert.Equal(1, server.ConnectionCount);
        Assert.Empty(server.Problems);
    }

    [Theory, Trait("rule", "R2-004"), Trait("rule", "R2-147")]
    [InlineData("h2", "2.0")]
    [InlineData("http/1.1", "1.1")]
    public void Over_TLS_the_server_chooses(string chosen, string version)
    {
        using World world = new();
        IServerScript server = chosen == "h2" ? new ScriptedHttp2Server("x") : new ScriptedHttpServer(static _ => World.Reply(200, body: "x"));
        world.Network.Listen("a.test", 443, server, new ListenOptions { Tls = TlsBehaviour.Choose(chosen) });
        world.Client.DefaultRequestVersion = HttpVersion.Version20;
        Task<Response>[] all = [.. Enumerable.Range(0, 4).Select(_ => world.Client.GetAsync("https://a.test/"))];
        foreach (Task<Response> one in all)
        {
            using Response response = world.Run(one);
            Assert.Equal(version, response.Version.ToString());
        }

        Assert.Equal(chosen == "h2" ? 1 : 4, world.Network.TotalDials);
    }

    [Fact]
    public void Version_that_the_policy_forbids_fails()
    {
        using World world = new();
        world.Network.Listen("a.test", 443, new ScriptedHttp2Server("x"), new ListenOptions { Tls = TlsBehaviour.Choose("http/1.1") });
        world.Client.DefaultRequestVersion = HttpVersion.Version20;
        world.Client.DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact;
        HttpRequestException error = world.Fails<HttpRequestException>(world.Client.GetAsync("https://a.test/"));
        Assert.Equal(HttpRequestError.VersionNegotiationError, error.HttpRequestError);
    }

    [Fact, Trait("rule", "R2-033"), Trait("rule", "R2-146"), Trait("rule", "R2-148"), Trait("fault", "F2-05"), Trait("fault", "F2-32")]
    public void Requests_share_one_connection_within_the_limit_and_in_order()
    {
        ScriptedHttp2Server server = new(static request => new Http2Reply { Body = Encoding.Latin1.GetBytes(request.Path), Delay = TimeSpan.FromMilliseconds(5) })
        {
            Settings = [(3, 5)],
        };
        using World world = NewWorld(server, s_far);
        world.GetText(Address + "first"); // the settings come with it
        Task<Response>[] all = [.. Enumerable.Range(0, 40).Select(i => world.Client.GetAsync($"{Address}{i}"))];
        for (int i = 0; i < all.Length; i++)
        {
            using Response response = world.Run(all[i]);
            Assert.Equal($"/{i}", world.Run(response.ReadAsStringAsync()));
        }

        Assert.Equal(Enumerable.Range(0, 40).Select(static i => $"/{i}"), server.Requests.Skip(1).Select(static r => r.Path));
        Assert.Equal((1, 5), (server.ConnectionCount, server.MostOpenStreams));
        Assert.Empty(server.Problems);
    }

    [Theory, Trait("rule", "R2-099"), Trait("rule", "R2-101")]
    [InlineData(10)]
    [InlineData(1_000_000)]
    public void Content_and_body_of_any_size_go_through(int size)
    {
        ScriptedHttp2Server server = new(static request => new Http2Reply { Body = request.Body, Trailers = [("x-length", request.Field("content-length") ?? "none")] });
        using World world = NewWorld(server, new() { Latency = TimeSpan.FromMilliseconds(2), SegmentSize = 3_000 });
        byte[] content = [.. Enumerable.Range(0, size).Select(static i => (byte)(i * 7))];
        using Response response = world.Run(world.Client.PostAsync(Address, RequestContent.FromBytes(content)));
        Assert.Equal(content, world.Run(response.ReadAsByteArrayAsync()));
        Assert.Equal($"{size}", response.Trailers[0].Value);
        using Response streamed = world.Run(world.Client.PostAsync(Address, RequestContent.FromStream(new MemoryStream(content))));
        Assert.Equal(content, world.Run(streamed.ReadAsByteArrayAsync()));
        Assert.Equal(1, server.ConnectionCount);
        Assert.Empty(server.Problems);
    }

    [Fact]
    public void Content_of_a_stream_goes_through_however_its_frames_lie_in_segments()
    {
        for (int length = 1; length < 80; length += 13)
        {
            ScriptedHttp2Server server = new(static request => $"{request.Body.Length}");
            using World world = NewWorld(server, new() { Latency = TimeSpan.FromMilliseconds(2), SegmentSize = 3_000 });
            string path = Address + new string('a', length);
            using Response streamed = world.Run(world.Client.PostAsync(path, RequestContent.FromStream(new MemoryStream(new byte[300_000]))));
            Assert.Equal("300000", world.Run(streamed.ReadAsStringAsync()));
            Assert.Empty(server.Problems);
        }
    }

    [Fact, Trait("rule", "R2-132")]
    public void Canceled_request_resets_its_stream_and_nothing_else()
    {
        ScriptedHttp2Server server = new(static request => request.Path == "/never" ? (Http2Reply?)null : "yes");
        using World world = NewWorld(server, s_far);
        using CancellationTokenSource cancel = new();
        Task<Response> never = world.Client.GetAsync(Address + "never", cancel.Token);
        Assert.Equal("yes", world.GetText(Address));
        cancel.Cancel();
        world.Fails<TaskCanceledException>(never);
        Assert.Equal("yes", world.GetText(Address));
        Assert.Equal([8u, null, null], server.Requests.Select(static r => r.ResetCode).OrderBy(static c => c is null));
        Assert.Equal(1, server.ConnectionCount);
        Assert.Empty(server.Problems);
    }

    [Fact, Trait("rule", "R2-133"), Trait("rule", "R2-150")]
    public void Response_left_early_resets_its_stream_and_keeps_nobody_waiting()
    {
        ScriptedHttp2Server server = new(static request => request.Path == "/long" ? new Http2Reply { Body = new byte[500_000] } : "short");
        using World world = NewWorld(server, s_far);
        Response first = world.Get(Address + "long");
        Assert.Equal("short", world.GetText(Address));
        first.Dispose();
        Assert.Equal("short", world.GetText(Address));
        Assert.Equal(8u, server.Requests[0].ResetCode);
        Assert.Equal(1, server.ConnectionCount);
        Assert.Empty(server.Problems);
    }

    [Theory, Trait("rule", "R2-130")]
    [InlineData("GET", "/lost", true, true)]
    [InlineData("PUT", "/lost", true, true)]
    [InlineData("POST", "/lost", true, false)]
    [InlineData("GET", "/lost", false, false)]
    [InlineData("GET", "/begun", true, false)]
    public void Request_on_a_connection_that_is_lost_is_sent_again_as_in_HTTP_1(string method, string path, bool isReused, bool isRepeated)
    {
        LosingServer server = new();
        World world = NewWorld(server.Inner, s_far);
        using (world)
        {
            world.Network.Listen("lost.test", 80, server, new ListenOptions { Link = s_far });
            if (isReused)
            {
                Assert.Equal("yes", world.GetText("http://lost.test/"));
            }

            Request request = new(method, "http://lost.test" + path) { Content = method == "GET" ? null : RequestContent.FromString("content") };
            Task<Response> sending = world.Client.SendAsync(request);
            if (isRepeated)
            {
                using Response response = world.Run(sending);
                Assert.Equal("yes", world.Run(response.ReadAsStringAsync()));
            }
            else if (path == "/begun")
            {
                using Response response = world.Run(sending);
                Assert.Equal(HttpRequestError.ResponseEnded, Assert.Throws<PollHttpIOException>(() => world.Run(response.ReadAsStringAsync())).HttpRequestError);
            }
            else
            {
                HttpRequestError kind = world.Fails<HttpRequestException>(sending).HttpRequestError;
                Assert.True(kind is HttpRequestError.ResponseEnded or HttpRequestError.ConnectionError, $"{kind}"); // an end or a reset
            }
        }

        Assert.Equal(isRepeated ? 2 : 1, server.Inner.ConnectionCount);
        Assert.Equal(isRepeated ? 2 : 1, server.Inner.Requests.Count(r => r.Path == path));
        Assert.Empty(server.Inner.Problems);
    }

    /// <summary>A server whose first connection ends when it gets a request for /lost, or after the head and some of the body of /begun.</summary>
    private sealed class LosingServer : IServerScript
    {
        private int _first;

        public LosingServer() => Inner = new(Answer);

        public ScriptedHttp2Server Inner { get; }

        public void OnConnected(ServerPeer peer)
        {
            _first = _first == 0 ? peer.ConnectionNumber : _first;
            Inner.OnConnected(peer);
        }

        public void OnReceived(ServerPeer peer)
        {
            Inner.OnReceived(peer);
            if (peer.ConnectionNumber == _first && Inner.Requests.Any(static r => r.Path is "/lost" or "/begun"))
            {
                peer.Close();
            }
        }

        public void OnEnd(ServerPeer peer) => Inner.OnEnd(peer);

        private Http2Reply? Answer(Http2Request request) => (request.Path, request.ConnectionNumber == _first) switch
        {
            ("/lost", true) => null,
            ("/begun", true) => new Http2Reply { Frames = [Http2Frame.Headers(request.StreamId, false, (":status", "200")), Http2Frame.Data(request.StreamId, "part")] },
            _ => "yes",
        };
    }

    [Theory, Trait("rule", "R2-127"), Trait("rule", "R2-128")]
    [InlineData(3, "yes")]
    [InlineData(4, null)]
    public void Refused_request_is_sent_again_three_times_whatever_its_method(int refusals, string? body)
    {
        int left = refusals;
        ScriptedHttp2Server server = new(request => left-- > 0 ? new Http2Reply { Frames = [Http2Frame.Reset(request.StreamId, 7)] } : "yes");
        using World world = NewWorld(server);
        Task<Response> sending = world.Client.PostAsync(Address, RequestContent.FromString("content"));
        if (body is null)
        {
            Assert.Equal(7, Assert.IsType<HttpProtocolException>(world.Fails<PollHttpException>(sending).InnerException).ErrorCode);
        }
        else
        {
            using Response response = world.Run(sending);
            Assert.Equal(body, world.Run(response.ReadAsStringAsync()));
        }

        Assert.Equal(4, server.Requests.Count);
    }

    [Fact, Trait("rule", "R2-061"), Trait("rule", "R2-127"), Trait("rule", "R2-128")]
    public void Burst_ends_although_each_connection_takes_few_of_its_requests()
    {
        ScriptedHttp2Server server = new(static request => request.StreamId switch
        {
            < 59 => "yes",
            59 => new Http2Reply { Frames = [Http2Frame.Headers(59, false, (":status", "200")), Http2Frame.Data(59, "yes", endStream: true), Http2Frame.GoAway(59, 0)] },
            _ => null,
        });
        using World world = NewWorld(server, s_far);
        foreach (Task<Response> one in PostMany(world, 200))
        {
            using Response response = world.Run(one);
            Assert.Equal("yes", world.Run(response.ReadAsStringAsync()));
        }

        Assert.Equal(7, server.ConnectionCount);
        Assert.Empty(server.Problems);
    }

    [Fact, Trait("rule", "R2-006"), Trait("rule", "R2-127"), Trait("rule", "R2-128"), Trait("fault", "F2-05")]
    public void Burst_ends_although_each_connection_refuses_all_but_two_of_its_requests()
    {
        ScriptedHttp2Server server = new(static request => request.StreamId switch
        {
            1 => "yes",
            3 => new Http2Reply { Frames = [Http2Frame.Headers(3, false, (":status", "200")), Http2Frame.Data(3, "yes", endStream: true), Http2Frame.GoAway(int.MaxValue, 0)] },
            _ => new Http2Reply { Frames = [Http2Frame.Reset(request.StreamId, 7)] },
        })
        {
            Settings = [(3, 2)],
        };
        using World world = NewWorld(server, s_far);
        foreach (Task<Response> one in PostMany(world, 30))
        {
            using Response response = world.Run(one);
            Assert.Equal("yes", world.Run(response.ReadAsStringAsync()));
        }

        Assert.Equal(15, server.ConnectionCount);
    }

    [Fact, Trait("rule", "R2-128"), Trait("fault", "F2-17")]
    public void Request_that_others_always_leave_no_place_is_sent_again_a_hundred_times()
    {
        ScriptedHttp2Server server = new(static request => request.StreamId == 1
            ? new Http2Reply { Frames = [Http2Frame.Headers(1, false, (":status", "200")), Http2Frame.Data(1, "yes", endStream: true), Http2Frame.GoAway(int.MaxValue, 0)] }
            : new Http2Reply { Frames = [Http2Frame.Reset(request.StreamId, 7)] })
        {
            Settings = [(3, 1)],
        };
        using World world = NewWorld(server, s_far);
        Task<Response>[] all = PostMany(world, 150);
        world.Drive(() => Array.TrueForAll(all, static one => one.IsCompleted));
        Assert.Equal(101, server.Requests.GroupBy(static r => r.Path).Max(static g => g.Count()));
        Task<Response> failed = all.First(static one => one.IsFaulted);
        Assert.Equal(7, Assert.IsType<HttpProtocolException>(world.Fails<PollHttpException>(failed).InnerException).ErrorCode);
    }

    private static Task<Response>[] PostMany(World world, int count) =>
        [.. Enumerable.Range(0, count).Select(i => world.Client.PostAsync($"{Address}{i}", RequestContent.FromString("x")))];

    [Theory, Trait("rule", "R2-128"), Trait("fault", "F2-17")]
    [InlineData(0u)]
    [InlineData(11u)]
    public void Request_is_sent_again_three_times_after_connections_that_served_none(uint code)
    {
        ScriptedHttp2Server server = new(request => new Http2Reply { Frames = [Http2Frame.GoAway(0, code)] });
        using World world = NewWorld(server, s_far);
        PollHttpException error = world.Fails<PollHttpException>(world.Client.GetAsync(Address));
        Assert.Equal(code, Assert.IsType<HttpProtocolException>(error.InnerException).ErrorCode);
        Assert.Equal(4, server.ConnectionCount);
    }

    [Fact, Trait("rule", "R2-060"), Trait("rule", "R2-061"), Trait("rule", "R2-127"), Trait("rule", "R2-149"), Trait("fault", "F2-15"), Trait("fault", "F2-16")]
    public void After_GOAWAY_accepted_requests_end_and_others_go_over_a_new_connection()
    {
        ScriptedHttp2Server server = new(static request => request switch
        {
            { ConnectionNumber: 1, Path: "/1" } => new Http2Reply { Delay = TimeSpan.FromMilliseconds(200), Body = "one"u8.ToArray() },
            { ConnectionNumber: 1 } => new Http2Reply { Frames = [Http2Frame.GoAway(1, 0)] },
            _ => "new",
        });
        using World world = NewWorld(server, s_far);
        Task<Response> first = world.Client.GetAsync(Address + "1");
        Task<Response> second = world.Client.PostAsync(Address + "2", RequestContent.FromString("x"));
        using Response other = world.Run(second);
        Assert.Equal("new", world.Run(other.ReadAsStringAsync()));
        using Response accepted = world.Run(first);
        Assert.Equal("one", world.Run(accepted.ReadAsStringAsync()));
        Assert.Equal(2, server.ConnectionCount);
    }

    [Theory, Trait("rule", "R2-149"), Trait("fault", "F2-16")]
    [InlineData(true)]
    [InlineData(false)]
    public void After_GOAWAY_the_next_request_does_not_wait_for_those_that_last(bool isUnderWay)
    {
        ScriptedHttp2Server server = new(static request => request switch
        {
            { ConnectionNumber: 1, Path: "/1" } => new Http2Reply { Frames = [Http2Frame.GoAway(request.StreamId, 0)] }, // and no answer
            { ConnectionNumber: 1 } => null,
            _ => "new",
        });
        using World world = NewWorld(server, s_far);
        using CancellationTokenSource cancel = new();
        Task<Response> first = world.Client.GetAsync(Address + "1", cancel.Token);
        Task<string>? second = isUnderWay ? world.Client.GetStringAsync(Address + "2") : null;
        TimeSpan start = world.Network.Clock.Elapsed;
        world.Drive(() => server.Requests.Count > 0 && world.Network.Clock.Elapsed > start + TimeSpan.FromMilliseconds(500));
        second ??= world.Client.GetStringAsync(Address + "2");
        Assert.Equal("new", world.Run(second));
        Assert.False(first.IsCompleted);
        cancel.Cancel();
        world.Fails<TaskCanceledException>(first);
        Assert.Equal(2, server.ConnectionCount);
    }

    [Fact, Trait("rule", "R2-040")]
    public void Reset_gives_its_code_before_the_head_and_in_the_body()
    {
        ScriptedHttp2Server server = new(static request => request.Path == "/head"
            ? new Http2Reply { Frames = [Http2Frame.Reset(request.StreamId, 2)] }
            : new Http2Reply { Body = "part"u8.ToArray(), ResetCode = 13 });
        using World world = NewWorld(server);
        PollHttpException head = world.Fails<PollHttpException>(world.Client.PostAsync(Address + "head", RequestContent.FromString("")));
        Assert.Equal((HttpRequestError.HttpProtocolError, 2L), (head.HttpRequestError, Assert.IsType<HttpProtocolException>(head.InnerException).ErrorCode));
        using Response response = world.Get(Address);
        Task<string> reading = response.ReadAsStringAsync();
        world.Drive(() => reading.IsCompleted);
        Assert.Contains("0xd", Assert.ThrowsAny<Exception>(() => reading.GetAwaiter().GetResult()).ToString());
        Assert.Equal(1, server.ConnectionCount);
    }

    [Fact, Trait("rule", "R2-022")]
    public void Lost_connection_fails_or_repeats_each_request_by_what_it_may()
    {
        ServerPeer? peer = null;
        ScriptedHttp2Server server = new(static request => request.ConnectionNumber == 1 && request.Path != "/" ? (Http2Reply?)null : "yes");
        using World world = NewWorld(server, s_far);
        world.Network.Listen("a.test", 80, new TappedServer(server, p => peer = p), new ListenOptions { Link = s_far });
        world.GetText(Address);
        Task<Response> get = world.Client.GetAsync(Address + "get");
        Task<Response> post = world.Client.PostAsync(Address + "post", RequestContent.FromString("x"));
        world.Drive(() => server.Requests.Count == 3);
        peer!.Reset();
        using Response repeated = world.Run(get);
        Assert.Equal("yes", world.Run(repeated.ReadAsStringAsync()));
        Assert.Equal(HttpRequestError.ConnectionError, world.Fails<PollHttpException>(post).HttpRequestError);
    }

    [Fact, Trait("rule", "R2-136")]
    public void Idle_connection_ends_after_its_time_with_GOAWAY()
    {
        ScriptedHttp2Server server = new("yes");
        using World world = NewWorld(server, configure: static options => options.PooledConnectionIdleTimeout = TimeSpan.FromSeconds(5));
        world.GetText(Address);
        TimeSpan start = world.Network.Clock.Elapsed;
        world.Drive(() => world.Network.OpenTransports == 0);
        Assert.InRange(world.Network.Clock.Elapsed - start, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(6));
        world.Network.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(Http2FrameType.GoAway, server.Frames[^1].Type);
    }

    [Fact]
    public void Redirects_cookies_and_interim_responses_are_as_in_HTTP_1()
    {
        ScriptedHttp2Server server = new(static request => request.Path == "/"
            ? new Http2Reply { Status = 302, Fields = [("location", "/there"), ("set-cookie", "a=1"), ("content-length", "3")], Body = "see"u8.ToArray(), Interims = [103] }
            : $"{request.Field("cookie")}");
        using World world = NewWorld(server);
        Assert.Equal("a=1", world.GetText(Address));
        Assert.Equal(1, server.ConnectionCount);
        Assert.Empty(server.Problems);
    }

    [Fact, Trait("rule", "R2-104")]
    public void Early_refusal_ends_the_upload()
    {
        ScriptedHttp2Server server = new(static _ => Http2Reply.Text("too large", 413)) { AnswersEarly = true };
        using World world = NewWorld(server, s_far);
        using Response response = world.Run(world.Client.PostAsync(Address, RequestContent.FromStream(new MemoryStream(new byte[10_000_000]))));
        Assert.Equal("too large", world.Run(response.ReadAsStringAsync()));
        world.Drive(() => server.Requests[0].ResetCode is not null);
        Assert.Equal("too large", world.Run(world.Run(world.Client.GetAsync(Address)).ReadAsStringAsync()));
        Assert.Equal(1, server.ConnectionCount);
        Assert.Empty(server.Problems);
    }

    [Fact, Trait("rule", "R2-039")]
    public void Exchange_whose_content_is_refused_after_the_response_is_over_at_once()
    {
        ScriptedHttp2Server server = new(static request => new Http2Reply
        {
            Frames = [Http2Frame.Headers(request.StreamId, true, (":status", "200")), Http2Frame.Reset(request.StreamId, 0)],
        })
        { AnswersEarly = true };
        using World world = NewWorld(server, s_far);
        Pipe pipe = new();
        long begun = world.Network.Clock.GetTimestamp();
        using Response response = world.Run(world.Client.PostAsync(Address, RequestContent.FromPipe(pipe.Reader)));
        world.Drive(() => GoodEnd.IsQuiet(world.Client.Pool));
        Assert.InRange(world.Network.Clock.GetElapsedTime(begun), TimeSpan.Zero, TimeSpan.FromSeconds(1));
        Assert.Empty(server.Problems);
    }

    [Fact]
    public void Disposed_client_ends_its_requests_and_its_connection()
    {
        ScriptedHttp2Server server = new(static _ => null);
        using World world = NewWorld(server, s_far);
        Task<Response> pending = world.Client.GetAsync(Address);
        world.Drive(() => server.Requests.Count == 1);
        world.Client.Dispose();
        world.Fails<Exception>(pending);
        world.Drive(() => world.Network.OpenTransports == 0);
    }

    [Theory, Trait("rule", "R2-119")]
    [InlineData(false)]
    [InlineData(true)]
    public void Pipe_reader_that_has_examined_all_learns_of_an_end_that_comes_later(bool hasTrailers)
    {
        ServerPeer? peer = null;
        ScriptedHttp2Server server = new(static r => new Http2Reply
        {
            Frames = [Http2Frame.Headers(r.StreamId, false, (":status", "200")), Http2Frame.Data(r.StreamId, "hello")],
        });
        using World world = NewWorld(server);
        world.Network.Listen("a.test", 80, new TappedServer(server, p => peer = p));
        using Response response = world.Get(Address);
        PipeReader reader = response.BodyReader;
        ReadResult first = world.Run(reader.ReadAsync().AsTask());
        Assert.False(first.IsCompleted);
        reader.AdvanceTo(first.Buffer.Start, first.Buffer.End);
        Task<ReadResult> second = reader.ReadAsync().AsTask();
        world.Network.Advance(TimeSpan.FromSeconds(1));
        ScriptedHttp2Server.Send(peer!, hasTrailers ? Http2Frame.Headers(1, true, ("x", "y")) : Http2Frame.Data(1, "", endStream: true));
        ReadResult whole = world.Run(second);
        Assert.True(whole.IsCompleted);
        Assert.Equal(5, whole.Buffer.Length);
        Assert.InRange(world.Network.Clock.Elapsed, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2));
        reader.AdvanceTo(whole.Buffer.End);
    }

    [Fact, Trait("rule", "R2-136")]
    public void Body_that_stands_times_out_also_after_a_pause_of_the_reader()
    {
        ScriptedHttp2Server server = new(static r => new Http2Reply
        {
            Frames = [Http2Frame.Headers(r.StreamId, false, (":status", "200")), Http2Frame.Data(r.StreamId, "hello")],
        });
        using World world = NewWorld(server, configure: static options => options.Timeouts.BodyIdle = TimeSpan.FromSeconds(5));
        using Response response = world.Get(Address);
        ResponseBody.Enumerator slices = response.Body.GetAsyncEnumerator();
        Assert.True(world.Run(slices.MoveNextAsync().AsTask()));
        world.Network.Advance(TimeSpan.FromSeconds(20));
        for (int i = 0; i < 10; i++)
        {
            _ = world.Loop.Poll(); // timers that were set before the pause
        }

        TimeSpan start = world.Network.Clock.Elapsed;
        Task<bool> next = slices.MoveNextAsync().AsTask();
        world.Drive(() => next.IsCompleted);
        Assert.Contains("5 s", Assert.ThrowsAny<Exception>(() => next.GetAwaiter().GetResult()).Message);
        Assert.InRange(world.Network.Clock.Elapsed - start, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(6));
    }

    [Theory, Trait("rule", "R2-059"), Trait("rule", "R2-136"), Trait("fault", "F2-43")]
    [InlineData("goaway", false)]
    [InlineData("goaway", true)]
    [InlineData("aged", false)]
    [InlineData("aged", true)]
    [InlineData("disposed", false)]
    public void Connection_of_no_more_use_closes_at_once_when_its_last_stream_is_canceled(string end, bool isWaiting)
    {
        ServerPeer? peer = null;
        ScriptedHttp2Server server = new(r => isWaiting ? null : new Http2Reply
        {
            Frames = [Http2Frame.Headers(r.StreamId, false, (":status", "200")), Http2Frame.Data(r.StreamId, "hello")],
        });
        using World world = NewWorld(server, s_far, static options => options.PooledConnectionLifetime = TimeSpan.FromSeconds(30));
        world.Network.Listen("a.test", 80, new TappedServer(server, p => peer = p), new ListenOptions { Link = s_far });
        using CancellationTokenSource cancel = new();
        Task<Response> sending = world.Client.GetAsync(Address, cancel.Token);
        world.Drive(() => server.Requests.Count == 1);
        Response? response = isWaiting ? null : world.Run(sending);
        switch (end)
        {
            case "goaway":
                ScriptedHttp2Server.Send(peer!, Http2Frame.GoAway(1, 0));
                break;
            case "aged":
                world.Network.Advance(TimeSpan.FromSeconds(30));
                break;
            default:
                world.Client.Dispose();
                break;
        }

        for (int i = 0; i < 10; i++)
        {
            world.Network.Advance(TimeSpan.FromMilliseconds(100));
            _ = world.Loop.Poll();
        }

        TimeSpan start = world.Network.Clock.Elapsed;
        cancel.Cancel();
        response?.Dispose();
        world.Drive(() => world.Network.OpenTransports == 0);
        Assert.InRange(world.Network.Clock.Elapsed - start, TimeSpan.Zero, TimeSpan.FromSeconds(1));
    }

    [Fact, Trait("rule", "R2-136")]
    public void Connection_that_opens_after_its_handler_was_disposed_closes()
    {
        using World world = NewWorld(new ScriptedHttp2Server("x"), s_far);
        PollHttpHandler handler = new(world.Loop);
        using HttpMessageInvoker invoker = new(handler, disposeHandler: false);
        using CancellationTokenSource canceling = new();
        using HttpRequestMessage request = new(HttpMethod.Get, Address) { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        Task<HttpResponseMessage> sending = invoker.SendAsync(request, canceling.Token);
        world.Drive(() => world.Network.OpenTransports == 1);
        handler.Dispose();
        canceling.Cancel();
        world.Drive(() => sending.IsCompleted && world.Network.OpenTransports == 0);
        Assert.True(sending.IsCanceled);
        Assert.InRange(world.Network.Clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(1));
    }

    [Fact, Trait("rule", "R2-039")]
    public void Content_that_goes_on_after_the_response_stops_when_the_server_wants_no_more()
    {
        ServerPeer? peer = null;
        bool isStopped = false;
        ScriptedHttp2Server server = new("early") { AnswersEarly = true };
        using World world = NewWorld(server);
        world.Network.Listen("a.test", 80, new TappedServer(server, p => peer = p));
        RequestContent content = RequestContent.FromWriter(async (writer, token) =>
        {
            await writer.WriteAsync("a"u8.ToArray(), token);
            TaskCompletionSource stopped = new();
            await using (token.Register(() => stopped.SetResult()))
            {
                await stopped.Task;
            }

            isStopped = true;
        });
        using (Response response = world.Run(world.Client.PostAsync(Address, content)))
        {
            Assert.Equal("early", world.Run(response.ReadAsStringAsync()));
        }

        world.Network.Advance(TimeSpan.FromSeconds(1));
        for (int i = 0; i < 10; i++)
        {
            _ = world.Loop.Poll();
        }

        Assert.False(isStopped);
        ScriptedHttp2Server.Send(peer!, Http2Frame.Reset(1, 0));
        world.Drive(() => isStopped && world.Client.Pool!.ActiveExchanges == 0);
        Assert.InRange(world.Network.Clock.Elapsed, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2));
    }

    [Fact, Trait("rule", "R2-104"), Trait("rule", "R2-128")]
    public void Content_goes_on_after_an_early_response_though_a_GOAWAY_came_before_it()
    {
        ScriptedHttp2Server server = new(static request => new Http2Reply
        {
            Frames = [Http2Frame.GoAway(request.StreamId, 0), Http2Frame.Headers(request.StreamId, false, (":status", "200"))],
        })
        { AnswersEarly = true };
        using World world = NewWorld(server, s_far);
        TaskCompletionSource goesOn = new();
        RequestContent content = RequestContent.FromWriter(async (writer, token) =>
        {
            await writer.WriteAsync("one"u8.ToArray(), token);
            await goesOn.Task;
            await writer.WriteAsync("two"u8.ToArray(), token);
        });
        using Response response = world.Run(world.Client.PostAsync(Address, content));
        goesOn.SetResult();
        world.Drive(() => server.Requests[0].IsWhole);
        Assert.Equal("onetwo", server.Requests[0].BodyText);
        Assert.Empty(server.Problems);
    }

    [Fact, Trait("rule", "R2-104")]
    public void Response_that_comes_before_the_content_can_begin_is_delivered()
    {
        TaskCompletionSource goesOn = new();
        using StuckStream stream = new(goesOn.Task);
        ScriptedHttp2Server server = new(static request => request is { Method: "POST", StreamId: 1 }
            ? new Http2Reply { Frames = [Http2Frame.Reset(1, 7)] }
            : $"{request.Method}")
        { AnswersEarly = true };
        using World world = NewWorld(server, s_far);
        Task<Response> posting = world.Client.PostAsync(Address, RequestContent.FromStream(stream));
        world.Drive(() => server.Requests.Count == 1);
        using Response got = world.Run(world.Client.GetAsync(Address)); // what it causes to be sent includes the head of the next attempt
        using Response posted = world.Run(posting);
        Assert.Equal(("GET", "POST"), (world.Run(got.ReadAsStringAsync()), world.Run(posted.ReadAsStringAsync())));
        goesOn.SetResult();
        world.Drive(() => server.Requests.Count(static r => r.IsWhole) == 2);
        Assert.Equal("content", server.Requests[^1].BodyText);
        Assert.Empty(server.Problems);
    }

    [Theory, Trait("rule", "R-120"), Trait("parity", "P-153")]
    [InlineData(true)]
    [InlineData(false)]
    public void Connection_whose_time_is_over_is_not_used_again_though_its_timer_is_late(bool isLifetime)
    {
        ScriptedHttp2Server server = new("x");
        using World world = NewWorld(server, s_far, options => SetTime(options, isLifetime, TimeSpan.FromSeconds(10)));
        world.Get(Address).Dispose();
        world.Network.Advance(TimeSpan.FromSeconds(11));
        world.Get(Address).Dispose();
        Assert.Equal([1, 2], server.Requests.Select(static r => r.ConnectionNumber));
    }

    [Theory, Trait("parity", "P-060")]
    [InlineData(true, 2)]
    [InlineData(false, 1)]
    public void Request_beside_another_on_a_connection_that_is_not_kept_is_served(bool isLifetime, int connections)
    {
        ScriptedHttp2Server server = new(static _ => new Http2Reply { Body = "x"u8.ToArray(), Delay = TimeSpan.FromSeconds(1) });
        using World world = NewWorld(server, s_far, options => SetTime(options, isLifetime, TimeSpan.Zero));
        Task<Response> first = world.Client.GetAsync(Address);
        world.Drive(() => server.Requests.Count == 1);
        Task<Response> second = world.Client.GetAsync(Address);
        world.Run(first).Dispose();
        world.Run(second).Dispose();
        Assert.Equal(connections, server.ConnectionCount);
    }

    private static void SetTime(PollHttpClientOptions options, bool isLifetime, TimeSpan time)
    {
        if (isLifetime)
        {
            options.PooledConnectionLifetime = time;
        }
        else
        {
            options.PooledConnectionIdleTimeout = time;
        }
    }

    /// <summary>A stream whose first read, which no token ends, keeps the next attempt from the content.</summary>
    private sealed class StuckStream(Task goesOn) : MemoryStream("content"u8.ToArray())
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await goesOn;
            return Read(buffer.Span);
        }
    }
}
