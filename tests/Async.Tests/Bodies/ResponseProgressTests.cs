using System.Globalization;
using System.Net;
using System.Text;
using PollHttp.Core;
using PollHttp.Testing;
using PollHttp.Tests.EndToEnd;
using Xunit;

namespace PollHttp.Tests;

/// <summary>What a request's <see cref="RequestOptions.ResponseProgress"/> is told, and what it can do to the reading.</summary>
[Trait("ask", "A-03")]
public sealed class ResponseProgressTests
{
    private readonly Reports _reports = new();

    public static TheoryData<string> Settings() => Setting.AllAndSync();

    [Theory]
    [MemberData(nameof(Settings))]
    public void Progress_grows_to_the_length(string setting)
    {
        const int Length = 100_000;
        Play.Run(setting, new ScriptedHttpServer(_ => ServerReply.Text(new string('x', Length))), async scene =>
        {
            using Response response = await scene.SendAsync(Ask(scene.Address));
            byte[] body = scene.Setting.Drive == Drive.Sync ? response.ReadAsByteArray() : await response.ReadAsByteArrayAsync();
            Assert.Equal(Length, body.Length);
        });

        Assert.Equal(new ResponseProgress(Length, Length), _reports.All[^1]);
        Assert.Equal(1, _reports.All[^1].Fraction);
        Assert.All(_reports.All, report => Assert.Equal(Length, report.TotalBytes));
        AssertGrows();
    }

    [Fact]
    public void With_a_length_each_read_that_finds_more_tells_it_and_the_last_is_the_end()
    {
        BodyScene scene = NewScene(Framing.Length, 11);
        scene.Run(async response =>
        {
            scene.Write("hello");
            await using ResponseBody.Enumerator slices = response.Body.GetAsyncEnumerator();
            Assert.True(await slices.MoveNextAsync());
            Assert.Equal([new(5, 11)], _reports.All);

            scene.Write(" world");
            Assert.True(await slices.MoveNextAsync());
            Assert.Equal([new(5, 11), new(11, 11)], _reports.All);
            Assert.False(await slices.MoveNextAsync());
        });

        Assert.Equal(2, _reports.All.Count);
    }

    [Theory]
    [InlineData(Framing.Chunked)]
    [InlineData(Framing.UntilClose)]
    public void Without_a_length_the_total_is_known_at_the_end(Framing framing)
    {
        BodyScene scene = NewScene(framing);
        scene.Run(async response =>
        {
            scene.Write("hello");
            await using ResponseBody.Enumerator slices = response.Body.GetAsyncEnumerator();
            Assert.True(await slices.MoveNextAsync());
            Assert.Equal([new(5, null)], _reports.All);

            scene.Write(" world");
            Assert.True(await slices.MoveNextAsync());
            Assert.Equal([new(5, null), new(11, null)], _reports.All);

            await scene.SettleAsync();
            scene.End();
            Assert.False(await slices.MoveNextAsync());
        });

        Assert.Equal([new(5, null), new(11, null), new(11, 11)], _reports.All);
        Assert.Null(_reports.All[0].Fraction);
    }

