using System.Net;
using System.Runtime.CompilerServices;
using PollHttp.Testing;
using Xunit;

namespace PollHttp.Tests.EndToEnd;

public sealed class DisposalTests
{
    public static TheoryData<string> Settings() => Setting.All();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Trait("fault", "F-57")]
    public void Disposing_the_client_at_any_point_ends_the_request_and_leaves_nothing(bool streams)
    {
        int points = RunUntil(int.MaxValue, streams);
        for (int i = 1; i <= points; i++)
        {
            RunUntil(i, streams);
        }
    }

    [Theory]
    [MemberData(nameof(Settings))]
    [Trait("fault", "F-57")]
    public void Disposing_a_response_twice_or_a_read_one_does_no_harm(string setting) =>
        Play.Run(setting, new ScriptedHttpServer(r => ServerReply.Text(new string('x', r.Target == "/big" ? 300_000 : 3))), async scene =>
        {
            Response unread = await scene.GetAsync("/big");
            unread.Dispose();
            unread.Dispose();
            Assert.Throws<ObjectDisposedException>(() => unread.OpenBodyStream());

            Response read = await scene.GetAsync("/small");
            Assert.Equal("xxx", await read.ReadAsStringAsync());
            read.Dispose();
            await read.DisposeAsync();
            await scene.AssertUsableAsync();
        });

    [Fact]
    [Trait("fault", "F-57")]
    public void Disposing_a_response_on_another_thread_while_it_is_read_ends_the_reading() =>
        Play.Run("sockets, background, http", new ScriptedHttpServer(r => r.Target == "/again" ? ServerReply.Text("x") : "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"), async scene =>
        {
            for (int i = 0; i < 30; i++)
            {
                Response response = await scene.GetAsync();
                Task<byte[]> reading = response.ReadAsByteArrayAsync();
                Thread thread = new(response.Dispose);
                thread.Start();
                await Assert.ThrowsAsync<ObjectDisposedException>(() => reading);
                thread.Join();
            }

            await scene.AssertUsableAsync();
        });

    [Theory]
    [MemberData(nameof(Settings))]
    [Trait("fault", "F-58")]
    public void A_response_that_is_dropped_gives_its_connection_back_when_it_is_collected(string setting) =>
        Play.Run(setting, new ScriptedHttpServer(r => r.Target == "/again" ? ServerReply.Text("x") : "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"), async scene =>
        {
            await DropAsync(scene);
            for (int i = 0; i < 1_000 && scene.Client.Pool.ActiveExchanges > 0; i++)
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
                await scene.AssertUsableAsync(); // the loop has its turn
            }

            Assert.Equal(0, scene.Client.Pool.ActiveExchanges);
        });

    [Theory]
    [InlineData("slices", false)]
    [InlineData("slices", true)]
    [InlineData("stream", false)]
    [InlineData("stream", true)]
    [InlineData("pipe", false)]
    [InlineData("pipe", true)]
    [Trait("fault", "F-58")]
    public void A_response_that_is_dropped_after_a_read_that_waited_is_collected(string way, bool isCanceled)
    {
        using ManualScene scene = new();
        scene.Serve(new ScriptedHttpServer(_ => new ServerReply("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf")
        {
            DribbleSize = 38, // the head
            DribbleDelay = TimeSpan.FromMilliseconds(5),
        }));
        DropAfterWait(scene, way, isCanceled);
        for (int i = 0; i < 20 && scene.Client.Pool.ActiveExchanges > 0; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            scene.Settle();
        }

        GoodEnd.AssertQuiet(scene.Client.Pool);
    }

    [Fact]
    public void A_disposed_client_refuses_and_sends_nothing()
    {
        using ManualScene scene = new();
        scene.Client.Dispose();
        scene.Client.Dispose();
        Assert.Throws<ObjectDisposedException>(() => { _ = scene.Client.GetAsync("http://server.test/"); });
        Assert.Equal(0, scene.Network.TotalDials);
    }

    [Fact]
    public void A_disposed_loop_fails_what_is_under_way()
    {
        SimulatedNetwork network = new();
        network.Listen("server.test", 80, _ => { });
        PollLoop loop = new(network);
        using PollHttpClient client = new(loop);
        Task<Response> request = client.GetAsync("http://server.test/");
        loop.Poll();
        loop.Dispose();
        Assert.IsType<ObjectDisposedException>(request.Exception?.InnerException);
        Assert.Equal((0, 0), (network.OpenTransports, network.OpenPollers));
        Assert.Throws<ObjectDisposedException>(() => loop.Poll());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_loop_disposed_before_its_first_pass_fails_what_was_handed_in(bool elsewhere)
    {
        SimulatedNetwork network = new();
        network.Listen("server.test", 80, _ => { });
        PollLoop loop = new(network);
        using PollHttpClient client = new(loop);
        Task<Response>? request = null;
        if (elsewhere)
        {
            Thread other = new(() => request = client.GetAsync("http://server.test/"));
            other.Start();
            other.Join();
        }
        else
        {
            request = client.GetAsync("http://server.test/");
        }

        loop.Dispose();
        Assert.IsType<ObjectDisposedException>(request!.Exception?.InnerException);
        Assert.Equal((0, 0, 0), (network.TotalDials, network.OpenTransports, network.OpenPollers));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void A_loop_disposed_in_a_continuation_fails_what_is_under_way(int requests)
    {
        SimulatedNetwork network = new();
        network.Listen("server.test", 80, new ScriptedHttpServer(_ => ServerReply.Text("fine")));
        network.Listen("silent.test", 80, _ => { });
        PollLoop loop = new(network);
        using PollHttpClient client = new(loop, new() { MaxConnectionsPerServer = 2 });
        Task<Response>[] under = [.. Enumerable.Range(0, requests).Select(_ => client.GetAsync("http://silent.test/"))];
        List<Exception> told = [];
        Task quitting = QuitAsync();
        while (!quitting.IsCompleted)
        {
            if (!loop.Poll())
            {
                network.Advance(TimeSpan.FromMilliseconds(1));
            }
        }

        Assert.Null(quitting.Exception);
        Assert.All(under, static task => Assert.IsType<ObjectDisposedException>(task.Exception?.InnerException));
        Assert.Equal(requests, told.Count);
        Assert.Equal((0, 0), (network.OpenTransports, network.OpenPollers));

        async Task QuitAsync()
        {
            Task[] watching = [.. under.Select(WatchAsync)];
            using (await client.GetAsync("http://server.test/"))
            {
                loop.Dispose();
            }

            await Task.WhenAll(watching);
        }

        async Task WatchAsync(Task<Response> task)
        {
            told.Add(await Assert.ThrowsAsync<ObjectDisposedException>(() => task));
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_client_disposed_in_its_own_filter_dials_no_more(bool throughProxy)
    {
        SimulatedNetwork network = new();
        network.Listen("server.test", 80, _ => { });
        network.Listen("proxy.test", 1080, _ => { });
        using PollLoop loop = new(network);
        PollHttpClient? client = null;
        client = new(loop, new()
        {
            Proxy = throughProxy ? new System.Net.WebProxy("socks5://proxy.test:1080") : null,
            UseProxy = throughProxy,
            ConnectFilter = (_, _) =>
            {
                client!.Dispose();
                return true;
            },
        });
        Task<Response> request = client.GetAsync("http://server.test/");
        for (int i = 0; i < 100 && !request.IsCompleted; i++)
        {
            if (!loop.Poll())
            {
                network.Advance(TimeSpan.FromMilliseconds(1));
            }
        }

        Assert.IsType<ObjectDisposedException>(request.Exception?.InnerException);
        Assert.Equal((0, 0), (network.TotalDials, network.OpenTransports));
    }

    [Fact]
    public void A_client_of_a_disposed_loop_warms_nothing()
    {
        PollLoop loop = new(new SimulatedNetwork());
        using PollHttpClient client = new(loop);
        loop.Dispose();
        Assert.Throws<ObjectDisposedException>(() => { _ = client.WarmAsync(new Uri("http://server.test/")); });
    }

    [Fact]
    public void A_client_of_a_disposed_loop_refuses()
    {
        PollLoop loop = new(new SimulatedNetwork());
        using PollHttpClient client = new(loop);
        loop.Dispose();
        Assert.Throws<ObjectDisposedException>(() => { _ = client.GetAsync("http://server.test/"); });
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task DropAsync(Scene scene)
    {
        Response response = await scene.GetAsync();
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    private static int RunUntil(int disposeAt, bool streams)
    {
        SimulatedNetwork network = new() { LookupLatency = TimeSpan.FromMilliseconds(2) };
        network.Link = new() { Latency = TimeSpan.FromMilliseconds(2), SegmentSize = 900 };
        network.Listen("server.test", 80, new ScriptedHttpServer(_ => ServerReply.Text(new string('y', 20_000))));
        using ManualScene scene = new(network);
        scene.AtPoint = point =>
        {
            if (point == disposeAt)
            {
                scene.Client.Dispose();
            }
        };
        Task<string> text = streams ? StreamAsync(scene.Client) : scene.Client.GetStringAsync("http://server.test/");
        try
        {
            Assert.Equal(20_000, scene.Await(text).Length);
        }
        catch (ObjectDisposedException)
        {
            Assert.True(scene.Points >= disposeAt);
        }

        return scene.Points;
    }

    private static async Task<string> StreamAsync(PollHttpClient client)
    {
        using Response response = await client.GetAsync("http://server.test/");
        return await response.ReadAsStringAsync();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void DropAfterWait(ManualScene scene, string way, bool isCanceled)
    {
        Response response = scene.Await(scene.Client.GetAsync("http://server.test/"));
        using CancellationTokenSource canceling = new();
        Task<int> reading = ReaderOf(response, way, canceling.Token)().AsTask();
        Assert.False(reading.IsCompleted);
        if (isCanceled)
        {
            canceling.Cancel();
        }

        scene.DriveUntil(() => reading.IsCompleted);
        Assert.Equal(isCanceled, reading.IsCanceled);
    }

    private static Func<ValueTask<int>> ReaderOf(Response response, string way, CancellationToken token)
    {
        switch (way)
        {
            case "slices":
                ResponseBody.Enumerator slices = response.Body.GetAsyncEnumerator(token);
                return async () => await slices.MoveNextAsync() ? slices.Current.Length : 0;
            case "stream":
                Stream stream = response.OpenBodyStream();
                return () => stream.ReadAsync(new byte[100], token);
            default:
                return async () =>
                {
                    System.IO.Pipelines.ReadResult result = await response.BodyReader.ReadAsync(token);
                    response.BodyReader.AdvanceTo(result.Buffer.End);
                    return (int)result.Buffer.Length;
                };
        }
    }
}
