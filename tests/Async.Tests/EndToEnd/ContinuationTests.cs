using System.Diagnostics;
using System.Globalization;
using PollHttp.Sockets;
using PollHttp.Testing;
using PollHttp.Tests.Loop;
using Xunit;

namespace PollHttp.Tests.EndToEnd;

/// <summary>Code after an await in background drive: it runs on the polling thread, and may do there what it may do on the pool.</summary>
public sealed class ContinuationTests : IDisposable
{
    private static readonly TimeSpan s_guard = TimeSpan.FromSeconds(60);
    private readonly LoopbackServer _server = new(new ScriptedHttpServer(request => ServerReply.Text(request.Target)), isTls: false);

    public static TheoryData<ContinuationMode> Modes => [.. Enum.GetValues<ContinuationMode>()];

    [Theory]
    [InlineData(ContinuationMode.Adaptive, false)]
    [InlineData(ContinuationMode.Inline, false)]
    [InlineData(ContinuationMode.ThreadPool, true)]
    public async Task Code_goes_on_where_the_mode_says(ContinuationMode mode, bool onPool)
    {
        using ManualResetEventSlim isAwaited = new();
        using LoopbackServer server = new(
            new ScriptedHttpServer(request =>
            {
                isAwaited.Wait(s_guard); // an answer that is there at once would be awaited by nothing
                return ServerReply.Text(request.Target);
            }),
            isTls: false);
        string address = $"http://127.0.0.1:{server.Port}/";
        using PollHttpClient client = NewClient(mode);
        using HttpClient under = new(new PollHttpHandler { Continuations = mode });

        Assert.Equal(onPool, await PlaceAfterAsync(client.GetAsync(address)));
        Assert.Equal(onPool, await PlaceAfterAsync(under.GetAsync(new Uri(address))));

        async Task<bool> PlaceAfterAsync<T>(Task<T> sending)
            where T : IDisposable
        {
            Task<bool> place = AwaitAsync(sending);
            isAwaited.Set();
            bool isOnPool = await place.WaitAsync(s_guard);
            isAwaited.Reset();
            return isOnPool;
        }

        static async Task<bool> AwaitAsync<T>(Task<T> sending)
            where T : IDisposable
        {
            using (await sending.ConfigureAwait(false))
            {
                return Thread.CurrentThread.IsThreadPoolThread;
            }
        }
    }

