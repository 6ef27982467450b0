using PollHttp.Loop;
using PollHttp.Settings;

namespace PollHttp.Pool;

/// <summary>
/// The idle connections that an origin is not to go without: how many, whether it is in use, and when the next may be opened. The origin
/// counts what is missing; the loop opens it, now or after a pause.
/// </summary>
/// <remarks>
/// Under the lock of its pool, except <see cref="Execute"/> and <see cref="OnTimer"/>, which the loop calls, and which take that lock.
/// There is none where none is asked for, and where no connection is kept at all.
/// </remarks>
internal sealed class IdleReserve(OriginPool origin, int size, TimeSpan idleTimeout) : ILoopWork, ILoopTimer
{
    private static readonly TimeSpan s_firstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_longestPause = TimeSpan.FromMinutes(1);

    private readonly PollLoop _loop = origin.Pool.Loop;
    private Instant _lastUse;
    private TimeSpan _nextPause = s_firstPause;
    private bool _isSubmitted;

    public int Size => size;

    public long ScheduledAt { get; set; } = long.MaxValue;

    /// <summary>Before that none is opened.</summary>
    public Instant PausedUntil { get; private set; }

    /// <summary>Whether the origin was asked lately: who goes from host to host must not open connections to all of them for ever.</summary>
    public bool IsInUse => idleTimeout == Timeout.InfiniteTimeSpan || _loop.Now - _lastUse < idleTimeout;

    public static IdleReserve? For(OriginPool origin)
    {
        ExchangeSettings settings = origin.Pool.Settings;
        return settings.MinIdleConnectionsPerOrigin == 0 || settings.IdleTimeout == TimeSpan.Zero || settings.Lifetime == TimeSpan.Zero
            ? null
            : new(origin, settings.MinIdleConnectionsPerOrigin, settings.IdleTimeout);
    }

    /// <summary>A request, or connections ahead of requests, were asked for.</summary>
    public void NoteUse() => _lastUse = _loop.Now;

    /// <summary>A response was received to its end: the origin can be reached.</summary>
    public void NoteServed()
    {
        NoteUse();
        if (PausedUntil != default)
        {
            _nextPause = s_firstPause;
            PausedUntil = default;
            _isSubmitted = false; // not only when the timer of the pause fires
        }
    }

    /// <summary>A connection could not be made, or ended before it was of any use: each time this is so the pause is twice as long.</summary>
    public void NoteUseless()
    {
        Instant now = _loop.Now;
        if (now < PausedUntil)
        {
            return; // one of several that failed together
        }

        PausedUntil = now + _nextPause;
        _nextPause = _nextPause * 2 < s_longestPause ? _nextPause * 2 : s_longestPause;
    }

    /// <summary>Whether the loop is to be told that some are missing; it is told once, until it has looked, and the pause is over.</summary>
    public bool BeginSubmit()
    {
        bool begins = !_isSubmitted;
        _isSubmitted = true;
        return begins;
    }

    /// <summary>The loop has looked.</summary>
    public void EndSubmit() => _isSubmitted = false;

    /// <summary>No timer any more: the pool is closed.</summary>
    public void Stop() => ScheduledAt = long.MinValue;

    public void Execute() => origin.FillReserve();

    public void OnTimer(Instant now) => origin.FillReserve();
}
