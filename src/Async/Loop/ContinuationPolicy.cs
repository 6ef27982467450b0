using System.Diagnostics;

namespace PollHttp.Loop;

/// <summary>
/// Decides where the completions of one client or handler run in background drive: on the polling thread or on the thread pool.
/// </summary>
/// <remarks>
/// Thread safety: members are for the leader of the loop's crew; one that was overtaken leaves it alone.
/// Costs a counter for each completion, and a look at the clock for one in <see cref="SampleEvery"/>.
/// </remarks>
internal sealed class ContinuationPolicy(ContinuationMode mode, TimeProvider time, PoolProgress pool)
{
    /// <summary>So many takeovers within <see cref="BlockingSpan"/>, and one in <see cref="RarelyBlocking"/> completions, send completions to
    /// the pool. A single one may be an accident: on a busy machine the system leaves a thread without a processor for milliseconds, in short
    /// code too.</summary>
    public const int MostTakeovers = 4;

    /// <summary>Fewer takeovers than one in so many completions cost less than the pool would.</summary>
    public const int RarelyBlocking = 32;

    /// <summary>One in so many completions is timed.</summary>
    public const int SampleEvery = 16;

    /// <summary>How many more long samples than short ones spread completions, and the most that count.</summary>
    private const int LongSamples = 4;
    private const int MostSamples = 6;

    public static readonly TimeSpan BlockingSpan = TimeSpan.FromSeconds(1);

    /// <summary>What sending a completion to the pool costs, about.</summary>
    public static readonly TimeSpan SwitchCost = TimeSpan.FromMicroseconds(30);

    public static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    public static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    private TimeSpan _pause = FirstPause;
    private Instant _sampleAt;
    private Instant _blockedSince;
    private int _takeovers;
    private int _begunBefore;
    private int _begun;
    private int _score;
    private bool _isTimed;
    private Instant _started;

    /// <summary>Gets where the next completion runs.</summary>
    public ContinuationPlace Place { get; private set; } = mode == ContinuationMode.ThreadPool ? ContinuationPlace.Pool : ContinuationPlace.Inline;

    /// <summary>Gets what tasks are made with that are handed to users: where the pool was asked for it runs what asked to run synchronously,
    /// too (<see cref="TaskContinuationOptions.ExecuteSynchronously"/>), of which <see cref="PoolContext"/> knows nothing.</summary>
    public TaskCreationOptions TaskOptions =>
        mode == ContinuationMode.ThreadPool ? TaskCreationOptions.RunContinuationsAsynchronously : TaskCreationOptions.None;

    private Instant Now => Instant.Now(time);

    /// <summary>Decides for one completion.</summary>
    /// <param name="isLast">Whether no other one is due.</param>
    /// <returns>True for the thread pool.</returns>
    public bool SendsToPool(bool isLast)
    {
        if (mode != ContinuationMode.Adaptive)
        {
            return mode == ContinuationMode.ThreadPool;
        }

        switch (Place)
        {
            case ContinuationPlace.Spread:
                return !isLast && pool.HasRoom;
            case ContinuationPlace.Pool:
                Instant now = Now;
                if (now >= _sampleAt)
                {
                    MoveTo(ContinuationPlace.Sample);
                    return false;
                }

                return !pool.IsStuck(now);
            default:
                return false;
        }
    }

    /// <summary>A completion begins on the polling thread.</summary>
    public void OnBegin()
    {
        _begun++;
        _isTimed = mode == ContinuationMode.Adaptive && (Place != ContinuationPlace.Inline || _begun % SampleEvery == 0);
        if (_isTimed)
        {
            _started = Now;
        }
    }

    /// <summary>A completion has ended on the polling thread.</summary>
    public void OnEnd()
    {
        if (_isTimed)
        {
            OnSample(Now - _started);
        }
    }

    /// <summary>The completion that began last took so long that another thread took the lead.</summary>
    public void OnTakeover()
    {
        if (mode != ContinuationMode.Adaptive)
        {
            return;
        }

        Instant now = Now;
        if (Place == ContinuationPlace.Sample)
        {
            _pause = _pause * 2 < LongestPause ? _pause * 2 : LongestPause;
            MoveToPool(now);
            return;
        }

        if (_takeovers == 0 || now - _blockedSince > BlockingSpan)
        {
            _blockedSince = now;
            _begunBefore = _begun;
            _takeovers = 0;
        }

        bool isRare = _begun - _begunBefore >= RarelyBlocking * _takeovers;
        if (++_takeovers >= MostTakeovers && !isRare && Place != ContinuationPlace.Pool)
        {
            _takeovers = 0;
            MoveToPool(now);
        }
    }

    private void OnSample(TimeSpan duration)
    {
        bool isLong = duration > SwitchCost;
        switch (Place)
        {
            case ContinuationPlace.Sample:
                _pause = FirstPause;
                MoveTo(ContinuationPlace.Inline);
                break;
            case ContinuationPlace.Inline or ContinuationPlace.Spread:
                _score = Math.Clamp(_score + (isLong ? 1 : -1), 0, MostSamples);
                if (Place == ContinuationPlace.Inline && _score >= LongSamples && Environment.ProcessorCount > 1)
                {
                    MoveTo(ContinuationPlace.Spread);
                }
                else if (Place == ContinuationPlace.Spread && _score == 0)
                {
                    MoveTo(ContinuationPlace.Inline);
                }

                break;
            default:
                break;
        }
    }

    private void MoveToPool(Instant now)
    {
        _sampleAt = now + _pause;
        MoveTo(ContinuationPlace.Pool);
    }

    private void MoveTo(ContinuationPlace next)
    {
        Debug.Assert(ContinuationTransitions.Allows(Place, next), $"{Place} is not followed by {next}.");
        Place = next;
    }
}
