using System.Globalization;

namespace PollHttp.Downloads;

/// <summary>Represents the value of a Content-Range field in bytes (RFC 9110 §14.4).</summary>
/// <param name="First">The first position, or −1 for an unsatisfied range (<c>bytes */total</c>).</param>
/// <param name="Last">The last position, or −1.</param>
/// <param name="Total">The length of the whole content, or null for <c>*</c>.</param>
internal readonly record struct ContentRange(long First, long Last, long? Total)
{
    /// <summary>Gets a value indicating whether the range is the whole content.</summary>
    public bool IsWhole => First == 0 && Last + 1 == Total;

    private const string Unit = "bytes ";

    public static bool TryParse(string? value, out ContentRange range)
    {
        range = default;
        if (value is null || !value.StartsWith(Unit, StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        ReadOnlySpan<char> rest = value.AsSpan(Unit.Length).Trim(' ');
        int slash = rest.IndexOf('/');
        if (slash < 0 || !TryParseTotal(rest[(slash + 1)..], out long? total))
        {
            return false;
        }

        ReadOnlySpan<char> span = rest[..slash];
        if (span is "*")
        {
            range = new(-1, -1, total);
            return total is not null;
        }

        int dash = span.IndexOf('-');
        if (dash < 0 || !TryParseNumber(span[..dash], out long first) || !TryParseNumber(span[(dash + 1)..], out long last)
            || last < first || last >= total)
        {
            return false;
        }

        range = new(first, last, total);
        return true;
    }

    private static bool TryParseTotal(ReadOnlySpan<char> text, out long? total)
    {
        total = null;
        if (text is "*")
        {
            return true;
        }

        bool parsed = TryParseNumber(text, out long number);
        total = number;
        return parsed;
    }

    private static bool TryParseNumber(ReadOnlySpan<char> text, out long number) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
