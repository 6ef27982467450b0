namespace PollHttp.Core;

/// <summary>
/// How much one poll may do. The default value has no limit: the poll works until it would block.
/// </summary>
/// <remarks>
/// A limit that was given is always a limit. Zero and less mean the least there is, one smallest piece of work, so that
/// <c>frameEnd - now</c> can be passed as it is, also in a late frame.
/// </remarks>
public readonly record struct PollBudget
{
    // 0: no limit. Otherwise the bytes, at least 1, and the ticks + 1.
    private readonly long _bytes;
    private readonly long _ticks;

    /// <summary>Initializes a budget of time.</summary>
    /// <param name="time">The longest time to work; zero or less for the least there is.</param>
    public PollBudget(TimeSpan time)
        : this(null, time)
    {
    }

    /// <summary>Initializes a budget of bytes, of time, or of both.</summary>
    /// <param name="bytes">The most bytes to move in each direction, zero or less for the least there is (one); null for no limit.</param>
    /// <param name="time">The longest time to work, zero or less for the least there is (one piece); null for no limit.</param>
    public PollBudget(long? bytes, TimeSpan? time = null)
    {
        Bytes = bytes;
        Time = time;
    }

    /// <summary>Gets the budget without a limit, which is the default value.</summary>
    public static PollBudget Unlimited => default;

    /// <summary>Gets the most bytes to move in each direction, at least 1; null for no limit.</summary>
    public long? Bytes
    {
        get => _bytes == 0 ? null : _bytes;
        init => _bytes = value is { } bytes ? Math.Max(1, bytes) : 0;
    }

    /// <summary>
    /// Gets the longest time to work, at least zero; null for no limit. The clock is read between pieces of work, so a poll always
    /// does one piece, and ends with the one in which the time is over.
    /// </summary>
    public TimeSpan? Time
    {
        get => _ticks == 0 ? null : new TimeSpan(_ticks - 1);
        init => _ticks = value is { } time ? Math.Clamp(time.Ticks, 0, long.MaxValue - 1) + 1 : 0;
    }

    /// <summary>Makes a budget of time; zero or less for the least there is.</summary>
    public static implicit operator PollBudget(TimeSpan time) => new(time);

    /// <summary>Makes a budget of time; zero or less for the least there is.</summary>
    public static PollBudget FromTimeSpan(TimeSpan time) => new(time);
}
