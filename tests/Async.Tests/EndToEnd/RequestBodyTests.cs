using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using PollHttp.Core;
using PollHttp.Testing;
using Xunit;

namespace PollHttp.Tests.EndToEnd;

public sealed class RequestBodyTests
{
    private static readonly byte[] s_content = [.. Enumerable.Range(0, 150_000).Select(i => (byte)(i * 7))];

    public static TheoryData<string> Settings() => Setting.All();

    public static TheoryData<string> SimulatedSettings() => Setting.Simulated();

    [Theory]
    [MemberData(nameof(Settings))]
    public void Every_kind_of_content_arrives_whole(string setting)
    {
        ScriptedHttpServer server = new(_ => ServerReply.Text("taken"));
        Play.Run(setting, server, async scene =>
        {
            foreach (RequestContent content in Contents())
            {
                using Response response = await scene.Client.PostAsync(scene.Address, content);
                Assert.Equal("taken", await response.ReadAsStringAsync());
            }
        });

        Assert.Empty(server.Problems);
        Assert.Equal(Contents().Count(), server.Requests.Count);
        Assert.All(server.Requests, r => Assert.True(r.Body.Span.SequenceEqual(s_content)));
        Assert.Equal(
            ["150000", "150000", "chunked", "150000", "chunked", "150000", "chunked"],
            server.Requests.Select(r => r.Header("Content-Length") ?? r.Header("Transfer-Encoding")));
    }

    [Theory]
    [MemberData(nameof(Settings))]
    [Trait("fault", "F-60")]
    public void A_content_that_throws_is_thrown_to_the_caller_and_its_connection_is_given_up(string setting)
    {
        ScriptedHttpServer server = new(_ => ServerReply.Text("taken"));
        Play.Run(setting, server, async scene =>
        {
            NotSupportedException error = await Assert.ThrowsAsync<NotSupportedException>(
                () => scene.Client.PostAsync(scene.Address, RequestContent.FromAsyncEnumerable(BreakingAsync())));
            Assert.Equal("broken", error.Message);
            await scene.AssertUsableAsync();
        });

        Assert.Equal("/again", Assert.Single(server.Requests).Target);
    }

    [Theory]
    [MemberData(nameof(Settings))]
    [Trait("fault", "F-60")]
    public void A_content_shorter_or_longer_than_it_said_fails_and_is_not_sent_whole(string setting)
    {
        ScriptedHttpServer server = new(_ => ServerReply.Text("taken"));
        Play.Run(setting, server, async scene =>
        {
            foreach (int wrong in (int[])[s_content.Length - 1, s_content.Length + 1])
            {
                HttpRequestException error = await Assert.ThrowsAsync<HttpRequestException>(
                    () => scene.Client.PostAsync(scene.Address, RequestContent.FromAsyncEnumerable(PiecesAsync(), wrong)));
                Assert.Contains(wrong.ToString(System.Globalization.CultureInfo.InvariantCulture), error.Message, StringComparison.Ordinal);
            }

            await scene.AssertUsableAsync();
        });

        Assert.Single(server.Requests);
    }

    [Theory]
    [MemberData(nameof(SimulatedSettings))]
    [Trait("fault", "F-20")]
    public void A_content_that_waits_for_100_is_sent_after_the_limit_when_none_comes(string setting)
    {
        ScriptedHttpServer server = new(_ => ServerReply.Text("taken")) { SendsContinue = false };
        Play.Run(setting, server, async scene =>
        {
            Request request = new("POST", scene.Address)
            {
                Headers = { { "Expect", "100-continue" } },
                Content = RequestContent.FromBytes(s_content),
            };
            using Response response = await scene.Client.SendAsync(request);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        });

        Assert.True(Assert.Single(server.Requests).Body.Span.SequenceEqual(s_content));
    }

    [Theory]
    [MemberData(nameof(Settings))]
    [Trait("fault", "F-18")]
    public void A_refusal_before_the_content_is_sent_reaches_the_caller(string setting)
    {
        Play.Run(setting, new RefusingServer(), async scene =>
        {
            using Response response = await scene.Client.PostAsync(scene.Address, RequestContent.FromAsyncEnumerable(PiecesAsync(1000)));
            Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
            Assert.Equal("no", await response.ReadAsStringAsync());
        });
    }

