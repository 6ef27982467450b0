using PollHttp.Core;
using PollHttp.Sockets;
using Xunit;

namespace PollHttp.Tests.Loop;

public sealed class CrewTests : IDisposable
{
    private static readonly TimeSpan s_guard = TimeSpan.FromSeconds(60);
    private readonly SteppedClock _clock = new();
    private readonly ContinuationPolicy _policy = new(ContinuationMode.Inline, TimeProvider.System, new());
    private readonly PollLoop _loop = new(SocketNetwork.Default, isBackground: true);
    private readonly ManualResetEventSlim _end = new();
    private readonly Crew _crew;

    public CrewTests()
    {
        _loop.LetGo();
        _crew = new(_loop, _clock);
        _crew.Start();
    }

    [Fact]
    public void Completions_run_in_order_on_one_thread_that_does_not_have_the_loop_meanwhile()
    {
        List<(int Number, int Thread, bool IsOnThread)> ran = [];
        for (int i = 0; i < 100; i++)
        {
            int number = i;
            Complete(() => ran.Add((number, Environment.CurrentManagedThreadId, _loop.IsOnThread)));
        }

        Settle();

        Assert.Equal(Enumerable.Range(0, 100), ran.Select(static r => r.Number));
        Assert.Single(ran.Select(static r => r.Thread).Distinct());
        Assert.DoesNotContain(ran, static r => r.IsOnThread);
        Assert.Equal(0, _crew.Takeovers);
        Assert.Equal(2 * 101, _crew.Steps); // one step in, one out, for each
    }

    [Fact]
    public void What_a_completion_completes_runs_after_it_and_not_inside()
    {
        List<string> order = [];
        Complete(() =>
        {
            Complete(() => order.Add("inner"));
            order.Add("outer");
        });

        Settle();
        Settle();

        Assert.Equal(["outer", "inner"], order);
    }

    [Fact]
    public void A_completion_that_never_returns_loses_the_lead_and_the_next_ones_run()
    {
        using ManualResetEventSlim entered = new();
        Complete(() =>
        {
            entered.Set();
            _end.Wait();
        });
        Wait(entered);
        _clock.LookUntil(() => _crew.Takeovers == 1);

        Settle();
        Assert.Equal(1, _crew.Takeovers);
    }

    [Fact]
    public void Each_completion_that_blocks_costs_one_takeover_and_the_others_run()
    {
        const int Blocking = 8;
        using CountdownEvent entered = new(Blocking);
        for (int i = 0; i < Blocking; i++)
        {
            using ManualResetEventSlim runs = new();
            Complete(() =>
            {
                runs.Set();
                entered.Signal();
                _end.Wait();
            });
            Wait(runs);
            _clock.LookUntil(() => _crew.Takeovers == i + 1);
        }

        Settle();
        Assert.True(entered.Wait(s_guard));
        Assert.Equal(Blocking, _crew.Takeovers);
    }

    [Fact]
    public void A_thread_that_comes_back_stands_by_where_no_other_does()
    {
        using ManualResetEventSlim entered = new();
        using ManualResetEventSlim returns = new();
        int first = 0;
        Complete(() =>
        {
            first = Environment.CurrentManagedThreadId;
            entered.Set();
            returns.Wait();
        });
        Wait(entered);
        _clock.LookUntil(() => _crew.Takeovers == 1);
        returns.Set();
        Assert.True(SpinWait.SpinUntil(() => _crew.Watch != WatchState.None, s_guard));

        // The lead goes back to it with the next takeover.
        using ManualResetEventSlim again = new();
        Complete(() =>
        {
            again.Set();
            _end.Wait();
        });
        Wait(again);
        _clock.LookUntil(() => _crew.Takeovers == 2);
        int second = 0;
        Complete(() => second = Environment.CurrentManagedThreadId);
        Settle();
        Assert.Equal(first, second);
    }

    [Fact]
    public void After_the_last_completion_the_standby_sleeps_until_the_next_one()
    {
        Settle();
        _clock.LookUntilAsleep();
        Assert.Equal(WatchState.Asleep, _crew.Watch);
        int waits = _clock.Waits.Count;

        Settle();
        _clock.LookUntilAsleep();
        Assert.InRange(_clock.Waits.Count - waits, 2, 3); // a look, perhaps one more, and sleep again
    }

    [Fact]
    public void A_value_of_an_AsyncLocal_that_a_completion_leaves_is_gone_in_the_next_one()
    {
        AsyncLocal<string?> local = new();
        SynchronizationContext? context = null;
        string? value = null;
        bool isSuppressed = true;
        Complete(() =>
        {
            local.Value = "left";
            SynchronizationContext.SetSynchronizationContext(new SynchronizationContext());
            ExecutionContext.SuppressFlow();
        });
        Complete(() => (value, context, isSuppressed) = (local.Value, SynchronizationContext.Current, ExecutionContext.IsFlowSuppressed()));

        Settle();

        Assert.Null(value);
        Assert.Null(context);
        Assert.False(isSuppressed);
    }

    [Fact]
    public async Task On_the_pool_a_task_is_completed_at_once_and_what_awaits_it_goes_on_there()
    {
        ContinuationPolicy pool = new(ContinuationMode.ThreadPool, TimeProvider.System, new());
        TaskCompletionSource source = new();
        Task<bool> awaiting = AwaitAsync();
        _loop.Complete(new Completion(pool, source.SetResult));

        Assert.True(await awaiting.WaitAsync(s_guard));

        async Task<bool> AwaitAsync()
        {
            await source.Task.ConfigureAwait(false);
            return Thread.CurrentThread.IsThreadPoolThread && SynchronizationContext.Current is null;
        }
    }

    [Fact]
    public async Task On_the_pool_user_code_that_a_completion_calls_itself_runs_there()
    {
        ContinuationPolicy pool = new(ContinuationMode.ThreadPool, TimeProvider.System, new());
        TaskCompletionSource<bool> ran = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _loop.Complete(new Completion(pool, () => ran.SetResult(Thread.CurrentThread.IsThreadPoolThread)) { RunsUserCode = true });

        Assert.True(await ran.Task.WaitAsync(s_guard));
    }

    public void Dispose()
    {
        _end.Set();
        Settle();
        _end.Dispose();
    }

    /// <summary>Waits for everything before to have run.</summary>
    private void Settle()
    {
        using ManualResetEventSlim ran = new();
        Complete(ran.Set);
        Wait(ran);
        Assert.True(SpinWait.SpinUntil(() => (_crew.Steps & 1) == 0, s_guard));
    }

    private static void Wait(ManualResetEventSlim moment) => Assert.True(moment.Wait(s_guard), "Nothing runs.");

    private void Complete(Action action) => _loop.Complete(new Completion(_policy, action));

    private sealed class Completion(ContinuationPolicy policy, Action action) : ICompletion
    {
        public bool RunsUserCode { get; init; }

        public ContinuationPolicy Policy => policy;

        public void Complete() => action();
    }
}
