using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using PollHttp.Core;
using PollHttp.Testing;
using PollHttp.Tests.EndToEnd;
using Xunit;

namespace PollHttp.Tests;

/// <summary>A blocking call ends although its content has not: by its token, by its time, by the end of its client.</summary>
[Trait("ask", "A-20")]
public sealed class BlockingUploadTests
{
    private const string Address = "http://server.test/";

    /// <summary>Only a test that hangs waits so long.</summary>
    private static readonly TimeSpan s_guard = TimeSpan.FromSeconds(60);

    private static readonly Dictionary<string, Func<RequestContent>> s_long = new()
    {
        ["bytes"] = () => RequestContent.FromBytes(new byte[10_000_000]),
        ["stream"] = () => RequestContent.FromStream(new MemoryStream(new byte[10_000_000])),
        ["ByteArrayContent"] = () => RequestContent.FromHttpContent(new ByteArrayContent(new byte[10_000_000])),
        ["StreamContent"] = () => RequestContent.FromHttpContent(new StreamContent(new MemoryStream(new byte[10_000_000]))),
        ["MultipartContent"] = () => RequestContent.FromHttpContent(new MultipartContent { new ByteArrayContent(new byte[10_000_000]) }),
        ["own HttpContent"] = () => RequestContent.FromHttpContent(new Endless()),
        ["blocking HttpContent"] = () => RequestContent.FromHttpContent(new HoppingContents.HoppingHttpContent(new byte[10_000_000])),
        ["own"] = () => new HoppingContents.HoppingContent(new byte[10_000_000]),
        ["sequence"] = () => RequestContent.FromAsyncEnumerable(HoppingContents.Pieces(new byte[10_000_000])),
        ["multipart"] = () => new MultipartForm().Add("a", RequestContent.FromStream(new MemoryStream(new byte[10_000_000]))),
        ["compressed"] = () => RequestContent.FromHttpContent(new Endless()).Compress(ContentCodings.GZip),
        ["waiting writer"] = () => RequestContent.FromWriter((_, token) => Task.Delay(Timeout.Infinite, token)),
        ["stubborn writer"] = () => RequestContent.FromWriter((_, _) => new TaskCompletionSource().Task),
        ["stubborn part"] = () => new MultipartForm().Add("a", RequestContent.FromWriter((_, _) => new TaskCompletionSource().Task)),
        ["stubborn sequence, compressed"] = () => RequestContent.FromAsyncEnumerable(Never()).Compress(ContentCodings.GZip).WithProgress(new Progress<UploadProgress>()),
        ["waiting HttpContent"] = () => RequestContent.FromHttpContent(new Waiting()),
    };

    public static TheoryData<string> Contents() => [.. s_long.Keys];