    [Theory]
    [InlineData("simulated, manual, http")]
    [InlineData("sockets, background, http")]
    [InlineData("sockets, run, https")]
    [Trait("fault", "F-16")]
    public void A_reset_while_the_content_is_sent_says_how_far_it_got(string setting)
    {
        const int Length = 16 * 1024 * 1024; // more than the sockets of both sides hold
        Play.Run(setting, new ResettingServer(), async scene =>
        {
            PollHttpException error = await Assert.ThrowsAsync<PollHttpException>(
                () => scene.Client.PostAsync(scene.Address, RequestContent.FromBytes(new byte[Length])));
            Assert.InRange(error.Fault.RequestContentSent, 1, Length - 1);
            Assert.Contains(" of 16,777,216 bytes of the request's content sent", error.Message, StringComparison.Ordinal);
            Assert.True(error.RequestMayHaveBeenProcessed);
        });
    }

    [Fact]
    [Trait("fault", "F-42")]
    public async Task A_server_that_reads_no_more_after_the_request_may_answer_all_the_same()
    {
        using Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        Task serving = Task.Run(async () =>
        {
            using Socket socket = await listener.AcceptAsync();
            byte[] buffer = new byte[4096];
            int count = 0;
            while (!buffer.AsSpan(0, count).EndsWith("the end"u8))
            {
                count += await socket.ReceiveAsync(buffer.AsMemory(count));
            }

            socket.Shutdown(SocketShutdown.Receive);
            await socket.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\ntaken"u8.ToArray());
        });
        await using PollHttpClient client = new();
        using Response response = await client.PostAsync(
            $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndPoint!).Port}/", RequestContent.FromBytes("this is the end"u8.ToArray()));
        Assert.Equal("taken", await response.ReadAsStringAsync());
        await serving;
    }

    private static IEnumerable<RequestContent> Contents()
    {
        yield return RequestContent.FromBytes(s_content);
        yield return RequestContent.FromStream(new MemoryStream(s_content));
        yield return RequestContent.FromStream(new UnseekableStream(s_content));
        yield return RequestContent.FromPipe(PipeReader.Create(new MemoryStream(s_content)), s_content.Length);
        yield return RequestContent.FromPipe(PipeReader.Create(new MemoryStream(s_content)));
        yield return RequestContent.FromAsyncEnumerable(PiecesAsync(), s_content.Length);
        yield return RequestContent.FromAsyncEnumerable(PiecesAsync());
    }

    private static async IAsyncEnumerable<ReadOnlyMemory<byte>> PiecesAsync(
        int repeat = 1, [EnumeratorCancellation] CancellationToken token = default)
    {
        // One buffer for all pieces: a piece need stay unchanged only until the next one is asked for.
        byte[] piece = new byte[10_000];
        for (int i = 0; i < repeat; i++)
        {
            for (int at = 0; at < s_content.Length; at += piece.Length)
            {
                token.ThrowIfCancellationRequested();
                s_content.AsSpan(at, piece.Length).CopyTo(piece);
                yield return piece;
                await Task.CompletedTask;
            }
        }
    }

    private static async IAsyncEnumerable<ReadOnlyMemory<byte>> BreakingAsync()
    {
        yield return s_content;
        await Task.CompletedTask;
        throw new NotSupportedException("broken");
    }

    /// <summary>Refuses at the head, goes on reading, and closes.</summary>
    private sealed class RefusingServer : IServerScript
    {
        public void OnConnected(ServerPeer peer)
        {
        }

        public void OnReceived(ServerPeer peer)
        {
            if (peer.State is null && peer.Received.IndexOf("\r\n\r\n"u8) >= 0)
            {
                peer.State = this;
                peer.Send("HTTP/1.1 413 Content Too Large\r\nConnection: close\r\nContent-Length: 2\r\n\r\nno");
                peer.End();
            }

            if (peer.State is not null)
            {
                peer.Consume(peer.Received.Length);
            }
        }

        public void OnEnd(ServerPeer peer) => peer.Close();
    }

    /// <summary>Takes some of the content, and breaks the connection.</summary>
    private sealed class ResettingServer : IServerScript
    {
        public void OnConnected(ServerPeer peer)
        {
        }

        public void OnReceived(ServerPeer peer)
        {
            peer.State = (peer.State as long? ?? 0) + peer.Received.Length;
            peer.Consume(peer.Received.Length);
            if ((long)peer.State > 100_000)
            {
                peer.Reset();
            }
        }

        public void OnEnd(ServerPeer peer) => peer.Close();
    }

    private sealed class UnseekableStream(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;
    }
}
