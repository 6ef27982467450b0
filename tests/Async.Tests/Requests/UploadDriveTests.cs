using System.Diagnostics;
using PollHttp.Core;
using PollHttp.Testing;
using PollHttp.Tests.EndToEnd;
using Xunit;

namespace PollHttp.Tests;

/// <summary>Contents that come back on threads of the pool, into each drive a program can have.</summary>
public sealed class UploadDriveTests
{
    /// <summary>Only a test that hangs waits so long.</summary>
    private static readonly TimeSpan s_guard = TimeSpan.FromSeconds(60);

    private static readonly byte[] s_bytes = [.. Enumerable.Range(0, 300_000).Select(i => (byte)(i * 13))];

    private static readonly Dictionary<string, PollBudget?> s_drives = new()
    {
        ["frames of one pass"] = default(PollBudget),
        ["frames of 2 ms"] = new PollBudget(TimeSpan.FromMilliseconds(2)),
        ["frames of 5,000 bytes"] = new PollBudget(5_000),
        ["frames of both kinds"] = null,
    };

    public static TheoryData<string, string, bool> Cases()
    {
        var data = new TheoryData<string, string, bool>();
        foreach (string drive in s_drives.Keys)
        {
            foreach (string content in HoppingContents.All.Keys)
            {
                data.Add(drive, content, true);
                data.Add(drive, content, false);
            }
        }

        return data;
    }

    public static TheoryData<string> Contents() => [.. HoppingContents.All.Keys];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Contents_that_resume_on_the_thread_pool_arrive_whole(string drive, string content, bool isSimulated)
    {
        var script = new ScriptedHttpServer(r => ServerReply.Text(r.Body.Length.ToString(System.Globalization.CultureInfo.InvariantCulture)));
        using LoopbackServer? server = isSimulated ? null : new(script, isTls: false);
        SimulatedNetwork? network = isSimulated ? new() { Link = new() { SendWindow = 40_000 } } : null;
        network?.Listen("localhost", 80, script);
        RunInFrames(network, s_drives[drive], client => Task.WhenAll(Enumerable.Range(0, 6).Select(_ => UploadAsync(client, $"http://localhost:{server?.Port ?? 80}/", content))));
        Assert.Equal(18, script.Requests.Count);
        if (content is not ("compressed" or "multipart"))
        {
            Assert.All(script.Requests, r => Assert.True(r.Body.Span.SequenceEqual(s_bytes)));
        }
    }

    [Fact]
    public void Files_read_asynchronously_arrive_whole_in_frames()
    {
        string path = Path.GetTempFileName();
        File.WriteAllBytes(path, s_bytes);
        try
        {
            var script = new ScriptedHttpServer(_ => ServerReply.Text("ok"));
            using LoopbackServer server = new(script, isTls: false);
            RunInFrames(null, new(TimeSpan.FromMilliseconds(2)), client => Task.WhenAll(Enumerable.Range(0, 24).Select(async _ =>
            {
                using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.Read, 4096, useAsync: true);
                using Response response = await client.PostAsync($"http://localhost:{server.Port}/", RequestContent.FromStream(file));
                Assert.Equal("ok", await response.ReadAsStringAsync());
            })));
            Assert.All(script.Requests, r => Assert.True(r.Body.Span.SequenceEqual(s_bytes)));
            Assert.Equal(24, script.Requests.Count);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void A_write_on_another_thread_during_a_budgeted_poll_is_handed_to_the_loop()
    {
        var script = new ScriptedHttpServer(r => ServerReply.Text("ok"));
        SimulatedNetwork network = new();
        network.Listen("localhost", 80, script);
        Elsewhere content = new();
        RunInFrames(network, new(1_000_000, TimeSpan.Zero), async client =>
        {
            using Response response = await client.PostAsync("http://localhost/", content);
            Assert.Equal("ok", await response.ReadAsStringAsync());
        });
        Assert.Null(content.Failure);
        Assert.Equal("12345"u8.ToArray(), script.Requests.Single().Body.ToArray());
    }

    [Fact]
    public void Connections_that_a_budgeted_poll_has_left_over_are_served_by_any_other_poll()
    {
        SimulatedNetwork network = new();
        network.Listen("localhost", 80, new ScriptedHttpServer(_ => ServerReply.Text(new string('x', 200_000))));
        SynchronizationContext? context = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            using PollLoop loop = new(network);
            using PollHttpClient client = new(loop);
            Task[] uploads = [.. Enumerable.Range(0, 8).Select(_ => UploadAsync(client, "http://localhost/", "own", 1))];
            for (int i = 0; i < 20; i++)
            {
                loop.Poll(new PollBudget(1)); // one has its turn, the others keep their places
                network.Step();
            }

            Drive(loop, network, default(PollBudget), Task.WhenAll(uploads), client);
            Assert.All(uploads, static upload => Assert.True(upload.IsCompletedSuccessfully));
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(context);
        }
    }

