using System.IO.Pipelines;
using PollHttp.Testing;
using PollHttp.Tests.Exchanges;
using Xunit;

namespace PollHttp.Tests;

public sealed class EarlyResponseTests
{
    private const int Size = 2_000_000;

    private static readonly LinkOptions s_slow = new() { Latency = TimeSpan.FromMilliseconds(5), SendWindow = 50_000 };

    public static TheoryData<string> Shapes() => [.. ContentShapes.All.Keys];

    [Theory]
    [Trait("rule", "R-113")]
    [InlineData(20)]
    [InlineData(300_000)]
    public void An_answer_to_all_bytes_of_a_content_is_not_early_though_the_content_has_not_returned(int length)
    {
        using World world = new();
        ScriptedHttpServer server = world.Serve("a.test", r => r.Target == "/" ? World.RedirectTo("/next", 307) : World.Reply(200));
        RequestContent content = RequestContent.FromStream(new MemoryStream(new byte[length]));
        world.Run(world.Client.PostAsync("http://a.test/", content)).Dispose();
        Assert.Equal([length, length], server.Requests.Select(r => r.Body.Length));
        Assert.Equal([1, 1], server.Requests.Select(r => r.ConnectionNumber));
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    [Trait("rule", "R-113")]
    [Trait("fault", "F-18")]
    [Trait("past", "C-48")]
    public void A_refusal_while_uploading_is_delivered_and_ends_the_upload(string shape)
    {
        var server = new HeadServer(peer =>
        {
            peer.Send("HTTP/1.1 413 Too large\r\nContent-Length: 9\r\n\r\ntoo large");
            peer.StopReading();
        });
        var scene = new UploadScene(server, s_slow);

        (int status, string text) = scene.Run(async client =>
        {
            using Response response = await client.PutAsync(UploadScene.Address, ContentShapes.All[shape](new byte[Size]));
            return ((int)response.StatusCode, await response.ReadAsStringAsync());
        });

        Assert.Equal((413, "too large"), (status, text));
        Assert.True(scene.Sends.Sum() < Size / 2);
        Assert.Equal(0, scene.Network.OpenTransports);
    }

    [Fact]
    [Trait("rule", "R-113")]
    [Trait("past", "C-48")]
    public void What_is_left_of_a_refused_content_is_not_sent_before_the_next_request()
    {
        int next = 0;
        string[] answers = ["HTTP/1.1 400 No\r\nContent-Length: 0\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"];
        var server = new HeadServer(peer => peer.Send(answers[next++]));
        var scene = new UploadScene(server, s_slow);

        scene.Run(async client =>
        {
            using (await client.PutAsync(UploadScene.Address, ContentShapes.All["stream"](new byte[Size])))
            {
            }

            using Response second = await client.GetAsync(UploadScene.Address);
            return 0;
        });

        Assert.Equal(2, server.Connections);
        Assert.StartsWith("GET /up ", server.Heads[1], StringComparison.Ordinal);
    }

    [Fact]
    [Trait("fault", "F-18")]
    public void A_source_is_told_that_the_rest_is_not_wanted()
    {
        bool told = false;
        var server = new HeadServer(peer => peer.Send("HTTP/1.1 413 No\r\nContent-Length: 0\r\n\r\n"));
        var scene = new UploadScene(server, s_slow);

        int status = scene.Put(RequestContent.FromWriter(async (writer, token) =>
        {
            await writer.WriteAsync(new byte[1], CancellationToken.None);
            var forEver = new TaskCompletionSource();
            using CancellationTokenRegistration registration = token.Register(() => forEver.TrySetCanceled(token));
            try
            {
                await forEver.Task;
            }
            finally
            {
                told = true;
            }
        }));

        Assert.Equal(413, status);
        Assert.True(told);
    }

    [Fact]
    [Trait("fault", "F-18")]
    public void A_reset_of_the_upload_does_not_lose_the_answer()
    {
        var server = new HeadServer(peer =>
        {
            peer.Send("HTTP/1.1 413 No\r\nContent-Length: 2\r\n\r\nno");
            peer.Reset(afterData: true);
        });

        Assert.Equal(413, new UploadScene(server, s_slow).Put(ContentShapes.All["stream"](new byte[Size])));
    }

    [Fact]
    [Trait("rule", "R-098")]
    public void An_end_after_a_whole_answer_ends_the_upload_too()
    {
        var server = new HeadServer(peer =>
        {
            peer.Send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
            peer.Close();
        });
        var scene = new UploadScene(server, s_slow);

        Assert.Equal(200, scene.Put(ContentShapes.All["stream"](new byte[Size])));
        Assert.True(scene.Sends.Sum() < Size / 2);
        Assert.Equal(0, scene.Network.OpenTransports);
    }

    [Fact]
    [Trait("rule", "R-113")]
    public void A_success_that_closes_ends_the_upload()
    {
        var server = new HeadServer(peer => peer.Send("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok"));
        var scene = new UploadScene(server, s_slow);

        Assert.Equal(200, scene.Put(ContentShapes.All["stream"](new byte[Size])));
        Assert.True(scene.Sends.Sum() < Size / 2);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Trait("rule", "R-113")]
    [Trait("fault", "F-19")]
    public void A_success_is_delivered_at_once_and_the_upload_goes_on(bool hasLength)
    {
        var server = new HeadServer(peer => peer.Send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"))
        {
            OnContent = peer =>
            {
                if (((System.Text.StringBuilder)peer.State!).ToString().EndsWith(hasLength ? "last" : "last\r\n0\r\n\r\n", StringComparison.Ordinal))
                {
                    peer.State = null;
                }
            },
        };
        var scene = new UploadScene(server);
        var source = new Pipe();

        scene.Run(async client =>
        {
            await source.Writer.WriteAsync("first"u8.ToArray());
            using (Response response = await client.PutAsync(UploadScene.Address, RequestContent.FromPipe(source.Reader, hasLength ? 9 : null)))
            {
                Assert.Equal("ok", await response.ReadAsStringAsync());
            }

            await source.Writer.WriteAsync("last"u8.ToArray());
            await source.Writer.CompleteAsync();
            while (client.Pool.IdleConnections == 0)
            {
                await Task.Yield();
            }

            using Response second = await client.GetAsync(UploadScene.Address);
            return 0;
        });

        Assert.Equal(1, server.Connections);
        Assert.Equal(2, server.Heads.Count);
    }

    [Fact]
    [Trait("rule", "R-113")]
    [Trait("fault", "F-19")]
    public void A_content_that_nobody_takes_after_the_answer_does_not_hold_its_connection_for_ever()
    {
        HeadServer server = new(peer =>
        {
            peer.Send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\no");
            peer.SendAfter(TimeSpan.FromMilliseconds(10), "k");
            peer.StopReading();
        });
        SimulatedNetwork network = new();
        network.Listen("server.test", 80, server, new ListenOptions { Link = s_slow });
        LoopDrive.Run(
            async loop =>
            {
                await using PollHttpClient client = new(loop, new PollHttpClientOptions { Timeout = TimeSpan.FromSeconds(30) });
                using (Response response = await client.PutAsync("http://server.test/up", ContentShapes.All["stream"](new byte[Size])))
                {
                    Assert.Equal("ok", await response.ReadAsStringAsync());
                }

                Assert.Equal(1, client.Pool.OpenConnections);
                await Task.Delay(TimeSpan.FromSeconds(31), network.Clock);
                Assert.Equal(0, client.Pool.OpenConnections);
            },
            network);
    }
}
