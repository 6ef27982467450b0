using System.Net;
using System.Text;
using PollHttp.Core;
using PollHttp.Testing;
using Xunit;

namespace PollHttp.Tests.EndToEnd;

/// <summary>The sync drive: what only it has. Bodies, bad servers and timeouts are tested with the other drives.</summary>
[Trait("ask", "A-20")]
public sealed class SyncTests
{
    private static readonly byte[] s_content = [.. Enumerable.Range(0, 700_000).Select(i => (byte)(i * 7))];

    public static TheoryData<string> Settings() => Setting.Sync();

    [Theory]
    [MemberData(nameof(Settings))]
    public void Send_and_the_blocking_reads_give_what_the_server_sent(string setting)
    {
        ScriptedHttpServer server = new(r => ServerReply.Text(new string('x', r.Target.Length * 50_000)));
        Play.Run(setting, server, scene =>
        {
            using (Response response = scene.Client.Send(new Request("GET", scene.To("/a"))))
            {
                Assert.Equal(new string('x', 100_000), response.ReadAsString());
            }

            using (Response response = scene.Client.Send(new Request("GET", scene.To("/ab"))))
            {
                Assert.Equal(150_000, response.ReadAsByteArray().Length);
            }

            using (Response response = scene.Client.Send(new Request("GET", scene.To("/abc"))))
            {
                using MemoryStream copy = new();
                response.CopyTo(copy);
                Assert.Equal(200_000, copy.Length);
                Assert.Throws<InvalidOperationException>(() => response.ReadAsString());
            }

            return Task.CompletedTask;
        });

        Assert.Single(server.Requests.Select(r => r.ConnectionNumber).Distinct());
    }

    [Theory]
    [MemberData(nameof(Settings))]
    public void A_content_is_written_by_the_calling_thread(string setting)
    {
        ScriptedHttpServer server = new(_ => ServerReply.Text("taken"));
        Play.Run(setting, server, scene =>
        {
            foreach (RequestContent content in (RequestContent[])[RequestContent.FromBytes(s_content), RequestContent.FromStream(new MemoryStream(s_content)), new OwnContent()])
            {
                using Response response = scene.Client.Send(new Request("POST", scene.Address) { Content = content });
                Assert.Equal("taken", response.ReadAsString());
            }

            return Task.CompletedTask;
        });

        Assert.Empty(server.Problems);
        Assert.Equal(3, server.Requests.Count);
        Assert.All(server.Requests, r => Assert.True(r.Body.Span.SequenceEqual(s_content)));
    }

    [Theory]
    [MemberData(nameof(Settings))]
    [Trait("fault", "F-60")]
    public void A_content_that_throws_is_thrown_to_the_caller(string setting) =>
        Play.Run(setting, new ScriptedHttpServer(_ => ServerReply.Text("x")), async scene =>
        {
            Assert.Throws<NotSupportedException>(() => scene.Client.Send(new Request("POST", scene.Address) { Content = new OwnContent { BreaksAt = 300_000 } }));
            await scene.AssertUsableAsync();
        });

    [Fact]
    public void A_token_canceled_on_another_thread_ends_the_call() =>
        Play.Run("sockets, sync, http", new ScriptedHttpServer(r => r.Target == "/again" ? ServerReply.Text("x") : ""), async scene =>
        {
            using CancellationTokenSource source = new();
            Thread canceler = new(source.Cancel);
            canceler.Start();
            OperationCanceledException error = Assert.ThrowsAny<OperationCanceledException>(
                () => scene.Client.Send(new Request("GET", scene.Address), source.Token));
            Assert.Equal(source.Token, error.CancellationToken);
            canceler.Join();
            await scene.AssertUsableAsync();
        });

    [Fact]
    public void A_client_disposed_on_another_thread_ends_the_calls_of_all()
    {
        using LoopbackServer server = new(new ScriptedHttpServer(_ => ""), isTls: false);
        PollHttpClient client = new();
        Exception?[] ends = new Exception?[8];
        Thread[] callers = [.. Enumerable.Range(0, ends.Length).Select(i => new Thread(
            () => ends[i] = Record.Exception(() => client.Send(new Request("GET", $"http://localhost:{server.Port}/")))))];
        Array.ForEach(callers, c => c.Start());
        SpinWait.SpinUntil(() => client.Pool.ActiveExchanges == ends.Length, TimeSpan.FromSeconds(30));
        client.Dispose();
        Assert.All(callers, c => Assert.True(c.Join(TimeSpan.FromSeconds(30)), "A call hangs."));
        Assert.All(ends, e => Assert.IsType<ObjectDisposedException>(e));
        server.AssertAllClientsHaveClosed();
    }