    [Fact]
    public async Task What_asks_to_run_synchronously_runs_on_the_pool_where_that_is_the_mode()
    {
        using ManualResetEventSlim isAsked = new();
        using LoopbackServer server = new(
            new ScriptedHttpServer(request =>
            {
                isAsked.Wait(s_guard); // what is complete before runs it on this thread
                return ServerReply.Text(request.Target);
            }),
            isTls: false);
        using PollHttpClient client = NewClient(ContinuationMode.ThreadPool);
        Uri address = new($"http://127.0.0.1:{server.Port}/");

        Task<bool> afterGet = PlaceAfter(client.GetAsync(address));
        isAsked.Set();
        Assert.True(await afterGet.WaitAsync(s_guard));

        static Task<bool> PlaceAfter(Task task) => task.ContinueWith(
            static _ => Thread.CurrentThread.IsThreadPoolThread, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    [Theory]
    [InlineData(ContinuationMode.Adaptive)]
    [InlineData(ContinuationMode.Inline)]
    public async Task A_thousand_continuations_that_block_on_another_request_of_the_client_all_finish(ContinuationMode mode)
    {
        using PollHttpClient client = NewClient(mode);
        Task<string>[] all = [.. Enumerable.Range(0, 1000).Select(i => Task.Run(() => OneAsync(i)))];

        string[] texts = await Task.WhenAll(all).WaitAsync(s_guard);

        Assert.Equal(Enumerable.Range(0, 1000).Select(static i => $"/{i}/inner"), texts);

        async Task<string> OneAsync(int number)
        {
            using (await client.GetAsync(To($"/{number}")).ConfigureAwait(false))
            {
            }

            return client.GetStringAsync(To($"/{number}/inner")).Result;
        }
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public async Task A_continuation_that_never_returns_stops_no_other_request(ContinuationMode mode)
    {
        using ManualResetEventSlim end = new();
        using PollHttpClient client = NewClient(mode);
        Task[] stuck = [.. Enumerable.Range(0, 3).Select(_ => Task.Run(StayAsync))];
        try
        {
            for (int i = 0; i < 200; i++)
            {
                Assert.Equal("/other", await client.GetStringAsync(To("/other")).WaitAsync(s_guard));
            }
        }
        finally
        {
            end.Set();
        }

        await Task.WhenAll(stuck).WaitAsync(s_guard);

        async Task StayAsync()
        {
            using (await client.GetAsync(To("/")).ConfigureAwait(false))
            {
                end.Wait();
            }
        }
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public async Task The_client_may_be_disposed_by_a_continuation(ContinuationMode mode)
    {
        PollHttpClient client = NewClient(mode);
        Task[] others = [.. Enumerable.Range(0, 50).Select(i => Task.Run(() => Record.ExceptionAsync(() => client.GetStringAsync(To($"/{i}")))))];
        await Task.Run(async () =>
        {
            using Response response = await client.GetAsync(To("/"));
            client.Dispose();
            Assert.Equal("/", await response.ReadAsStringAsync());
        }).WaitAsync(s_guard);
        await Task.WhenAll(others).WaitAsync(s_guard);

        await Assert.ThrowsAsync<ObjectDisposedException>(() => client.GetStringAsync(To("/")));
        Assert.True(SpinWait.SpinUntil(() => client.Pool.OpenConnections == 0, s_guard));
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public async Task AsyncLocals_and_the_culture_are_those_of_the_caller(ContinuationMode mode)
    {
        AsyncLocal<int> local = new();
        using PollHttpClient client = NewClient(mode);
        Task<(int, string, string)>[] all = [.. Enumerable.Range(1, 100).Select(i => Task.Run(() => OneAsync(i)))];

        (int, string, string)[] seen = await Task.WhenAll(all).WaitAsync(s_guard);

        Assert.Equal(Enumerable.Range(1, 100).Select(static i => (i, i % 2 == 0 ? "de-DE" : "fr-FR", "")), seen);

        async Task<(int Local, string Culture, string Leaked)> OneAsync(int number)
        {
            local.Value = number;
            CultureInfo.CurrentCulture = new(number % 2 == 0 ? "de-DE" : "fr-FR");
            using (await client.GetAsync(To("/")).ConfigureAwait(false))
            {
                string leaked = local.Value == number ? "" : $"{local.Value} instead of {number}";
                return (local.Value, CultureInfo.CurrentCulture.Name, leaked);
            }
        }
    }

    [Fact]
    public async Task No_two_threads_poll_whatever_continuations_do()
    {
        SoleLeader network = new(SocketNetwork.Default);
        using PollHttpClient client = new(new PollHttpClientOptions { Network = network, Continuations = ContinuationMode.Inline });
        Task[] all = [.. Enumerable.Range(0, 200).Select(i => Task.Run(async () =>
        {
            for (int j = 0; j < 5; j++)
            {
                using (await client.GetAsync(To("/")).ConfigureAwait(false))
                {
                    if ((i + j) % 8 == 0)
                    {
                        client.GetStringAsync(To("/inner")).Wait();
                    }
                }
            }
        }))];
        await Task.WhenAll(all).WaitAsync(s_guard);

        Assert.Equal(1, network.MostAtOnce);
    }

    [Fact]
    public async Task An_idle_process_wakes_neither_the_reactor_nor_the_standby()
    {
        SoleLeader network = new(SocketNetwork.Default);
        SteppedClock clock = new();
        PollLoop loop = new(network, isBackground: true);
        loop.LetGo();
        Crew crew = new(loop, clock);
        crew.Start();
        using PollHttpClient client = new(loop);
        Assert.Equal("/", await client.GetStringAsync(To("/")));

        clock.LookUntilAsleep();

        Assert.Equal(WatchState.Asleep, crew.Watch);
        Assert.True(SpinWait.SpinUntil(() => network.LastWait > TimeSpan.FromSeconds(50), s_guard)); // until the idle connection is closed
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public void What_an_async_void_throws_after_a_request_ends_the_process(ContinuationMode mode)
    {
        using Process process = ChildProgram.Start(nameof(ThrowFromAsyncVoid), mode.ToString(), To("/"));
        string error = process.StandardError.ReadToEnd();
        Assert.True(process.WaitForExit(s_guard));

        Assert.NotEqual(0, process.ExitCode);
        Assert.Contains("Unhandled exception", error, StringComparison.Ordinal);
        Assert.Contains("thrown by the continuation", error, StringComparison.Ordinal);
    }

    /// <summary>Runs in a process of its own, which does not come to its end.</summary>
    internal static void ThrowFromAsyncVoid(string mode, string address)
    {
        using PollHttpClient client = new(new PollHttpClientOptions { Continuations = Enum.Parse<ContinuationMode>(mode) });
        Throw();
        Thread.Sleep(s_guard);

        async void Throw()
        {
            using (await client.GetAsync(address).ConfigureAwait(false))
            {
                throw new InvalidOperationException("thrown by the continuation");
            }
        }
    }

    public void Dispose() => _server.Dispose();

    private static PollHttpClient NewClient(ContinuationMode mode) => new(new PollHttpClientOptions { Continuations = mode });

    private string To(string target) => $"http://127.0.0.1:{_server.Port}{target}";
}