    public static TheoryData<string, string> ContentsAndEnds()
    {
        var data = new TheoryData<string, string>();
        foreach (string content in s_long.Keys)
        {
            foreach (string end in (string[])["token", "timeout", "timeout of the options", "cancel all", "dispose"])
            {
                data.Add(content, end);
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(ContentsAndEnds))]
    public void A_call_ends_though_the_server_takes_no_more(string content, string end)
    {
        using Socket listener = Listen();
        using PollHttpClient client = new();
        using CancellationTokenSource source = new();
        Waiting waiting = new();
        Request request = new("POST", AddressOf(listener))
        {
            Content = content == "waiting HttpContent" ? RequestContent.FromHttpContent(waiting) : s_long[content](),
        };
        List<Socket> peers = [];
        Thread? acting = null;
        switch (end)
        {
            case "timeout":
                client.Timeout = TimeSpan.FromMilliseconds(100);
                break;
            case "timeout of the options":
                request.Options = new() { Timeout = TimeSpan.FromMilliseconds(100) };
                break;
            default:
                acting = ActWhenBegun(listener, peers, content == "waiting HttpContent" ? waiting : null, end switch
                {
                    "token" => source.Cancel,
                    "dispose" => client.Dispose,
                    _ => client.CancelPendingRequests,
                });
                break;
        }

        Exception error = OnThread(null, () => client.Send(request, source.Token).Dispose())!;
        switch (end)
        {
            case "dispose":
                Assert.IsType<ObjectDisposedException>(error);
                break;
            case "token":
                Assert.Equal(source.Token, Assert.IsType<TaskCanceledException>(error).CancellationToken);
                break;
            case "cancel all":
                Assert.IsType<TaskCanceledException>(error);
                break;
            default:
                Assert.IsType<RequestTimeoutException>(error);
                break;
        }

        Assert.True(SpinWait.SpinUntil(() => client.Pool.OpenConnections == 0, s_guard), GoodEnd.Describe(client.Pool));
        acting?.Join();
        peers.ForEach(static p => p.Dispose()); // until here the server took nothing, and gave up nothing
    }

    /// <summary>Does something once the content has begun, and takes no more of it. On a thread of its
    /// own: the pool may be busy with what blocks.</summary>
    private static Thread ActWhenBegun(Socket listener, List<Socket> peers, Waiting? gathered, Action act)
    {
        Thread thread = new(() =>
        {
            Socket peer = listener.Accept();
            peers.Add(peer);
            if (gathered is null)
            {
                peer.Receive(new byte[1]);
            }
            else
            {
                gathered.Begun.Wait(); // its few bytes are gathered, and not sent
            }

            act();
        })
        { IsBackground = true };
        thread.Start();
        return thread;
    }

    [Theory]
    [InlineData("bytes", false)]
    [InlineData("bytes", true)]
    [InlineData("stream", false)]
    [InlineData("stream", true)]
    [InlineData("own", false)]
    [InlineData("own", true)]
    [InlineData("blocking", true)]
    [InlineData("waiting", true)]
    public void A_call_of_HttpClient_ends_by_its_time_and_by_its_token(string kind, bool byToken)
    {
        using Socket listener = Listen();
        using HttpClient client = new(new PollHttpHandler()) { Timeout = byToken ? Timeout.InfiniteTimeSpan : TimeSpan.FromMilliseconds(100) };
        using CancellationTokenSource source = new();
        using HttpRequestMessage request = new(HttpMethod.Post, AddressOf(listener))
        {
            Content = kind switch
            {
                "bytes" => new ByteArrayContent(new byte[10_000_000]),
                "stream" => new StreamContent(new MemoryStream(new byte[10_000_000])),
                "own" => new Endless(),
                "waiting" => new Waiting(),
                _ => new HoppingContents.HoppingHttpContent(new byte[10_000_000]),
            },
        };
        if (byToken)
        {
            source.CancelAfter(100);
        }

        Exception error = OnThread(null, () => client.Send(request, source.Token).Dispose())!;
        TaskCanceledException canceled = Assert.IsType<TaskCanceledException>(error);
        Assert.Equal(byToken, canceled.InnerException is not TimeoutException);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Writes_of_a_content_fail_once_its_call_is_canceled(bool viaHandler)
    {
        using CancellationTokenSource source = new();
        Endless content = new() { AtWrite = 5, Act = source.Cancel };
        ScriptedHttpServer script = new(_ => ServerReply.Text("x"));
        using LoopbackServer server = new(script, isTls: false);
        string address = $"http://localhost:{server.Port}/";
        Exception error = OnThread(null, () =>
        {
            using HttpRequestMessage request = new(HttpMethod.Post, address) { Content = content };
            if (viaHandler)
            {
                using HttpClient client = new(new PollHttpHandler());
                client.Send(request, source.Token).Dispose();
            }
            else
            {
                using PollHttpClient client = new();
                client.Send(request, source.Token).Dispose();
            }
        })!;
        Assert.IsType<TaskCanceledException>(error);
        Assert.Equal(5, content.Writes); // the next one failed
        Assert.IsAssignableFrom<OperationCanceledException>(content.Failure);
        Assert.Empty(script.Requests);
    }

    [Fact]
    public void A_content_that_always_has_room_ends_with_the_time_of_its_call()
    {
        SimulatedNetwork network = new();
        network.Listen("server.test", 80, new ScriptedHttpServer(_ => ServerReply.Text("x")));
        using PollLoop loop = new(network);
        using PollHttpClient client = new(loop);
        Endless content = new() { AtWrite = int.MaxValue, EachWrite = () => network.Advance(TimeSpan.FromMilliseconds(100)) };
        Request request = new("POST", Address) { Content = content, Options = new() { Timeout = TimeSpan.FromSeconds(2) } };
        Assert.Throws<RequestTimeoutException>(() => client.Send(request));
        Assert.InRange(content.Writes, 15, 21);
        Assert.Equal(0, client.Pool.OpenConnections);
    }

    [Theory]
    [InlineData("stubborn writer")]
    [InlineData("stubborn part")]
    [InlineData("stubborn sequence, compressed")]
    public void An_early_refusal_is_returned_though_the_content_waits_for_something_else(string content)
    {
        SimulatedNetwork network = new();
        network.Listen("server.test", 80, new HeadServer(peer => peer.Send("HTTP/1.1 413 Too Large\r\nContent-Length: 3\r\n\r\nbig")));
        using PollLoop loop = new(network);
        using PollHttpClient client = new(loop);
        using Response response = client.Send(new Request("POST", Address) { Content = s_long[content]() });
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
        Assert.Equal("big", response.ReadAsString());
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public void A_content_is_free_again_after_a_blocking_call_gave_up_while_it_waited_for_it(bool byToken, bool thirdBlocks)
    {
        using LoopbackServer server = new(new ScriptedHttpServer(r => ServerReply.Text($"{r.Body.Length}")), isTls: false);
        string address = $"http://localhost:{server.Port}/";
        using PollHttpClient client = new();
        Gated content = new();
        Task<Response> first = client.PostAsync(address, content);
        Assert.True(IsOver(content.Reached.Task));

        using CancellationTokenSource source = new();
        if (byToken)
        {
            source.CancelAfter(100);
        }

        Request second = new("POST", address) { Content = content, Options = new() { Timeout = byToken ? s_guard : TimeSpan.FromMilliseconds(100) } };
        Assert.IsAssignableFrom<OperationCanceledException>(OnThread(null, () => client.Send(second, source.Token).Dispose()));

        content.Gate.SetResult();
        Assert.True(IsOver(first));
        Assert.Equal("9", TextOf(first));

        Request third = new("POST", address) { Content = content };
        Assert.Null(OnThread(null, () =>
        {
            Assert.Equal("9", TextOf(thirdBlocks ? Task.FromResult(client.Send(third)) : client.SendAsync(third)));
        }));
    }

    [Fact]
    public void A_content_is_free_again_after_a_loop_was_disposed_while_it_waited_for_it()
    {
        SimulatedNetwork network = new();
        network.Listen("server.test", 80, new ScriptedHttpServer(r => ServerReply.Text($"{r.Body.Length}")));
        using LoopbackServer server = new(new ScriptedHttpServer(r => ServerReply.Text($"{r.Body.Length}")), isTls: false);
        using PollHttpClient client = new();
        Gated content = new();
        Task<Response> first = client.PostAsync($"http://localhost:{server.Port}/", content);
        Assert.True(IsOver(content.Reached.Task));
        using (PollLoop loop = new(network))
        {
            Task<Response> second = new PollHttpClient(loop).PostAsync(Address, content);
            for (int i = 0; i < 10; i++)
            {
                loop.Poll();
                network.Step();
            }

            loop.Dispose();
            Assert.IsType<ObjectDisposedException>(second.Exception?.InnerException);
        }

        content.Gate.SetResult();
        Assert.True(IsOver(first));
        Task<Response> third = client.PostAsync($"http://localhost:{server.Port}/", content);
        Assert.True(IsOver(third));
    }

    [Theory]
    [InlineData("own")]
    [InlineData("sequence")]
    [InlineData("blocking HttpContent")]
    [InlineData("writer")]
    [InlineData("compressed")]
    [InlineData("multipart")]
    [InlineData("with progress")]
    public void A_content_that_awaits_does_not_wait_for_the_context_of_the_blocked_thread(string kind)
    {
        using LoopbackServer server = new(new ScriptedHttpServer(_ => ServerReply.Text("ok")), isTls: false);
        NoContext context = new();
        foreach (bool onScheduler in (bool[])[false, true])
        {
            Exception? error = OnThread(context, () => OnScheduler(onScheduler, () =>
            {
                using PollHttpClient client = new();
                using Response response = client.Send(new Request("POST", $"http://localhost:{server.Port}/") { Content = Awaiting(kind) });
                Assert.Equal("ok", response.ReadAsString());
                Assert.Equal(onScheduler ? null : context, SynchronizationContext.Current);
            }));
            Assert.Null(error);
        }

        Assert.Equal(0, context.Posts);
    }

    [Fact]
    public void Callbacks_of_a_blocking_call_do_not_run_under_its_context()
    {
        using LoopbackServer server = new(
            new ScriptedHttpServer(_ => "HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"), isTls: true);
        NoContext context = new();
        List<string> contexts = [];
        void Note(string where)
        {
            contexts.Add($"{where} {SynchronizationContext.Current is null}");
            Task.Run(async () => await Task.Yield()).GetAwaiter().GetResult();
        }

        Exception? error = OnThread(context, () =>
        {
            using PollHttpHandler handler = new()
            {
                ConnectCallback = async (at, token) =>
                {
                    Note("connect");
                    await Task.Yield();
                    Socket socket = new(SocketType.Stream, ProtocolType.Tcp);
                    await socket.ConnectAsync(at.DnsEndPoint, token);
                    return new NetworkStream(socket, ownsSocket: true);
                },
                PlaintextStreamFilter = async (at, token) =>
                {
                    Note("filter");
                    await Task.Yield();
                    return at.PlaintextStream;
                },
            };
            handler.SslOptions.RemoteCertificateValidationCallback = (_, _, _, _) => true;
            using HttpClient client = new(handler);
            using HttpRequestMessage request = new(HttpMethod.Post, $"https://localhost:{server.Port}/") { Content = new Endless { AtWrite = 1, Act = () => Note("content"), Ends = true } };
            using HttpResponseMessage response = client.Send(request);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        });
        Assert.Null(error);
        Assert.Equal(["connect True", "content True", "filter True"], contexts.Order());
        Assert.Equal(0, context.Posts);
    }

    private static bool IsOver(Task task) => ((IAsyncResult)task).AsyncWaitHandle.WaitOne(s_guard);

    private static string TextOf(Task<Response> sending)
    {
        Assert.True(IsOver(sending));
        using Response response = sending.GetAwaiter().GetResult();
        return response.ReadAsStringAsync().GetAwaiter().GetResult();
    }

    private static RequestContent Awaiting(string kind)
    {
        async IAsyncEnumerable<ReadOnlyMemory<byte>> Pieces()
        {
            for (int i = 0; i < 3; i++)
            {
                await Task.Yield(); // under a context or a scheduler, to there
                await Task.Delay(1);
                yield return new byte[1000];
            }
        }

        RequestContent writer = RequestContent.FromWriter(async (writer, token) =>
        {
            await foreach (ReadOnlyMemory<byte> piece in Pieces())
            {
                await writer.WriteAsync(piece, token);
            }
        });
        return kind switch
        {
            "own" => new YieldingContent(),
            "sequence" => RequestContent.FromAsyncEnumerable(Pieces()),
            "blocking HttpContent" => RequestContent.FromHttpContent(new HoppingContents.HoppingHttpContent(new byte[30_000])),
            "compressed" => writer.Compress(ContentCodings.GZip),
            "multipart" => new MultipartForm().Add("a", writer).Add("b", RequestContent.FromAsyncEnumerable(Pieces())),
            "with progress" => writer.WithProgress(new Progress<UploadProgress>()),
            _ => writer,
        };
    }

    private static async IAsyncEnumerable<ReadOnlyMemory<byte>> Never([EnumeratorCancellation] CancellationToken token = default)
    {
        yield return new byte[10];
        await new TaskCompletionSource().Task;
    }

    private static void OnScheduler(bool onScheduler, Action action)
    {
        if (onScheduler)
        {
            SynchronizationContext.SetSynchronizationContext(null);
            Task task = new(action);
            task.Start(new ConcurrentExclusiveSchedulerPair().ExclusiveScheduler);
            task.GetAwaiter().GetResult();
        }
        else
        {
            action();
        }
    }

    private static Exception? OnThread(SynchronizationContext? context, Action action)
    {
        Exception? error = null;
        Thread thread = new(() =>
        {
            SynchronizationContext.SetSynchronizationContext(context);
            error = Record.Exception(action);
        })
        { IsBackground = true };
        thread.Start();
        Assert.True(thread.Join(s_guard), "The thread is lost.");
        return error;
    }

    /// <summary>Accepts by its backlog, and reads nothing.</summary>
    private static Socket Listen()
    {
        Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.ReceiveBufferSize = 64 * 1024;
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(10);
        return listener;
    }

    private static string AddressOf(Socket listener) => $"http://localhost:{((IPEndPoint)listener.LocalEndPoint!).Port}/";

    private sealed class NoContext : SynchronizationContext
    {
        private int _posts;

        public int Posts => Volatile.Read(ref _posts);

        public override void Post(SendOrPostCallback d, object? state) => Interlocked.Increment(ref _posts);

        public override void Send(SendOrPostCallback d, object? state) => Interlocked.Increment(ref _posts);
    }

    private sealed class YieldingContent : RequestContent
    {
        public override async ValueTask WriteToAsync(ContentSink sink, CancellationToken cancellationToken = default)
        {
            await Task.Yield();
            await sink.WriteAsync(new byte[100_000]);
            await Task.Delay(1, cancellationToken);
            await sink.WriteAsync(new byte[100_000]);
        }
    }

    /// <summary>Sent again and again; the first time it waits in the middle.</summary>
    private sealed class Gated : RequestContent
    {
        public TaskCompletionSource Reached { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Gate { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public override bool IsReplayable => true;

        public override async ValueTask WriteToAsync(ContentSink sink, CancellationToken cancellationToken = default)
        {
            await sink.WriteAsync("half"u8.ToArray()).ConfigureAwait(false);
            Reached.TrySetResult();
            await Gate.Task.ConfigureAwait(false);
            await sink.WriteAsync(" more"u8.ToArray()).ConfigureAwait(false);
        }
    }

    /// <summary>Writes byte by byte, each flushed, and never ends unless told to.</summary>
    private sealed class Endless : HttpContent
    {
        public int AtWrite { get; init; } = int.MaxValue;

        public Action Act { get; init; } = () => { };

        public Action EachWrite { get; init; } = () => { };

        public bool Ends { get; init; }

        public int Writes { get; private set; }

        public Exception? Failure { get; private set; }

        protected override void SerializeToStream(Stream stream, TransportContext? context, CancellationToken cancellationToken)
        {
            try
            {
                while (!Ends || Writes < AtWrite)
                {
                    stream.Write([42]);
                    stream.Flush();
                    EachWrite();
                    if (++Writes == AtWrite)
                    {
                        Act();
                    }
                }
            }
            catch (Exception error)
            {
                Failure = error;
                throw;
            }
        }

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => throw new NotSupportedException();

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }

    /// <summary>Waits for something of its own, with the token that it was given.</summary>
    private sealed class Waiting : HttpContent
    {
        public ManualResetEventSlim Begun { get; } = new();

        protected override void SerializeToStream(Stream stream, TransportContext? context, CancellationToken cancellationToken)
        {
            stream.Write([42]);
            Begun.Set();
            cancellationToken.WaitHandle.WaitOne();
            cancellationToken.ThrowIfCancellationRequested();
        }

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => throw new NotSupportedException();

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
