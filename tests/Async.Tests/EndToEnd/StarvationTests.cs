using System.Text;
using PollHttp.Testing;
using Xunit;

namespace PollHttp.Tests.EndToEnd;

/// <summary>Alone, because it takes the thread pool away from everybody.</summary>
[Collection(Alone.Name)]
public sealed class StarvationTests
{
    [Fact]
    [Trait("fault", "F-62")]
    public void With_the_thread_pool_blocked_fifty_sync_calls_on_fifty_threads_finish_without_it()
    {
        using LoopbackServer server = new(new ScriptedHttpServer(r => ServerReply.Text(r.Target)), isTls: false);
        string?[] texts = new string?[50];
        using PollHttpClient client = new();
        Blocked(() =>
        {
            Thread[] callers = [.. Enumerable.Range(0, texts.Length).Select(i => new Thread(() =>
            {
                // A name, so that it is resolved too.
                using Response response = client.Send(new Request("GET", $"http://localhost:{server.Port}/{i}"));
                texts[i] = response.ReadAsString();
            }))];
            Array.ForEach(callers, c => c.Start());
            Assert.All(callers, c => Assert.True(c.Join(TimeSpan.FromSeconds(60)), "A call hangs."));
        });
        Assert.Equal(Enumerable.Range(0, 50).Select(i => $"/{i}"), texts);
    }

    [Fact]
    [Trait("fault", "F-62")]
    public void With_the_thread_pool_blocked_two_hundred_sync_calls_wait_at_once_on_one_connection_of_HTTP_2()
    {
        const int count = 200;
        List<Http2Frame> answers = [];
        ScriptedHttp2Server script = new(request =>
        {
            answers.Add(Http2Frame.Headers(request.StreamId, false, (":status", "200")));
            answers.Add(Http2Frame.Data(request.StreamId, request.Path, true));
            return answers.Count < 2 * count ? null : new Http2Reply { Frames = answers };
        });
        using LoopbackServer server = new(script, isTls: false);
        string?[] texts = new string?[count];
        using PollHttpClient client = new();
        RequestOptions exact = new() { Version = System.Net.HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        Blocked(() =>
        {
            Thread[] callers = [.. Enumerable.Range(0, count).Select(i => new Thread(() =>
            {
                using Response response = client.Send(new Request("GET", $"http://localhost:{server.Port}/{i}") { Options = exact });
                StringBuilder text = new();
                foreach (ReadOnlyMemory<byte> slice in response.Body)
                {
                    text.Append(Encoding.ASCII.GetString(slice.Span));
                }

                texts[i] = text.ToString();
            }))];
            Array.ForEach(callers, c => c.Start());
            Assert.All(callers, c => Assert.True(c.Join(TimeSpan.FromSeconds(60)), "A call hangs."));
        });
        Assert.Equal(Enumerable.Range(0, count).Select(i => $"/{i}"), texts);
        Assert.Equal((1, count), (script.ConnectionCount, script.MostOpenStreams));
        Assert.Empty(script.Problems);
    }

    [Fact]
    [Trait("fault", "F-62")]
    public void With_the_thread_pool_blocked_the_reactor_still_closes_what_has_timed_out()
    {
        using LoopbackServer server = new(new ScriptedHttpServer(_ => ""), isTls: false);
        using PollHttpClient client = new(new PollHttpClientOptions { Timeout = TimeSpan.FromMilliseconds(200) });
        Task<Response>? request = null;
        Blocked(() =>
        {
            request = client.GetAsync($"http://127.0.0.1:{server.Port}/");
            server.AssertAllClientsHaveClosed(expected: 1);
        });
        Assert.True(((IAsyncResult)request!).AsyncWaitHandle.WaitOne(TimeSpan.FromSeconds(30)));
        Assert.IsType<RequestTimeoutException>(Record.Exception(() => request.GetAwaiter().GetResult()));
    }

    /// <summary>Runs something while no thread of the pool is free, and makes sure that none was.</summary>
    private static void Blocked(Action action)
    {
        ThreadPool.GetMaxThreads(out int workers, out int ports);
        ThreadPool.GetMinThreads(out int least, out int leastPorts);
        const int most = 8;
        ManualResetEventSlim free = new(); // not disposed: those that come late look at it
        int blocked = 0;
        try
        {
            Assert.True(ThreadPool.SetMaxThreads(Math.Max(most, Environment.ProcessorCount), ports));
            Assert.True(ThreadPool.SetMinThreads(most, leastPorts));
            for (int i = 0; i < 4 * most; i++)
            {
                ThreadPool.UnsafeQueueUserWorkItem(_ =>
                {
                    Interlocked.Increment(ref blocked);
                    free.Wait();
                }, null);
            }

            bool ran = false;
            ThreadPool.UnsafeQueueUserWorkItem(_ => Volatile.Write(ref ran, true), null);
            SpinWait.SpinUntil(() => Volatile.Read(ref blocked) >= most - 2, TimeSpan.FromSeconds(30)); // the runner may hold a thread or two
            long before = ThreadPool.PendingWorkItemCount;
            action();
            Assert.False(Volatile.Read(ref ran), "The pool was not blocked, which makes this test worthless.");
            Assert.True(ThreadPool.PendingWorkItemCount <= before, "Work was given to the pool.");
        }
        finally
        {
            free.Set();
            ThreadPool.SetMaxThreads(workers, ports);
            ThreadPool.SetMinThreads(least, leastPorts);
        }
    }
}