    [Fact]
    public void Many_threads_share_the_connections_and_none_is_left_waiting()
    {
        ScriptedHttpServer server = new(r => ServerReply.Text(r.Target));
        using LoopbackServer loopback = new(server, isTls: false);
        using PollHttpClient client = new(new PollHttpClientOptions { MaxConnectionsPerServer = 5 });
        string[] texts = new string[200];
        Thread[] callers = [.. Enumerable.Range(0, 20).Select(t => new Thread(() =>
        {
            for (int i = t; i < texts.Length; i += 20)
            {
                using Response response = client.Send(new Request("GET", $"http://localhost:{loopback.Port}/{i}"));
                texts[i] = response.ReadAsString();
            }
        }))];
        Array.ForEach(callers, c => c.Start());
        Assert.All(callers, c => Assert.True(c.Join(TimeSpan.FromSeconds(60)), "A call hangs."));
        Assert.Equal(Enumerable.Range(0, 200).Select(i => $"/{i}"), texts);
        Assert.InRange(server.Requests.Select(r => r.ConnectionNumber).Distinct().Count(), 1, 5);
    }

    [Fact]
    public void A_body_may_be_read_by_another_thread_than_sent()
    {
        using LoopbackServer loopback = new(new ScriptedHttpServer(_ => ServerReply.Text(new string('x', 2_000_000))), isTls: false);
        using PollHttpClient client = new();
        using Response response = client.Send(new Request("GET", $"http://localhost:{loopback.Port}/"));
        int length = 0;
        Thread reader = new(() => length = response.ReadAsString().Length);
        reader.Start();
        Assert.True(reader.Join(TimeSpan.FromSeconds(60)));
        Assert.Equal(2_000_000, length);
    }

    [Fact]
    public void A_response_disposed_by_another_thread_ends_the_read_under_way_and_the_next_call_works()
    {
        using LoopbackServer loopback = new(
            new ScriptedHttpServer(r => r.Target == "/" ? "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nxxx" : ServerReply.Text("x")), isTls: false);
        using PollHttpClient client = new(new PollHttpClientOptions { MaxConnectionsPerServer = 1 });
        Response response = client.Send(new Request("GET", $"http://localhost:{loopback.Port}/"));
        using ManualResetEventSlim reads = new();
        Exception? end = null;
        Thread reader = new(() => end = Record.Exception(() =>
        {
            foreach (ReadOnlyMemory<byte> slice in response.Body)
            {
                reads.Set();
            }
        }));
        reader.Start();
        Assert.True(reads.Wait(TimeSpan.FromSeconds(60)));
        response.Dispose();
        using (Response next = client.Send(new Request("GET", $"http://localhost:{loopback.Port}/next")))
        {
            Assert.Equal("x", next.ReadAsString());
        }

        Assert.True(reader.Join(TimeSpan.FromSeconds(60)), "The read hangs.");
        Assert.IsType<ObjectDisposedException>(end);
    }

    [Fact]
    public void Wrong_calls_throw_and_send_nothing()
    {
        SimulatedNetwork network = new();
        using PollLoop loop = new(network);
        PollHttpClient client = new(loop);
        Assert.Throws<ArgumentNullException>(() => client.Send(null!));
        Assert.Throws<NotSupportedException>(() => client.Send(new Request("GET", "ftp://server.test/")));
        Assert.Throws<InvalidOperationException>(() => client.Send(new Request("GET", "/relative")));
        Assert.Throws<OperationCanceledException>(() => client.Send(new Request("GET", "http://server.test/"), new CancellationToken(true)));
        client.Dispose();
        Assert.Throws<ObjectDisposedException>(() => client.Send(new Request("GET", "http://server.test/")));
        Assert.Equal(0, network.TotalDials);
    }

