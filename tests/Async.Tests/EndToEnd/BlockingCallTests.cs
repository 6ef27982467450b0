using System.Diagnostics.Tracing;
using System.Net;
using System.Net.Security;
using PollHttp.Core;
using PollHttp.Testing;
using Xunit;

namespace PollHttp.Tests.EndToEnd;

/// <summary>A blocking call ends, whatever happens to it: at any of its sleeps, and inside of another one.</summary>
public sealed class BlockingCallTests
{
    private const string Address = "https://server.test/";

    private static readonly byte[] s_content = new byte[300_000];

    [Theory]
    [InlineData("cancel")]
    [InlineData("cancel all")]
    [InlineData("dispose")]
    [InlineData("dispose the loop")]
    public void Interrupted_at_any_sleep_it_ends_and_leaves_nothing(string how)
    {
        int sleep = 1;
        while (Interrupt(how, sleep))
        {
            sleep++;
        }

        Assert.InRange(sleep, 10, 1000);
    }

    [Theory]
    [InlineData("server.test")]
    [InlineData("other.test")]
    public void A_content_may_send_another_request_although_the_limit_is_reached(string host)
    {
        SimulatedNetwork network = new();
        ScriptedHttpServer server = new(r => ServerReply.Text(r.Target));
        network.Listen("server.test", 80, server);
        network.Listen("other.test", 80, server);
        using PollLoop loop = new(network);
        using PollHttpClient client = new(loop, new() { MaxConnectionsPerServer = 1 });
        CallingContent content = new(() => Get(client, $"http://{host}/inner"));
        using (Response response = client.Send(new Request("POST", "http://server.test/outer") { Content = content }))
        {
            Assert.Equal("/outer", response.ReadAsString());
        }

        Assert.Equal("/inner", content.Answer);
        Assert.Equal(["/inner", "/outer"], server.Requests.Select(r => r.Target));
        Assert.InRange(client.Pool.OpenConnections, 1, host == "server.test" ? 1 : 2);
    }

    [Theory]
    [InlineData("simulated, manual, http", false)]
    [InlineData("simulated, manual, http", true)]
    [InlineData("simulated, run, http, far", false)]
    [InlineData("simulated, run, http, far", true)]
    [InlineData("sockets, background, http", false)]
    [InlineData("sockets, background, http", true)]
    public void User_code_of_an_asynchronous_call_may_send_another_request_although_the_limit_is_reached(string setting, bool isContent) => Play.Run(
        setting,
        new ScriptedHttpServer(r => r.Target == "/inner"
            ? ServerReply.Text("in")
            : new ServerReply($"HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n{new string('o', 1_000_000)}")),
        async scene =>
        {
            TaskCompletionSource<string> inner = new(TaskCreationOptions.RunContinuationsAsynchronously);
            Action call = () => inner.TrySetResult(Get(scene.Client, scene.To("/inner").ToString()));
            Request request = new("PUT", scene.To("/outer"));
            if (isContent)
            {
                request.Content = RequestContent.FromWriter((writer, _) =>
                {
                    call();
                    return writer.WriteAsync("content"u8.ToArray(), CancellationToken.None).AsTask();
                });
            }
            else
            {
                request.Options = new() { OnInformational = _ => call() };
            }

            using Response response = await scene.SendAsync(request);
            Assert.Equal(1_000_000, (await response.ReadAsStringAsync()).Length);
            Assert.Equal("in", await inner.Task); // in background drive the response need not wait for a callback
        },
        options =>
        {
            options.MaxConnectionsPerServer = 1;
            options.Timeout = TimeSpan.FromSeconds(20);
        });

