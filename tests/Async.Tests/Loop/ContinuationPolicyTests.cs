using Xunit;

namespace PollHttp.Tests.Loop;

public sealed class ContinuationPolicyTests
{
    private static readonly TimeSpan s_short = TimeSpan.FromMicroseconds(5);
    private static readonly TimeSpan s_long = TimeSpan.FromMicroseconds(200);
    private readonly ManualTime _time = new();
    private readonly ContinuationPolicy _policy;
    private long _pending;
    private long _completed;

    public ContinuationPolicyTests() => _policy = NewPolicy(ContinuationMode.Adaptive);

    [Fact]
    public void Short_completions_stay_on_the_polling_thread()
    {
        for (int i = 0; i < 1000; i++)
        {
            Assert.False(Run(s_short, isLast: i % 64 == 0));
        }
    }

    [Fact]
    public void Completions_that_take_longer_than_a_switch_go_to_the_pool_unless_they_come_alone_until_they_are_short_again()
    {
        if (Environment.ProcessorCount == 1)
        {
            return; // nowhere to spread to
        }

        RunUntilSpread();
        Assert.True(_policy.SendsToPool(isLast: false));
        Assert.True(_policy.SendsToPool(isLast: true)); // right after another one
        _time.Advance(s_long);
        Assert.False(Run(s_long, isLast: true)); // alone

        for (int i = 0; _policy.Place == ContinuationPlace.Spread; i++)
        {
            Assert.InRange(i, 0, 10);
            _time.Advance(s_long);
            Run(s_short, isLast: true);
        }

        Assert.Equal(ContinuationPlace.Inline, _policy.Place);
    }

    [Fact]
    public void Samples_of_what_goes_to_the_pool_are_taken_more_and_more_rarely()
    {
        if (Environment.ProcessorCount == 1)
        {
            return;
        }

        RunUntilSpread();
        List<int> counts = [];
        for (int count = 1; counts.Count < 10; count++)
        {
            if (!Run(s_long, isLast: false))
            {
                counts.Add(count);
                count = 0;
            }
        }

        Assert.Equal(counts.Order(), counts);
        Assert.InRange(counts[0], 1, ContinuationPolicy.SampleEvery);
        Assert.Equal(ContinuationPolicy.RarestSample, counts[^1]);
    }

    [Fact]
    public void What_only_sends_code_to_the_pool_is_no_sample()
    {
        if (Environment.ProcessorCount == 1)
        {
            return;
        }

        RunUntilSpread();
        for (int i = 0; i < 10_000; i++)
        {
            if (_policy.SendsToPool(isLast: false))
            {
                _policy.OnBegin(toPool: true);
                _time.Advance(s_short);
                _policy.OnEnd();
            }
            else
            {
                _policy.OnBegin();
                _time.Advance(s_long);
                _policy.OnEnd();
            }

            Assert.Equal(ContinuationPlace.Spread, _policy.Place);
        }
    }

    [Fact]
    public void One_completion_that_the_system_interrupted_spreads_none()
    {
        for (int i = 0; i < 1000; i++)
        {
            Run(i % (4 * ContinuationPolicy.SampleEvery) == 0 ? TimeSpan.FromMilliseconds(20) : s_short, isLast: false);
            Assert.Equal(ContinuationPlace.Inline, _policy.Place);
        }
    }

    [Fact]
    public void Completions_that_block_again_and_again_go_to_the_pool()
    {
        for (int i = 0; i < ContinuationPolicy.MostTakeovers; i++)
        {
            Assert.False(Block());
        }

        Assert.Equal(ContinuationPlace.Pool, _policy.Place);
        Assert.True(_policy.SendsToPool(isLast: true));
    }

    [Fact]
    public void Completions_that_block_now_and_then_stay()
    {
        for (int i = 0; i < 10 * ContinuationPolicy.MostTakeovers; i++)
        {
            Assert.False(Block());
            _time.Advance(ContinuationPolicy.BlockingSpan / 2);
        }
    }

