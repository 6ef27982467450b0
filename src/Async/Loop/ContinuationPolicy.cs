using System.Diagnostics;

namespace PollHttp.Loop;

/// <summary>
/// Decides where the completions of one client or handler run in background drive: on the polling thread or on the thread pool.
/// </summary>
/// <remarks>
/// Costs a counter for each completion, and a reading of the clock for one in <see cref="SampleEvery"/>. Thread safety: leader of the crew of
/// the loop only. A thread that lost the lead leaves it alone.
/// </remarks>
internal sealed class ContinuationPolicy(ContinuationMode mode, TimeProvider time, PoolProgress pool)
{
    /// <summary>
    /// The number of takeovers within <see cref="BlockingSpan"/> that send completions to the pool, if there is also at least one in
    /// <see cref="RarelyBlocking"/> completions. A single takeover may be an accident. On a busy machine the system leaves a thread without a
    /// processor for milliseconds, in short code too.
    /// </summary>
    public const int MostTakeovers = 4;

    /// <summary>The number of completions per takeover from which takeovers cost less than the pool would.</summary>
    public const int RarelyBlocking = 32;

    /// <summary>The number of completions of which one is timed.</summary>
    public const int SampleEvery = 16;

    /// <summary>The number of completions of which one is timed once they have long taken longer than a switch. Each holds up the polling.</summary>
    public const int RarestSample = 1024;

    /// <summary>How many more long samples than short ones spread completions, and the most that count.</summary>
    private const int LongSamples = 4;
    private const int MostSamples = 6;

    public static readonly TimeSpan BlockingSpan = TimeSpan.FromSeconds(1);

    /// <summary>The approximate cost of sending a completion to the pool.</summary>
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
    private TimeSpan _duration; // of the last sample
    private Instant _decided; // when the last completion came
    private int _spread;
    private int _sampleEvery = SampleEvery;

    /// <summary>Gets the place where the next completion runs.</summary>
    public ContinuationPlace Place { get; private set; } = mode == ContinuationMode.ThreadPool ? ContinuationPlace.Pool : ContinuationPlace.Inline;

    /// <summary>
    /// Gets the options for tasks that are handed to users. In <see cref="ContinuationMode.ThreadPool"/> mode, continuations that asked to
    /// run synchronously (<see cref="TaskContinuationOptions.ExecuteSynchronously"/>) run on the pool too. <see cref="PoolContext"/> has no
    /// effect on those.
    /// </summary>
    public TaskCreationOptions TaskOptions =>
        mode == ContinuationMode.ThreadPool ? TaskCreationOptions.RunContinuationsAsynchronously : TaskCreationOptions.None;

    private Instant Now => Instant.Now(time);

    /// <summary>Decides where one completion runs.</summary>
    /// <param name="isLast">Whether no other completion is due.</param>
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
                Instant now = Now;
                bool isAlone = isLast && now - _decided >= _duration;
                _decided = now;
                return !isAlone && ++_spread % _sampleEvery != 0 && !pool.IsStuck(now);
            case ContinuationPlace.Pool:
                now = Now;
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

    /// <summary>Records that a completion begins on the polling thread.</summary>
    /// <param name="toPool">Whether it only sends the code that waits for it to the thread pool, which says nothing about that code.</param>
    public void OnBegin(bool toPool = false)
    {
        _begun++;
        _isTimed = mode == ContinuationMode.Adaptive && !toPool && (Place != ContinuationPlace.Inline || _begun % SampleEvery == 0);
        if (_isTimed)
        {
            _started = Now;
        }
    }

    /// <summary>Records that a completion has ended on the polling thread.</summary>
    public void OnEnd()
    {
        if (_isTimed)
        {
            OnSample(Now - _started);
        }
    }

    /// <summary>Records that the last completion took so long that another thread took the lead.</summary>
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
        _duration = duration;
        switch (Place)
        {
            case ContinuationPlace.Sample:
                _pause = FirstPause;
                MoveTo(ContinuationPlace.Inline);
                break;
            case ContinuationPlace.Inline or ContinuationPlace.Spread:
                _sampleEvery = isLong && Place == ContinuationPlace.Spread ? Math.Min(_sampleEvery * 2, RarestSample) : SampleEvery;
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
