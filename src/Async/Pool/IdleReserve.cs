using PollHttp.Loop;
using PollHttp.Settings;

namespace PollHttp.Pool;

/// <summary>
/// Keeps a minimum of idle connections to an origin: how many, whether the origin is in use, and when the next one may be opened. The origin
/// counts the missing ones; the loop opens them, at once or after a pause.
/// </summary>
/// <remarks>
/// Thread safety: the caller holds the lock of the pool. The exceptions are <see cref="Execute"/> and <see cref="OnTimer"/>, which the loop
/// calls and which take that lock. No reserve exists if none is asked for, or if no connection is kept at all.
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

    /// <summary>Gets the time before which no connection is opened.</summary>
    public Instant PausedUntil { get; private set; }

    /// <summary>Gets a value indicating whether the origin was used within the idle timeout. A program that goes from host to host must not
    /// open connections to all of them for ever.</summary>
    public bool IsInUse => idleTimeout == Timeout.InfiniteTimeSpan || _loop.Now - _lastUse < idleTimeout;

    public static IdleReserve? For(OriginPool origin)
    {
        ExchangeSettings settings = origin.Pool.Settings;
        return settings.MinIdleConnectionsPerOrigin == 0 || settings.IdleTimeout == TimeSpan.Zero || settings.Lifetime == TimeSpan.Zero
            ? null
            : new(origin, settings.MinIdleConnectionsPerOrigin, settings.IdleTimeout);
    }

    /// <summary>Records that a request, or connections ahead of requests, were asked for.</summary>
    public void NoteUse() => _lastUse = _loop.Now;

    /// <summary>Records that a response was received to its end, so that the origin can be reached.</summary>
    public void NoteServed()
    {
        NoteUse();
        if (PausedUntil != default)
        {
            _nextPause = s_firstPause;
            PausedUntil = default;
            _isSubmitted = false; // allows the reserve to be filled now, before the timer of the pause fires
        }
    }

    /// <summary>Records that a connection could not be made, or closed before it was of any use. Each time the pause doubles.</summary>
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

    /// <summary>Determines whether the reserve is to be submitted to the loop. It is submitted once, until the loop has looked and the pause is
    /// over.</summary>
    public bool BeginSubmit()
    {
        bool begins = !_isSubmitted;
        _isSubmitted = true;
        return begins;
    }

    /// <summary>Records that the loop has looked.</summary>
    public void EndSubmit() => _isSubmitted = false;

    /// <summary>Allows no timer any more, since the pool is closed.</summary>
    public void Stop() => ScheduledAt = long.MinValue;

    public void Execute() => origin.FillReserve();

    public void OnTimer(Instant now) => origin.FillReserve();
}
