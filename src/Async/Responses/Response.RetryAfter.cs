using System.Globalization;
using PollHttp.Responses;

namespace PollHttp;

// When to retry. The library itself does not retry: only the sender knows whether a request may be repeated.
public sealed partial class Response
{
    /// <summary>The longest wait that a timer supports, longer than any reasonable one.</summary>
    private static readonly TimeSpan s_longestWait = TimeSpan.FromMilliseconds(int.MaxValue);

    /// <summary>
    /// Returns how long the server asks to wait before the next request (Retry-After, RFC 9110 §10.2.3), in seconds or until a date; null
    /// if the field is missing or invalid. At least zero, at most 24.8 days.
    /// </summary>
    /// <param name="clock">The clock to compare a date with; null for the system's.</param>
    public TimeSpan? GetRetryAfter(TimeProvider? clock = null)
    {
        if (!Headers.TryGetValue("Retry-After", out string? value))
        {
            return null;
        }

        ReadOnlySpan<char> text = value.AsSpan().Trim();
        if (text.Length > 0 && !text.ContainsAnyExceptInRange('0', '9'))
        {
            bool isSane = long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long seconds) && seconds < (long)s_longestWait.TotalSeconds;
            return isSane ? TimeSpan.FromSeconds(seconds) : s_longestWait;
        }

        if (!HttpDate.TryParse(text, out DateTimeOffset until))
        {
            return null;
        }

        TimeSpan wait = until - (clock ?? TimeProvider.System).GetUtcNow();
        return wait < TimeSpan.Zero ? TimeSpan.Zero : wait > s_longestWait ? s_longestWait : wait;
    }
}
