using System.Globalization;
using System.Text.RegularExpressions;

namespace PollHttp.Differential;

/// <summary>The algorithm of RFC 6265bis §5.1.1, its productions as regular expressions.</summary>
internal static partial class ModelCookieDate
{
    private const string Months = "jan feb mar apr may jun jul aug sep oct nov dec";

    public static DateTimeOffset? Parse(string text)
    {
        Match? time = null;
        int? day = null, month = null, year = null;
        foreach (string token in Delimiters().Split(text).Where(t => t.Length > 0))
        {
            if (time is null && Time().Match(token) is { Success: true } foundTime)
            {
                time = foundTime;
            }
            else if (day is null && Day().Match(token) is { Success: true } foundDay)
            {
                day = NumberOf(foundDay.Groups[1]);
            }
            else if (month is null && Month().Match(token) is { Success: true } foundMonth)
            {
                month = Array.IndexOf(Months.Split(' '), foundMonth.Value.ToLowerInvariant()) + 1;
            }
            else if (year is null && Year().Match(token) is { Success: true } foundYear)
            {
                year = NumberOf(foundYear.Groups[1]);
            }
        }

        year += year switch { >= 70 and <= 99 => 1900, >= 0 and <= 69 => 2000, _ => 0 };
        if (time is null || day is null || month is null || year is null || year < 1601)
        {
            return null;
        }

        string whole = string.Create(
            CultureInfo.InvariantCulture,
            $"{year:0000}-{month:00}-{day:00} {NumberOf(time.Groups[1]):00}:{NumberOf(time.Groups[2]):00}:{NumberOf(time.Groups[3]):00}");
        return DateTimeOffset.TryParseExact(
            whole, "yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset date) ? date : null;
    }

    private static int NumberOf(Group digits) => int.Parse(digits.Value, NumberStyles.None, CultureInfo.InvariantCulture);

    [GeneratedRegex("[\\x09\\x20-\\x2F\\x3B-\\x40\\x5B-\\x60\\x7B-\\x7E]")]
    private static partial Regex Delimiters();

    [GeneratedRegex("^([0-9]{1,2}):([0-9]{1,2}):([0-9]{1,2})([^0-9]|\\z)")]
    private static partial Regex Time();

    [GeneratedRegex("^([0-9]{1,2})([^0-9]|\\z)")]
    private static partial Regex Day();

    [GeneratedRegex("^(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Month();

    [GeneratedRegex("^([0-9]{2,4})([^0-9]|\\z)")]
    private static partial Regex Year();
}
