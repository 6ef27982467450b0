namespace PollHttp.Core;

/// <summary>Limits how much one poll may do. The default value has no limit: the poll works until it would block.</summary>
/// <remarks>
/// Zero or less means the minimum, one smallest piece of work, so that <c>frameEnd - now</c> can be passed even in a late frame.
/// </remarks>
public readonly record struct PollBudget
{
    // 0: no limit. Otherwise the bytes, at least 1, and the ticks + 1.
    private readonly long _bytes;
    private readonly long _ticks;

    /// <summary>Initializes a budget of time.</summary>
    /// <param name="time">The longest time to work; zero or less for the minimum.</param>
    public PollBudget(TimeSpan time)
        : this(null, time)
    {
    }

    /// <summary>Initializes a budget of bytes, of time, or of both.</summary>
    /// <param name="bytes">The maximum number of bytes to move in each direction, zero or less for the minimum (one); null for no
    /// limit.</param>
    /// <param name="time">The longest time to work, zero or less for the minimum (one piece); null for no limit.</param>
    public PollBudget(long? bytes, TimeSpan? time = null)
    {
        Bytes = bytes;
        Time = time;
    }

    /// <summary>Gets the budget without a limit, which is the default value.</summary>
    public static PollBudget Unlimited => default;

    /// <summary>Gets the maximum number of bytes to move in each direction, at least 1; null for no limit.</summary>
    public long? Bytes
    {
        get => _bytes == 0 ? null : _bytes;
        init => _bytes = value is { } bytes ? Math.Max(1, bytes) : 0;
    }

    /// <summary>
    /// Gets the longest time to work, at least zero; null for no limit. The clock is read between pieces of work, so a poll always does one
    /// piece, and ends after the piece that exceeds the time.
    /// </summary>
    public TimeSpan? Time
    {
        get => _ticks == 0 ? null : new TimeSpan(_ticks - 1);
        init => _ticks = value is { } time ? Math.Clamp(time.Ticks, 0, long.MaxValue - 1) + 1 : 0;
    }

    /// <summary>Converts a time to a budget; zero or less for the minimum.</summary>
    public static implicit operator PollBudget(TimeSpan time) => new(time);

    /// <summary>Converts a time to a budget; zero or less for the minimum.</summary>
    public static PollBudget FromTimeSpan(TimeSpan time) => new(time);
}
