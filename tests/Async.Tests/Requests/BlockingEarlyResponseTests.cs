using System.Net;
using PollHttp.Core;
using PollHttp.Testing;
using Xunit;

namespace PollHttp.Tests;

/// <summary>A blocking call whose server answers before it has had the content: the answer ends the wait, or else a limit or the token does.</summary>
[Trait("ask", "A-20")]
[Trait("rule", "R-113")]
public sealed class BlockingEarlyResponseTests
{
    private const string Address = "http://server.test/";

    private const int Size = 56 * 1024;

    private static readonly Dictionary<string, Func<RequestContent>> s_contents = new()
    {
        ["stream"] = () => RequestContent.FromStream(new MemoryStream(new byte[Size])),
        ["stream without length"] = () => RequestContent.FromStream(new OneWayStream(new byte[Size])),
        ["one write"] = () => new OneWrite(Size),
        ["StreamContent"] = () => RequestContent.FromHttpContent(new StreamContent(new MemoryStream(new byte[Size]))),
        ["multipart"] = () => new MultipartForm().Add("a", RequestContent.FromStream(new MemoryStream(new byte[Size]))),
        ["sequence"] = () => RequestContent.FromAsyncEnumerable(Pieces(), Size),
        ["writer"] = () => RequestContent.FromWriter(static async (writer, token) => await writer.WriteAsync(new byte[Size], token), Size),
    };

    private readonly SimulatedNetwork _network = new() { Link = new() { SendWindow = 16 * 1024, Latency = TimeSpan.FromMilliseconds(5) } };

    public static TheoryData<string> Contents() => [.. s_contents.Keys];