    [Fact]
    public void A_connect_filter_may_send_another_request()
    {
        SimulatedNetwork network = new();
        network.Listen("server.test", 80, new ScriptedHttpServer(r => ServerReply.Text(r.Target)));
        using PollLoop loop = new(network);
        PollHttpClient? client = null;
        string? inner = null;
        bool within = false;
        client = new(loop, new()
        {
            MaxConnectionsPerServer = 1,
            ConnectFilter = (_, _) =>
            {
                if (!within)
                {
                    within = true;
                    inner = Get(client!, "http://server.test/inner");
                }

                return true;
            },
        });
        Assert.Equal("/outer", Get(client, "http://server.test/outer"));
        Assert.Equal("/inner", inner);
        client.Dispose();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_certificate_callback_may_send_another_request(bool viaHandler)
    {
        using LoopbackServer server = new(new ScriptedHttpServer(r => ServerReply.Text(r.Target)), isTls: true);
        Func<string, string>? get = null;
        string? inner = null;
        bool within = false;
        SslClientAuthenticationOptions tls = new()
        {
            RemoteCertificateValidationCallback = (_, _, _, _) =>
            {
                if (!within)
                {
                    within = true;
                    inner = get!("/inner");
                }

                return true;
            },
        };
        using PollHttpClient client = new(new PollHttpClientOptions { MaxConnectionsPerServer = 1, SslOptions = tls });
        using HttpClient platform = new(new PollHttpHandler { MaxConnectionsPerServer = 1, SslOptions = tls });
        get = path => viaHandler ? GetByHandler(platform, $"https://localhost:{server.Port}{path}") : Get(client, $"https://localhost:{server.Port}{path}");
        Assert.Equal("/outer", get("/outer"));
        Assert.Equal("/inner", inner);
    }

    [Fact]
    public void An_informational_callback_runs_on_the_calling_thread_and_may_send_another_request()
    {
        SimulatedNetwork network = new();
        network.Listen("server.test", 80, new ScriptedHttpServer(r =>
            (r.Target == "/outer" ? "HTTP/1.1 103 Early Hints\r\n\r\n" : "") + "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx"));
        using PollLoop loop = new(network);
        using PollHttpClient client = new(loop, new() { MaxConnectionsPerServer = 1 });
        List<string> order = [];
        Request request = new("GET", "http://server.test/outer")
        {
            Options = new() { OnInformational = head => order.Add($"{head.StatusCode} {Environment.CurrentManagedThreadId} {Get(client, "http://server.test/inner")}") },
        };
        using Response response = client.Send(request);
        Assert.Equal([$"103 {Environment.CurrentManagedThreadId} x"], order);
    }

    [Fact]
    public void A_steady_call_makes_no_task_and_few_bytes()
    {
        SimulatedNetwork network = new();
        network.Listen("server.test", 80, new FixedResponseServer("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nServer: x\r\n\r\nok"));
        using PollLoop loop = new(network);
        using PollHttpClient client = new(loop, new() { Slabs = new SlabPool() });
        Request request = new("GET", "http://server.test/");
        Send(client, request, 500);
        using TaskWatch watch = new();
        long before = GC.GetAllocatedBytesForCurrentThread();
        Send(client, request, 1000);
        long each = (GC.GetAllocatedBytesForCurrentThread() - before) / 1000;
        Assert.Equal(0, watch.Tasks);
        Assert.InRange(each, 0, 720); // measured; to be lowered, not raised
    }

    private static void Send(PollHttpClient client, Request request, int count)
    {
        for (int i = 0; i < count; i++)
        {
            client.Send(request).Dispose();
        }
    }

    /// <summary>Runs a redirected upload and a read, and interrupts it. False when it was over before.</summary>
    private static bool Interrupt(string how, int sleep)
    {
        SimulatedNetwork simulation = new(seed: sleep) { Link = new() { Latency = TimeSpan.FromMilliseconds(10), SendWindow = 40_000 } };
        simulation.Listen("server.test", 443, new ScriptedHttpServer(r => r.Target == "/"
            ? "HTTP/1.1 307 Go\r\nLocation: /next\r\nContent-Length: 3\r\n\r\nabc"
            : ServerReply.Text(new string('x', 100_000))));
        InterruptingNetwork network = new(simulation);
        SlabPool slabs = new();
        PollLoop loop = new(network);
        PollHttpClient client = new(loop, new() { Slabs = slabs });
        using CancellationTokenSource source = new();
        network.Interruption = (sleep, () =>
        {
            switch (how)
            {
                case "cancel":
                    source.Cancel();
                    break;
                case "cancel all":
                    client.CancelPendingRequests();
                    break;
                case "dispose":
                    client.Dispose();
                    break;
                default:
                    loop.Dispose();
                    break;
            }
        }
        );

        bool hasHead = false;
        int received = 0;
        Exception? error = Record.Exception(() =>
        {
            using Response response = client.Send(new Request("POST", Address) { Content = RequestContent.FromStream(new MemoryStream(s_content)) }, source.Token);
            hasHead = true;
            received = response.ReadAsString().Length;
        });

        bool wentOn = !network.HasInterrupted || (hasHead && how.StartsWith("cancel", StringComparison.Ordinal));
        if (wentOn)
        {
            Assert.Null(error);
            Assert.Equal(100_000, received);
        }
        else if (how.StartsWith("cancel", StringComparison.Ordinal))
        {
            Assert.Equal(source.Token, Assert.IsAssignableFrom<OperationCanceledException>(error).CancellationToken);
        }
        else
        {
            Assert.IsType<ObjectDisposedException>(error);
        }

        client.Dispose();
        loop.Dispose();
        Assert.Equal(0, client.Pool.OpenConnections);
        Assert.Equal(0, client.Pool.ActiveExchanges);
        Assert.Equal("0 transports, 0 pollers", $"{simulation.OpenTransports} transports, {simulation.OpenPollers} pollers");
        Assert.Equal(0, slabs.Outstanding);
        return network.HasInterrupted;
    }

    private static string Get(PollHttpClient client, string address)
    {
        using Response response = client.Send(new Request("GET", address));
        return response.ReadAsString();
    }

    private static string GetByHandler(HttpClient client, string address)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, address);
        using HttpResponseMessage response = client.Send(request);
        using StreamReader reader = new(response.Content.ReadAsStream());
        return reader.ReadToEnd();
    }

    private sealed class CallingContent(Func<string> call) : RequestContent
    {
        public string? Answer { get; private set; }

        public override ValueTask WriteToAsync(ContentSink sink, CancellationToken cancellationToken = default) =>
            throw new InvalidOperationException("The sync drive writes synchronously.");

        public override void WriteTo(ContentSink sink)
        {
            Answer = call();
            sink.Write("content"u8.ToArray());
        }
    }

    /// <summary>Counts what the calling thread begins as a task.</summary>
    private sealed class TaskWatch : EventListener
    {
        private const EventKeywords Causality = (EventKeywords)8;
        private readonly int _thread = Environment.CurrentManagedThreadId;
        private int _tasks;

        public int Tasks => Volatile.Read(ref _tasks);

        protected override void OnEventSourceCreated(EventSource eventSource)
        {
            if (eventSource.Name == "System.Threading.Tasks.TplEventSource")
            {
                EnableEvents(eventSource, EventLevel.Verbose, Causality | (EventKeywords)3);
            }
        }

        protected override void OnEventWritten(EventWrittenEventArgs eventData)
        {
            if (Environment.CurrentManagedThreadId == _thread && eventData.EventName is "TraceOperationBegin" or "TaskScheduled")
            {
                Interlocked.Increment(ref _tasks);
            }
        }
    }
}