    [Theory]
    [InlineData("bytes")]
    [InlineData("blocking slices")]
    [InlineData("pipe")]
    [InlineData("stream")]
    [InlineData("sync stream")]
    [InlineData("content")]
    public void Every_way_of_reading_tells_and_tells_the_end_once(string way)
    {
        const int Length = 200_000;
        string chunk = Length.ToString("x", CultureInfo.InvariantCulture);
        Serve(new ServerReply($"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{chunk}\r\n{new string('x', Length)}\r\n0\r\n\r\n"), async response =>
            Assert.Equal(Length, await ReadAsync(response, way)));

        Assert.Equal(new ResponseProgress(Length, Length), _reports.All[^1]);
        Assert.Single(_reports.All, report => report.TotalBytes is not null);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    [InlineData("zstd")]
    public void Of_a_decoded_body_the_bytes_on_the_wire_are_counted(string coding)
    {
        byte[] content = Coded.Prose(500_000);
        byte[] coded = Coded.Encode(coding, content);
        string head = $"HTTP/1.1 200 OK\r\nContent-Encoding: {coding}\r\nContent-Length: {coded.Length}\r\n\r\n";
        Serve(new ServerReply((byte[])[.. Encoding.Latin1.GetBytes(head), .. coded]), async response =>
        {
            Assert.Null(response.ContentLength);
            Assert.Equal(content, await response.ReadAsByteArrayAsync());
            Assert.Equal(coded.Length, response.BodyBytesReceived);
        });

        Assert.Equal(new ResponseProgress(coded.Length, coded.Length), _reports.All[^1]);
        Assert.All(_reports.All, report => Assert.Equal(coded.Length, report.TotalBytes));
        AssertGrows();
    }

    [Theory]
    [InlineData("hello")]
    [InlineData("")]
    public void A_body_that_came_with_its_head_is_told_once_when_it_is_read(string body)
    {
        Serve(ServerReply.Text(body), async response =>
        {
            Assert.Empty(_reports.All);
            Assert.Equal(body, await response.ReadAsStringAsync());
            Assert.Equal(body.Length, response.BodyBytesReceived);
        });

        Assert.Equal([new(body.Length, body.Length)], _reports.All);
    }

    [Fact]
    public void A_body_that_is_cut_short_is_told_as_far_as_it_came()
    {
        BodyScene scene = NewScene(Framing.Length, 10);
        scene.Run(async response =>
        {
            scene.Write("hello");
            scene.Peer!.End();
            await Assert.ThrowsAsync<PollHttpIOException>(() => response.ReadAsByteArrayAsync());
        });

        Assert.Equal([new(5, 10)], _reports.All);
    }

    [Fact]
    public void What_is_disposed_of_or_drained_is_not_told()
    {
        BodyScene scene = NewScene(Framing.Length, 10);
        scene.Run(async response =>
        {
            scene.Write("hello");
            await foreach (ReadOnlyMemory<byte> slice in response.Body)
            {
                break;
            }

            scene.Write("world");
            await scene.SettleAsync();
        });
        Assert.Equal([new(5, 10)], _reports.All);

        Serve(ServerReply.Text(new string('x', 200_000)), async response => Assert.True(await response.DrainAsync()));
        Assert.Single(_reports.All);
    }

    [Fact]
    public void Bodies_of_redirects_are_not_told()
    {
        SimulatedNetwork network = new();
        network.Listen("a.example", 80, new ScriptedHttpServer(request => request.Target == "/"
            ? "HTTP/1.1 302 Found\r\nLocation: /there\r\nContent-Length: 5\r\n\r\nmoved"
            : ServerReply.Text("here it is")));
        Run(network, async response => Assert.Equal("here it is", await response.ReadAsStringAsync()));

        Assert.Equal([new(10, 10)], _reports.All);
    }

    [Theory]
    [MemberData(nameof(Settings))]
    public void What_the_callee_throws_fails_that_read_and_no_other_request(string setting)
    {
        _reports.Then = _ => throw new FormatException("mine");
        Play.Run(setting, new ScriptedHttpServer(_ => ServerReply.Text(new string('x', 100_000))), async scene =>
        {
            using Response other = await scene.GetAsync("/other");
            using (Response response = await scene.SendAsync(Ask(scene.Address)))
            {
                await Assert.ThrowsAsync<FormatException>(() => response.ReadAsByteArrayAsync());
            }

            Assert.Equal(100_000, (await other.ReadAsByteArrayAsync()).Length);
            await scene.AssertUsableAsync();
        });

        Assert.Single(_reports.All);
    }

    [Theory]
    [MemberData(nameof(Settings))]
    public void The_callee_may_dispose_of_the_response(string setting)
    {
        Play.Run(setting, new ScriptedHttpServer(_ => ServerReply.Text(new string('x', 100_000))), async scene =>
        {
            using Response response = await scene.SendAsync(Ask(scene.Address));
            _reports.Then = _ => response.Dispose();
            await Assert.ThrowsAsync<ObjectDisposedException>(() => response.ReadAsByteArrayAsync());
            await scene.AssertUsableAsync();
        });

        Assert.Single(_reports.All);
    }

    [Fact]
    public void A_small_body_disposed_of_by_the_callee_does_not_look_empty()
    {
        Serve(ServerReply.Text("hello"), async response =>
        {
            _reports.Then = _ => response.Dispose();
            await Assert.ThrowsAsync<ObjectDisposedException>(() => response.ReadAsStringAsync());
        });

        Assert.Single(_reports.All);
    }

    private static async Task<long> ReadAsync(Response response, string way)
    {
        long count = 0;
        switch (way)
        {
            case "bytes":
                return (await response.ReadAsByteArrayAsync()).Length;
            case "blocking slices":
                foreach (ReadOnlyMemory<byte> slice in response.Body)
                {
                    count += slice.Length;
                }

                return count;
            case "pipe":
                using (MemoryStream copy = new())
                {
                    await response.BodyReader.CopyToAsync(copy);
                    return copy.Length;
                }

            case "content":
                return (await response.Content.ReadAsByteArrayAsync()).Length;
            default:
                await using (Stream stream = response.OpenBodyStream())
                {
                    byte[] buffer = new byte[5000];
                    int read;
                    while ((read = way == "stream" ? await stream.ReadAsync(buffer) : stream.Read(buffer, 0, buffer.Length)) > 0)
                    {
                        count += read;
                    }
                }

                return count;
        }
    }

    private BodyScene NewScene(Framing framing, long length = 0) =>
        new(framing, length) { RequestOptions = new() { ResponseProgress = _reports } };

    private Request Ask(Uri address) => new("GET", address) { Options = new() { ResponseProgress = _reports } };

    private void Serve(ServerReply reply, Func<Response, Task> test)
    {
        SimulatedNetwork network = new();
        network.Listen("a.example", 80, new ScriptedHttpServer(_ => reply));
        Run(network, test);
    }

    private void Run(SimulatedNetwork network, Func<Response, Task> test) => LoopDrive.Run(
        async loop =>
        {
            using var client = new PollHttpClient(loop);
            using Response response = await client.SendAsync(Ask(new("http://a.example/")));
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            await test(response);
        },
        network);

    private void AssertGrows() => Assert.All(_reports.All.Zip(_reports.All.Skip(1)), pair => Assert.True(pair.First.Bytes < pair.Second.Bytes));

    private sealed class Reports : IProgress<ResponseProgress>
    {
        public List<ResponseProgress> All { get; } = [];

        public Action<ResponseProgress>? Then { get; set; }

        public void Report(ResponseProgress value)
        {
            All.Add(value);
            Then?.Invoke(value);
        }
    }
}
