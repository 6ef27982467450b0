using System.Globalization;

namespace PollHttp.Core;

/// <summary>
/// Checks that bytes arrive at a minimum rate, window by window. Its clock runs only while the peer is awaited: a window is an amount of
/// waiting, however long the application took in between.
/// </summary>
internal struct RateWatch
{
    private TimeSpan _window;
    private TimeSpan _left;
    private Instant _since;
    private long _wanted;
    private long _bytes;

    public bool IsRunning { get; private set; }

    public readonly TimeSpan Window => _window;

    /// <summary>Gets the end of the window, if the peer is awaited until then.</summary>
    public readonly Instant Deadline => _since + _left;

    public void Start(long bytesPerSecond, TimeSpan window, Instant now)
    {
        _window = window;
        _wanted = (long)Math.Ceiling(bytesPerSecond * window.TotalSeconds);
        StartWindow(now);
    }

    public void Count(int bytes) => _bytes += bytes;

    public void Pause(Instant now)
    {
        if (IsRunning)
        {
            IsRunning = false;
            _left -= now - _since;
        }
    }

    public void Resume(Instant now)
    {
        if (!IsRunning)
        {
            IsRunning = true;
            _since = now;
        }
    }

    /// <summary>Begins the next window at the deadline, or returns false if too little arrived in this one.</summary>
    public bool TryGoOn(Instant now)
    {
        if (_bytes < _wanted)
        {
            return false;
        }

        StartWindow(now);
        return true;
    }

    public readonly string Describe() => string.Create(
        CultureInfo.InvariantCulture, $"{_bytes:N0} bytes came in that time, the limit asks for {_wanted:N0}");

    private void StartWindow(Instant now)
    {
        _left = _window;
        _bytes = 0;
        _since = now;
        IsRunning = true;
    }
}