    [Fact]
    public void Bodies_read_and_tokens_canceled_on_other_threads_reach_a_budgeted_loop()
    {
        var script = new ScriptedHttpServer(r => ServerReply.Text(new string('x', 400_000)));
        using LoopbackServer server = new(script, isTls: false);
        RunInFrames(null, new(TimeSpan.FromMilliseconds(2)), client => Task.WhenAll(Enumerable.Range(0, 16).Select(i => Task.Run(async () =>
        {
            using CancellationTokenSource source = new();
            using Response response = await client.GetAsync($"http://localhost:{server.Port}/").ConfigureAwait(false);
            await foreach (ReadOnlyMemory<byte> slice in response.Body.WithCancellation(source.Token).ConfigureAwait(false))
            {
                await Task.Yield();
                if (i % 2 == 0)
                {
                    source.Cancel();
                    break;
                }
            }
        }))));
    }

    [Theory]
    [MemberData(nameof(Contents))]
    public void Contents_that_resume_on_the_thread_pool_are_sent_by_a_blocked_thread(string content)
    {
        var script = new ScriptedHttpServer(_ => ServerReply.Text("ok"));
        using LoopbackServer server = new(script, isTls: false);
        using PollHttpClient client = new();
        for (int i = 0; i < 3; i++)
        {
            using Response response = client.Send(new Request("POST", $"http://localhost:{server.Port}/") { Content = HoppingContents.All[content](s_bytes) });
            Assert.Equal("ok", response.ReadAsString());
        }

        Assert.Equal(3, script.Requests.Count);
        if (content is not ("compressed" or "multipart"))
        {
            Assert.All(script.Requests, r => Assert.True(r.Body.Span.SequenceEqual(s_bytes)));
        }
    }

    private static async Task UploadAsync(PollHttpClient client, string address, string content, int times = 3)
    {
        for (int i = 0; i < times; i++)
        {
            using Response response = await client.PostAsync(address, HoppingContents.All[content](s_bytes));
            Assert.NotEmpty(await response.ReadAsStringAsync());
        }
    }

    /// <param name="network">The simulation, or null for sockets.</param>
    /// <param name="budget">What a frame may do; null: by turns no limit, a time, and a number of bytes.</param>
    /// <param name="program">What runs.</param>
    private static void RunInFrames(SimulatedNetwork? network, PollBudget? budget, Func<PollHttpClient, Task> program)
    {
        SynchronizationContext? context = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            using PollLoop loop = new(network);
            using PollHttpClient client = new(loop) { Timeout = Timeout.InfiniteTimeSpan };
            Drive(loop, network, budget, program(client), client);
            client.Dispose();
            GoodEnd.AssertClosed(client.Pool);
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(context);
        }
    }

    private static void Drive(PollLoop loop, SimulatedNetwork? network, PollBudget? budget, Task task, PollHttpClient client)
    {
        long start = Stopwatch.GetTimestamp();
        for (int frame = 0; !task.IsCompleted; frame++)
        {
            PollBudget now = budget ?? (frame % 3) switch
            {
                0 => default,
                1 => new(TimeSpan.FromMilliseconds(1)),
                _ => new(1_000, TimeSpan.Zero),
            };
            if (!loop.Poll(now) && network?.Step() != true)
            {
                Assert.True(Stopwatch.GetElapsedTime(start) < s_guard, $"The program hangs. {GoodEnd.Describe(client.Pool)}");
                Thread.Yield();
            }
        }

        task.GetAwaiter().GetResult();
    }

    /// <summary>Written by another thread while that of the loop is in its poll.</summary>
    private sealed class Elsewhere : RequestContent
    {
        public Exception? Failure { get; private set; }

        public override async ValueTask WriteToAsync(ContentSink sink, CancellationToken cancellationToken = default)
        {
            for (int i = 1; i <= 5; i++)
            {
                ValueTask writing = default;
                Thread other = new(() => Failure ??= Record.Exception(() => writing = sink.WriteAsync(new[] { (byte)('0' + i) })));
                other.Start();
                other.Join();
                await writing.ConfigureAwait(false);
            }
        }
    }
}
