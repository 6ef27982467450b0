namespace PollHttp.Core;

/// <summary>
/// Represents a point on a monotonic clock, in ticks of 100 ns since an arbitrary start. Comparable only with instants of the same clock;
/// unrelated to the time of day.
/// </summary>
public readonly record struct Instant(long Ticks) : IComparable<Instant>
{
    /// <summary>Gets an instant later than every instant of a clock.</summary>
    public static Instant Never => new(long.MaxValue);

    /// <summary>Reads a clock.</summary>
    public static Instant Now(TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        long stamp = time.GetTimestamp();
        long frequency = time.TimestampFrequency;
        return frequency switch
        {
            TimeSpan.TicksPerSecond => new(stamp),
            1_000_000_000 => new(stamp / 100),
            _ => new((long)(stamp * ((double)TimeSpan.TicksPerSecond / frequency))),
        };
    }

    /// <inheritdoc/>
    public int CompareTo(Instant other) => Ticks.CompareTo(other.Ticks);

    /// <summary>Returns the instant <paramref name="span"/> later; never past <see cref="Never"/>.</summary>
    public static Instant operator +(Instant instant, TimeSpan span) =>
        span.Ticks > long.MaxValue - instant.Ticks ? Never : new(instant.Ticks + span.Ticks);

    /// <summary>Returns the time from <paramref name="earlier"/> to <paramref name="later"/>.</summary>
    public static TimeSpan operator -(Instant later, Instant earlier) => new(later.Ticks - earlier.Ticks);

    /// <summary>Determines whether <paramref name="a"/> is before <paramref name="b"/>.</summary>
    public static bool operator <(Instant a, Instant b) => a.Ticks < b.Ticks;

    /// <summary>Determines whether <paramref name="a"/> is after <paramref name="b"/>.</summary>
    public static bool operator >(Instant a, Instant b) => a.Ticks > b.Ticks;

    /// <summary>Determines whether <paramref name="a"/> is not after <paramref name="b"/>.</summary>
    public static bool operator <=(Instant a, Instant b) => a.Ticks <= b.Ticks;

    /// <summary>Determines whether <paramref name="a"/> is not before <paramref name="b"/>.</summary>
    public static bool operator >=(Instant a, Instant b) => a.Ticks >= b.Ticks;

    /// <summary>Returns the time from <paramref name="earlier"/> until this instant.</summary>
    public TimeSpan Since(Instant earlier) => this - earlier;
}
