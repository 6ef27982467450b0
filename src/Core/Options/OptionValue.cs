using System.Runtime.CompilerServices;

namespace PollHttp.Core;

/// <summary>Checks values of options when they are set. The exceptions name the option.</summary>
internal static class OptionValue
{
    /// <summary>Checks a timeout; null or <see cref="Timeout.InfiniteTimeSpan"/> for none.</summary>
    public static TimeSpan? LimitOrNone(TimeSpan? value, [CallerMemberName] string option = "") =>
        value is { } limit && limit != Timeout.InfiniteTimeSpan ? Positive(limit, option) : null;

    /// <summary>Checks a timeout; <see cref="Timeout.InfiniteTimeSpan"/> for none.</summary>
    public static TimeSpan Limit(TimeSpan value, [CallerMemberName] string option = "") =>
        value == Timeout.InfiniteTimeSpan ? value : Positive(value, option);

    /// <summary>Checks a time that may be zero; <see cref="Timeout.InfiniteTimeSpan"/> for no limit.</summary>
    public static TimeSpan ZeroOrLimit(TimeSpan value, [CallerMemberName] string option = "") =>
        value == TimeSpan.Zero || value == Timeout.InfiniteTimeSpan ? value : Positive(value, option);

    /// <summary>Checks a count that has a minimum.</summary>
    public static int AtLeast(int least, int value, [CallerMemberName] string option = "") => value >= least
        ? value
        : throw new ArgumentOutOfRangeException(option, value, $"{option} must be at least {least}.");

    /// <summary>Checks a count that has a minimum; null for no limit.</summary>
    public static long? AtLeastOrNone(long least, long? value, [CallerMemberName] string option = "") => value is null || value >= least
        ? value
        : throw new ArgumentOutOfRangeException(option, value, $"{option} must be at least {least}, or null for no limit.");

    /// <summary>Checks that a value is a member of its enumeration.</summary>
    public static T Defined<T>(T value, [CallerMemberName] string option = "")
        where T : struct, Enum => Enum.IsDefined(value)
        ? value
        : throw new ArgumentOutOfRangeException(option, value, $"{option} must be a member of {typeof(T).Name}.");

    private static TimeSpan Positive(TimeSpan value, string option) => value > TimeSpan.Zero
        ? value
        : throw new ArgumentOutOfRangeException(option, value, $"{option} must be a positive time, or infinite.");
}
