using System.Net;
using System.Text;
using PollHttp.Core;
using PollHttp.Testing;
using Xunit;

namespace PollHttp.Tests.EndToEnd;

public sealed class CancellationTests
{
    public static TheoryData<string> Settings() => Setting.All();

    public static TheoryData<string> Whats() => ["get", "chunked", "upload", "https", "waiting"];

    [Theory]
    [MemberData(nameof(Whats))]
    [Trait("fault", "F-55")]
    public void Canceling_at_any_point_ends_in_the_callers_token_and_leaves_nothing(string what)
    {
        int points = Run(what, cancelAt: int.MaxValue);
        Assert.InRange(points, 5, 5_000);
        for (int i = 1; i <= points; i++)
        {
            Run(what, cancelAt: i);
        }
    }

    [Theory]
    [MemberData(nameof(Settings))]
    public void A_token_that_is_canceled_already_sends_nothing(string setting)
    {
        ScriptedHttpServer server = new(_ => ServerReply.Text("x"));
        Play.Run(setting, server, async scene =>
        {
            OperationCanceledException error = await Assert.ThrowsAnyAsync<OperationCanceledException>(
                () => scene.GetAsync("/never", new CancellationToken(canceled: true)));
            Assert.True(error.CancellationToken.IsCancellationRequested);
        });
        Assert.Empty(server.Requests);
    }

    [Theory]
    [MemberData(nameof(Settings))]
    public void Canceling_while_the_server_is_silent_ends_the_request(string setting) =>
        Play.Run(setting, new ScriptedHttpServer(r => r.Target == "/again" ? ServerReply.Text("x") : ""), async scene =>
        {
            using CancellationTokenSource source = new();
            Task<Response> request = scene.GetAsync("/silent", source.Token);
            source.Cancel();
            OperationCanceledException error = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => request);
            Assert.Equal(source.Token, error.CancellationToken);
            Assert.IsNotType<RequestTimeoutException>(error);
            await scene.AssertUsableAsync();
        });

    [Theory]
    [MemberData(nameof(Settings))]
    public void Canceling_in_the_middle_of_a_body_ends_the_reading(string setting) =>
        Play.Run(setting, new ScriptedHttpServer(r => r.Target == "/again" ? ServerReply.Text("x") : "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"), async scene =>
        {
            using CancellationTokenSource source = new();
            using Response response = await scene.GetAsync();
            int got = 0;
            OperationCanceledException error = await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
            {
                await foreach (ReadOnlyMemory<byte> slice in response.Body.WithCancellation(source.Token))
                {
                    got += slice.Length;
                    if (got == 4)
                    {
                        source.Cancel();
                    }
                }
            });
            Assert.Equal(source.Token, error.CancellationToken);
            Assert.Equal(4, got);
            await scene.AssertUsableAsync();
        });

    [Fact]
    [Trait("fault", "F-56")]
    public void Canceling_as_the_response_comes_has_exactly_one_outcome()
    {
        ScriptedHttpServer server = new(_ => ServerReply.Text("hello"));
        int canceled = 0;
        int answered = 0;
        Play.Run("sockets, background, http", server, async scene =>
        {
            for (int i = 0; i < 300; i++)
            {
                using CancellationTokenSource source = new();
                Task<Response> request = scene.GetAsync("/", source.Token);
                SpinWait.SpinUntil(() => request.IsCompleted, i % 5); // a little later each time, and from this thread
                await source.CancelAsync();
                try
                {
                    using Response response = await request;
                    Assert.Equal("hello", await response.ReadAsStringAsync());
                    answered++;
                }
                catch (OperationCanceledException error)
                {
                    Assert.Equal(source.Token, error.CancellationToken);
                    canceled++;
                }
            }
        });

        Assert.Equal(300, canceled + answered);
    }

    private static int Run(string what, int cancelAt)
    {
        SimulatedNetwork network = new() { LookupLatency = TimeSpan.FromMilliseconds(2) };
        network.Link = new() { Latency = TimeSpan.FromMilliseconds(2), SegmentSize = 900 };
        ScriptedHttpServer server = new(r => r.Target switch
        {
            "/again" => ServerReply.Text("x"),
            "/chunked" => "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + Repeat("3e8\r\n" + new string('c', 1000) + "\r\n", 20) + "0\r\n\r\n",
            _ => ServerReply.Text(new string('y', 20_000)),
        });
        network.Listen("server.test", 80, server);
        network.Listen("server.test", 443, server);

        using ManualScene scene = new(network, o => o.MaxConnectionsPerServer = what == "waiting" ? 1 : 8);
        using CancellationTokenSource source = new();
        Task<byte[]>? first = what == "waiting" ? CallAsync(scene.Client, "first", default) : null;
        Task<byte[]> request = CallAsync(scene.Client, what, source.Token);
        bool completedBefore = false;
        scene.AtPoint = point =>
        {
            if (point == cancelAt)
            {
                completedBefore = request.IsCompleted;
                source.Cancel();
            }
        };
        try
        {
            byte[] body = scene.Await(request);
            Assert.True(!source.IsCancellationRequested || completedBefore || body.Length == 20_000);
        }
        catch (OperationCanceledException error)
        {
            Assert.Equal(source.Token, error.CancellationToken);
            Assert.True(source.IsCancellationRequested);
            Assert.IsNotType<RequestTimeoutException>(error);
        }

        int points = scene.Points;
        scene.AtPoint = null;
        if (first is not null)
        {
            Assert.Equal(20_000, scene.Await(first).Length);
        }

        scene.AssertUsable();
        return points;
    }

    private static async Task<byte[]> CallAsync(PollHttpClient client, string what, CancellationToken token)
    {
        string scheme = what == "https" ? "https" : "http";
        Request request = new(what == "upload" ? "POST" : "GET", $"{scheme}://server.test/{what}");
        if (what == "upload")
        {
            request.Content = RequestContent.FromStream(new MemoryStream(Encoding.ASCII.GetBytes(new string('u', 50_000))));
        }

        using Response response = await client.SendAsync(request, token);
        return await response.ReadAsByteArrayAsync(token);
    }

    private static string Repeat(string text, int count) => string.Concat(Enumerable.Repeat(text, count));
}