    [Fact]
    public void Completions_of_which_few_block_stay()
    {
        for (int i = 0; i < 10 * ContinuationPolicy.MostTakeovers; i++)
        {
            Assert.False(Block());
            for (int j = 0; j < ContinuationPolicy.RarelyBlocking; j++)
            {
                Run(s_short, isLast: true);
            }
        }
    }

    [Fact]
    public void A_sample_that_returns_in_time_brings_completions_back()
    {
        BlockUntilPool();
        _time.Advance(ContinuationPolicy.FirstPause);

        Assert.False(_policy.SendsToPool(isLast: false));
        Assert.Equal(ContinuationPlace.Sample, _policy.Place);
        _policy.OnBegin();
        _policy.OnEnd();

        Assert.Equal(ContinuationPlace.Inline, _policy.Place);
        Assert.False(_policy.SendsToPool(isLast: false));
    }

    [Fact]
    public void Samples_that_block_are_taken_more_and_more_rarely()
    {
        BlockUntilPool();
        TimeSpan pause = ContinuationPolicy.FirstPause;
        for (int i = 0; i < 10; i++)
        {
            _time.Advance(pause - TimeSpan.FromTicks(1));
            Assert.True(_policy.SendsToPool(isLast: true));
            _time.Advance(TimeSpan.FromTicks(1));
            Assert.False(Block());
            Assert.Equal(ContinuationPlace.Pool, _policy.Place);
            pause = pause * 2 < ContinuationPolicy.LongestPause ? pause * 2 : ContinuationPolicy.LongestPause;
        }

        Assert.Equal(ContinuationPolicy.LongestPause, pause);
    }

    [Theory]
    [InlineData(ContinuationMode.ThreadPool, true)]
    [InlineData(ContinuationMode.Inline, false)]
    public void The_other_modes_do_not_change_their_minds(ContinuationMode mode, bool toPool)
    {
        ContinuationPolicy policy = NewPolicy(mode);
        for (int i = 0; i < 100; i++)
        {
            Assert.Equal(toPool, policy.SendsToPool(isLast: i % 2 == 0));
            policy.OnBegin();
            if (i % 3 == 0)
            {
                policy.OnTakeover();
            }
            else
            {
                _time.Advance(s_long);
                policy.OnEnd();
            }
        }
    }

    [Fact]
    public void While_the_pool_is_stuck_completions_run_on_the_polling_thread()
    {
        BlockUntilPool();
        _pending = 3;
        Assert.True(_policy.SendsToPool(isLast: false));
        _time.Advance(PoolProgress.Patience);
        Assert.True(_policy.SendsToPool(isLast: false));
        _time.Advance(s_short);
        Assert.False(_policy.SendsToPool(isLast: false));

        _completed++;
        Assert.True(_policy.SendsToPool(isLast: false));
        _time.Advance(2 * PoolProgress.Patience);
        _pending = 0; // it has nothing to do
        Assert.True(_policy.SendsToPool(isLast: false));
        Assert.Equal(ContinuationPlace.Pool, _policy.Place);
    }

    private ContinuationPolicy NewPolicy(ContinuationMode mode) => new(mode, _time, new(() => _pending, () => _completed));

    private void RunUntilSpread()
    {
        for (int i = 0; _policy.Place == ContinuationPlace.Inline; i++)
        {
            Assert.InRange(i, 0, 10 * ContinuationPolicy.SampleEvery);
            Run(s_long, isLast: true);
        }

        Assert.Equal(ContinuationPlace.Spread, _policy.Place);
    }

    private void BlockUntilPool()
    {
        while (_policy.Place != ContinuationPlace.Pool)
        {
            Block();
        }
    }

    private bool Block()
    {
        bool toPool = _policy.SendsToPool(isLast: true);
        if (!toPool)
        {
            _policy.OnBegin();
            _policy.OnTakeover();
        }

        return toPool;
    }

    private bool Run(TimeSpan duration, bool isLast)
    {
        bool toPool = _policy.SendsToPool(isLast);
        if (!toPool)
        {
            _policy.OnBegin();
            _time.Advance(duration);
            _policy.OnEnd();
        }

        return toPool;
    }

    private sealed class ManualTime : TimeProvider
    {
        private long _ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _ticks;

        public void Advance(TimeSpan time) => _ticks += time.Ticks;
    }
}
