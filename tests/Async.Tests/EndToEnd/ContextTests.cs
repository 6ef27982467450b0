using PollHttp.Testing;
using Xunit;

namespace PollHttp.Tests.EndToEnd;

/// <summary>A thread with a SynchronizationContext: a window's, a game engine's.</summary>
public sealed class ContextTests
{
    [Fact]
    [Trait("fault", "F-63")]
    public void Blocking_on_the_result_under_a_context_does_not_deadlock()
    {
        using LoopbackServer server = new(new ScriptedHttpServer(r => ServerReply.Text(new string('x', r.Target == "/big" ? 500_000 : 3))), isTls: false);
        string address = $"http://localhost:{server.Port}";
        CountingContext context = new();
        bool done = OnThread(context, () =>
        {
            using PollHttpClient client = new();
            Assert.Equal(3, client.GetStringAsync(address + "/").Result.Length);
            Assert.Equal(500_000, client.GetByteArrayAsync(address + "/big").Result.Length);
            using Response response = client.GetAsync(address + "/big").Result;
            using MemoryStream copy = new();
            response.CopyToAsync(copy).Wait();
            Assert.Equal(500_000, copy.Length);
            using Response posted = client.PostAsync(address + "/", RequestContent.FromStream(new MemoryStream(new byte[300_000]))).Result;
            Assert.Equal("xxx", posted.ReadAsStringAsync().Result);
            using Response sent = client.Send(new Request("GET", address + "/big"));
            Assert.Equal(500_000, sent.ReadAsString().Length);
        });

        Assert.True(done, "The thread is deadlocked.");
        Assert.Equal(0, context.Posts);
    }

    [Fact]
    [Trait("fault", "F-63")]
    public void A_loop_polled_under_a_context_goes_on_in_place()
    {
        SimulatedNetwork network = new();
        network.Listen("server.test", 80, new ScriptedHttpServer(_ => ServerReply.Text(new string('x', 500_000))));
        CountingContext context = new();
        bool done = OnThread(context, () =>
        {
            using PollLoop loop = new(network);
            using PollHttpClient client = new(loop);
            Task task = ReadAsync(client);
            while (!task.IsCompleted)
            {
                if (!loop.Poll())
                {
                    network.Advance(TimeSpan.FromMilliseconds(1));
                }
            }

            task.Wait();
            Assert.Same(context, SynchronizationContext.Current);
        });

        Assert.True(done, "The thread is deadlocked.");
        Assert.Equal(0, context.Posts);
    }

    private static async Task ReadAsync(PollHttpClient client)
    {
        int thread = Environment.CurrentManagedThreadId;
        Assert.Equal(500_000, (await client.GetStringAsync("http://server.test/")).Length);
        using Response response = await client.GetAsync("http://server.test/");
        int length = 0;
        await foreach (ReadOnlyMemory<byte> slice in response.Body)
        {
            length += slice.Length;
            Assert.Equal(thread, Environment.CurrentManagedThreadId);
        }

        Assert.Equal(500_000, length);
    }

    private static bool OnThread(SynchronizationContext context, Action action)
    {
        Exception? error = null;
        Thread thread = new(() =>
        {
            SynchronizationContext.SetSynchronizationContext(context);
            error = Record.Exception(action);
        });
        thread.Start();
        bool done = thread.Join(TimeSpan.FromSeconds(60));
        Assert.Null(error);
        return done;
    }

    /// <summary>Never runs what is posted: whoever needs it to is deadlocked.</summary>
    private sealed class CountingContext : SynchronizationContext
    {
        private int _posts;

        public int Posts => Volatile.Read(ref _posts);

        public override void Post(SendOrPostCallback d, object? state) => Interlocked.Increment(ref _posts);

        public override void Send(SendOrPostCallback d, object? state) => Interlocked.Increment(ref _posts);
    }
}