    [Theory]
    [MemberData(nameof(Settings))]
    [Trait("parity", "P-001")]
    public void Requests_made_for_HttpClient_are_sent_too(string setting)
    {
        ScriptedHttpServer server = new(r => ServerReply.Text(new string('x', 100_000)));
        Play.Run(setting, server, scene =>
        {
            foreach (HttpCompletionOption option in (HttpCompletionOption[])[HttpCompletionOption.ResponseHeadersRead, HttpCompletionOption.ResponseContentRead])
            {
                using HttpRequestMessage request = new(HttpMethod.Put, scene.To("/put")) { Content = new StringContent("text"), Headers = { { "X-Mine", "1" } } };
                using Response response = scene.Client.Send(request, option);
                Assert.Equal(100_000, response.ReadAsString().Length);
            }

            using HttpRequestMessage streamed = new(HttpMethod.Post, scene.To("/post")) { Content = new OnlySynchronous() };
            using Response taken = scene.Client.Send(streamed);
            taken.ReadAsByteArray();
            return Task.CompletedTask;
        });

        Assert.Equal(["PUT /put", "PUT /put", "POST /post"], server.Requests.Select(r => $"{r.Method} {r.Target}"));
        Assert.Equal(["text", "text", "synchronous"], server.Requests.Select(r => Encoding.UTF8.GetString(r.Body.Span)));
    }

    [Fact]
    [Trait("parity", "P-001")]
    public void A_message_that_cannot_be_sent_synchronously_is_refused_and_the_client_goes_on() =>
        Play.Run("sockets, sync, http", new ScriptedHttpServer(_ => ServerReply.Text("x")), async scene =>
        {
            Assert.Throws<ArgumentNullException>(() => scene.Client.Send((HttpRequestMessage)null!));
            using HttpRequestMessage version = new(HttpMethod.Get, scene.Address) { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
            Assert.ThrowsAny<HttpRequestException>(() => scene.Client.Send(version));
            using HttpRequestMessage option = new(HttpMethod.Get, scene.Address);
            Assert.Throws<ArgumentOutOfRangeException>(() => scene.Client.Send(option, (HttpCompletionOption)7));
            using HttpRequestMessage content = new(HttpMethod.Post, scene.Address) { Content = new OnlyAsynchronous() };
            Assert.Throws<NotSupportedException>(() => scene.Client.Send(content));
            await scene.AssertUsableAsync();
        });

    [Fact]
    [Trait("parity", "P-001")]
    public void A_token_also_ends_the_reading_of_the_whole_body()
    {
        using LoopbackServer server = new(new ScriptedHttpServer(_ => "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\nxxx"), isTls: false);
        using PollHttpClient client = new();
        using CancellationTokenSource source = new();
        using HttpRequestMessage request = new(HttpMethod.Get, $"http://127.0.0.1:{server.Port}/");
        Thread canceler = new(() =>
        {
            SpinWait.SpinUntil(() => server.HasReplied, TimeSpan.FromSeconds(30));
            source.Cancel();
        });
        canceler.Start();
        OperationCanceledException error = Assert.ThrowsAny<OperationCanceledException>(
            () => client.Send(request, HttpCompletionOption.ResponseContentRead, source.Token));
        Assert.Equal(source.Token, error.CancellationToken);
        canceler.Join();
        server.AssertAllClientsHaveClosed(1);
    }

    private sealed class OnlySynchronous : HttpContent
    {
        protected override void SerializeToStream(Stream stream, TransportContext? context, CancellationToken cancellationToken) => stream.Write("synchronous"u8);

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => throw new InvalidOperationException("Not this one.");

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }

    private sealed class OnlyAsynchronous : HttpContent
    {
        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => stream.WriteAsync("asynchronous"u8.ToArray()).AsTask();

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }

    private sealed class OwnContent : RequestContent
    {
        public int BreaksAt { get; init; } = int.MaxValue;

        public override ValueTask WriteToAsync(ContentSink sink, CancellationToken cancellationToken = default) =>
            throw new InvalidOperationException("The sync drive writes synchronously.");

        public override void WriteTo(ContentSink sink)
        {
            byte[] piece = new byte[70_000];
            for (int at = 0; at < s_content.Length; at += piece.Length)
            {
                if (at >= BreaksAt)
                {
                    throw new NotSupportedException("broken");
                }

                s_content.AsSpan(at, piece.Length).CopyTo(piece);
                sink.Write(piece);
            }
        }
    }
}
