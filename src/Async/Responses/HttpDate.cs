using System.Globalization;

namespace PollHttp.Responses;

/// <summary>Parses the dates of HTTP in their three forms (RFC 9110
/// §5.6.7), with the deviations that the platform's typed headers accept too.</summary>
internal static class HttpDate
{
    private static readonly string[] s_forms =
    [
        "ddd, d MMM yyyy H:m:s 'GMT'", "ddd, d MMM yyyy H:m:s 'UTC'", "ddd, d MMM yyyy H:m:s", "ddd, d MMM yyyy H:m:s zzz",
        "d MMM yyyy H:m:s 'GMT'", "d MMM yyyy H:m:s 'UTC'", "d MMM yyyy H:m:s", "d MMM yyyy H:m:s zzz",
        "ddd, d MMM yy H:m:s 'GMT'", "d MMM yy H:m:s 'GMT'",
        "dddd, d'-'MMM'-'yy H:m:s 'GMT'", "dddd, d'-'MMM'-'yy H:m:s", "ddd, d'-'MMM'-'yyyy H:m:s 'GMT'",
        "ddd MMM d H:m:s yyyy",
    ];

    /// <summary>Parses a date; without a zone it is GMT.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out DateTimeOffset date) => DateTimeOffset.TryParseExact(
        text, s_forms, CultureInfo.InvariantCulture, DateTimeStyles.AllowWhiteSpaces | DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out date);
}
