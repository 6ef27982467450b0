using PollHttp.Core;
using Xunit;

namespace PollHttp.Tests.Loop;

public sealed class StandbyTests
{
    private readonly CrewTurn _turn = new();
    private readonly ScriptedClock _clock = new();
    private readonly Standby _standby;
    private int _threads;

    public StandbyTests() => _standby = new(_turn, _clock, () => _threads++);

    [Fact]
    public void User_code_found_in_two_looks_one_after_the_other_loses_the_lead()
    {
        long step = _turn.Enter();
        Begin();

        _standby.WatchUntilLead();

        Assert.Equal([Standby.Patience], _clock.Waits);
        Assert.False(_turn.TryEnd(step));
        Assert.Equal(WatchState.None, _standby.State);
    }

    [Fact]
    public void User_code_that_returns_between_two_looks_keeps_the_lead()
    {
        long step = _turn.Enter();
        _clock.Then(() => Assert.True(_turn.TryEnd(step)));
        _clock.Then(() => step = _turn.Enter()); // other code: it has its own time
        _clock.Then(static () => { });
        Begin();

        _standby.WatchUntilLead();

        Assert.Equal(3, _clock.Waits.Count);
        Assert.False(_turn.TryEnd(step));
    }

    [Fact]
    public void Looks_get_rarer_while_all_goes_well_and_a_running_code_is_looked_at_again_soon()
    {
        for (int i = 0; i < 6; i++)
        {
            _clock.Then(Pass);
        }

        _clock.Then(() => _turn.Enter());
        Begin();

        _standby.WatchUntilLead();

        double[] expected = [1, 2, 4, 8, 8, 8, 8, 1];
        Assert.Equal(expected, _clock.Waits.Select(static wait => wait.TotalMilliseconds));
    }

    [Fact]
    public void It_sleeps_after_one_look_at_which_nothing_had_happened_until_user_code_is_entered()
    {
        _clock.Then(Pass);
        _clock.Then(static () => { });
        _clock.Then(() =>
        {
            Assert.Equal(WatchState.Asleep, _standby.State);
            _turn.Enter();
            _standby.EnsureWatched();
            Assert.Equal(WatchState.Watching, _standby.State);
        });
        Begin();

        _standby.WatchUntilLead();

        Assert.Equal([Standby.Patience, 2 * Standby.Patience, Timeout.InfiniteTimeSpan, Standby.Patience], _clock.Waits);
        Assert.Equal((1, 0), (_clock.Wakes, _threads));
    }

    [Fact]
    public void The_first_user_code_starts_the_thread_that_watches_and_no_second_one()
    {
        _turn.Enter();
        _standby.EnsureWatched();
        _standby.EnsureWatched();

        Assert.Equal((1, 0), (_threads, _clock.Wakes));
        Assert.False(_standby.TryBegin());
    }

    [Fact]
    public void One_of_two_threads_ends_a_step()
    {
        const int Steps = 20_000;
        CrewTurn turn = new();
        int ended = 0;
        using Barrier barrier = new(2);
        Thread[] threads = [.. Enumerable.Range(0, 2).Select(_ => new Thread(() =>
        {
            for (int i = 0; i < Steps; i++)
            {
                barrier.SignalAndWait();
                if (turn.TryEnd(turn.Step | 1))
                {
                    Interlocked.Increment(ref ended);
                    turn.Enter();
                }
            }
        }))];
        turn.Enter();
        Array.ForEach(threads, static thread => thread.Start());
        Array.ForEach(threads, static thread => thread.Join());

        Assert.Equal(1 + (2 * ended), turn.Step);
    }

    private void Begin() => Assert.True(_standby.TryBegin());

    private void Pass() => Assert.True(_turn.TryEnd(_turn.Enter()));

    /// <summary>Does at each wait what the test says; the last one returns at once.</summary>
    private sealed class ScriptedClock : ICrewClock
    {
        private readonly Queue<Action> _actions = new();

        public List<TimeSpan> Waits { get; } = [];

        public int Wakes { get; private set; }

        public void Then(Action action) => _actions.Enqueue(action);

        public void Wait(TimeSpan time)
        {
            Waits.Add(time);
            if (_actions.TryDequeue(out Action? action))
            {
                action();
            }
        }

        public void Wake() => Wakes++;
    }
}