    public static TheoryData<string, int, bool> ContentsAndBodies()
    {
        TheoryData<string, int, bool> data = [];
        foreach (string content in s_contents.Keys)
        {
            foreach (int body in (int[])[0, 3, 200_000])
            {
                data.Add(content, body, false);
                data.Add(content, body, true);
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(ContentsAndBodies))]
    public void An_answer_that_ends_the_content_ends_the_wait_at_its_head(string content, int body, bool isRefusal)
    {
        using PollLoop loop = Serve(isRefusal ? "413 No" : "200 OK\r\nConnection: close", body, isDeaf: true);
        using PollHttpClient client = new(loop) { Timeout = Timeout.InfiniteTimeSpan };
        using Response response = client.Send(Put(content));
        Assert.Equal(isRefusal ? HttpStatusCode.RequestEntityTooLarge : HttpStatusCode.OK, response.StatusCode);
        Assert.InRange(_network.Clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(1));
        Assert.Equal(body, response.ReadAsByteArray().Length);
        Assert.Equal(0, client.Pool.OpenConnections);
        Assert.Equal(0, client.Pool.ActiveExchanges);
    }

    [Theory]
    [InlineData("stream")]
    [InlineData("StreamContent")]
    [InlineData("multipart")]
    public void A_redirect_is_followed_without_the_rest_of_the_content_that_it_answers(string content)
    {
        int heads = 0;
        HeadServer server = new(peer =>
        {
            if (heads++ == 0)
            {
                peer.Send("HTTP/1.1 307 There\r\nLocation: /there\r\nContent-Length: 0\r\n\r\n");
                peer.StopReading();
            }
            else
            {
                peer.Send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
            }
        });
        _network.Listen("server.test", 80, server);
        using PollLoop loop = new(_network);
        using PollHttpClient client = new(loop) { Timeout = Timeout.InfiniteTimeSpan };
        using Response response = client.Send(Put(content));
        Assert.Equal("ok", response.ReadAsString());
        Assert.Equal(2, server.Connections);
        Assert.InRange(_network.Clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(1));
    }

    [Theory]
    [MemberData(nameof(Contents))]
    public void A_content_that_is_still_wanted_is_given_up_at_the_timeout_and_the_answer_returned(string content)
    {
        foreach (int body in (int[])[0, 3, 200_000])
        {
            using PollLoop loop = Serve("200 OK", body, isDeaf: true);
            using PollHttpClient client = new(loop) { Timeout = TimeSpan.FromSeconds(10) };
            TimeSpan start = _network.Clock.Elapsed;
            using Response response = client.Send(Put(content));
            Assert.Equal(TimeSpan.FromSeconds(10), _network.Clock.Elapsed - start);
            Assert.Equal(body, response.ReadAsByteArray().Length);
            Assert.Equal(0, client.Pool.OpenConnections);
            Assert.Equal(0, client.Pool.ActiveExchanges);
        }
    }

    [Theory]
    [MemberData(nameof(Contents))]
    public void The_end_of_all_calls_ends_the_wait_though_the_answer_is_there(string content)
    {
        foreach (bool disposes in (bool[])[false, true])
        {
            foreach (int body in (int[])[0, 200_000])
            {
                using PollLoop loop = Serve("200 OK", body, isDeaf: true);
                using PollHttpClient client = new(loop) { Timeout = Timeout.InfiniteTimeSpan };
                using CancellationTokenSource source = new(TimeSpan.FromSeconds(3), _network.TimeProvider);
                source.Token.Register(disposes ? client.Dispose : client.CancelPendingRequests);
                TimeSpan start = _network.Clock.Elapsed;
                Exception? error = Record.Exception(() => client.Send(Put(content)).Dispose());
                Assert.True(disposes || error is TaskCanceledException, $"{error}");
                Assert.Equal(TimeSpan.FromSeconds(3), _network.Clock.Elapsed - start);
                Assert.Equal(0, client.Pool.OpenConnections);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Contents))]
    public void A_token_ends_the_wait_though_the_answer_is_there(string content)
    {
        foreach (int body in (int[])[0, 200_000])
        {
            using PollLoop loop = Serve("200 OK", body, isDeaf: true);
            using PollHttpClient client = new(loop) { Timeout = Timeout.InfiniteTimeSpan };
            using CancellationTokenSource source = new(TimeSpan.FromSeconds(3), _network.TimeProvider);
            TimeSpan start = _network.Clock.Elapsed;
            TaskCanceledException error = Assert.Throws<TaskCanceledException>(() => client.Send(Put(content), source.Token));
            Assert.Equal(source.Token, error.CancellationToken);
            Assert.Equal(TimeSpan.FromSeconds(3), _network.Clock.Elapsed - start);
            Assert.Equal(0, client.Pool.OpenConnections);
            Assert.Equal(0, client.Pool.ActiveExchanges);
        }
    }

    [Theory]
    [MemberData(nameof(Contents))]
    public void A_stalled_send_ends_the_wait_and_the_answer_that_is_whole_is_returned(string content)
    {
        using PollLoop loop = Serve("200 OK", 3, isDeaf: true);
        using PollHttpClient client = new(loop, new() { Timeout = Timeout.InfiniteTimeSpan, Timeouts = { SendStall = TimeSpan.FromSeconds(7) } });
        using Response response = client.Send(Put(content));
        Assert.InRange(_network.Clock.Elapsed, TimeSpan.FromSeconds(7), TimeSpan.FromSeconds(8));
        Assert.Equal(3, response.ReadAsByteArray().Length);
        Assert.Equal(0, client.Pool.OpenConnections);
    }

    [Theory]
    [MemberData(nameof(Contents))]
    public void A_content_that_is_taken_all_the_same_leaves_the_connection_for_the_next_call(string content)
    {
        foreach (int body in (int[])[0, 3, 10_000])
        {
            using PollLoop loop = Serve("200 OK", body, isDeaf: false);
            using PollHttpClient client = new(loop);
            using (Response response = client.Send(Put(content)))
            {
                Assert.Equal(body, response.ReadAsByteArray().Length);
            }

            Assert.Equal(1, client.Pool.OpenConnections);
            Assert.Equal(1, client.Pool.IdleConnections);
        }
    }

    private static async IAsyncEnumerable<ReadOnlyMemory<byte>> Pieces()
    {
        await Task.CompletedTask;
        for (int i = 0; i < 7; i++)
        {
            yield return new byte[Size / 7];
        }
    }

    private static Request Put(string content) => new("PUT", Address) { Content = s_contents[content]() };

    private PollLoop Serve(string status, int body, bool isDeaf)
    {
        _network.Listen("server.test", 80, new HeadServer(peer =>
        {
            peer.Send($"HTTP/1.1 {status}\r\nContent-Length: {body}\r\n\r\n{new string('x', body)}");
            if (isDeaf)
            {
                peer.StopReading();
            }
        }));
        return new(_network);
    }

    /// <summary>Cannot seek, so that its length is not known.</summary>
    private sealed class OneWayStream(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;
    }

    private sealed class OneWrite(int size) : RequestContent
    {
        public override long? Length => size;

        public override async ValueTask WriteToAsync(ContentSink sink, CancellationToken cancellationToken = default) =>
            await sink.WriteAsync(new byte[size]);
    }
}
