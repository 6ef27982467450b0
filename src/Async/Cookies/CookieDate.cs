namespace PollHttp.Cookies;

/// <summary>Parses the date of an Expires attribute, in any order and with any separators (RFC 6265
/// §5.1.1).</summary>
internal static class CookieDate
{
    private const string Months = "janfebmaraprmayjunjulaugsepoctnovdec";

    public static bool TryParse(ReadOnlySpan<char> text, out DateTimeOffset date)
    {
        date = default;
        int hour = -1, minute = 0, second = 0, day = 0, month = 0, year = -1;
        while (TakeToken(ref text, out ReadOnlySpan<char> token))
        {
            if (hour < 0 && TryTime(token, out int h, out int m, out int s))
            {
                (hour, minute, second) = (h, m, s);
            }
            else if (day == 0 && TryDigits(token, 1, 2, out int d, out _))
            {
                day = d == 0 ? -1 : d;
            }
            else if (month == 0 && TryMonth(token, out int found))
            {
                month = found;
            }
            else if (year < 0 && TryDigits(token, 2, 4, out int y, out _))
            {
                year = y;
            }
        }

        year += year switch
        {
            >= 70 and <= 99 => 1900,
            >= 0 and <= 69 => 2000,
            _ => 0,
        };
        if (hour is < 0 or > 23 || minute > 59 || second > 59 || month == 0 || year is < 1601 or > 9999
            || day < 1 || day > DateTime.DaysInMonth(year, month))
        {
            return false;
        }

        date = new(year, month, day, hour, minute, second, TimeSpan.Zero);
        return true;
    }

    private static bool TakeToken(ref ReadOnlySpan<char> text, out ReadOnlySpan<char> token)
    {
        int start = 0;
        while (start < text.Length && IsDelimiter(text[start]))
        {
            start++;
        }

        int end = start;
        while (end < text.Length && !IsDelimiter(text[end]))
        {
            end++;
        }

        token = text[start..end];
        text = text[end..];
        return !token.IsEmpty;
    }

    private static bool IsDelimiter(char c) =>
        c is '\t' or (>= ' ' and <= '/') or (>= ';' and <= '@') or (>= '[' and <= '`') or (>= '{' and <= '~');

    private static bool TryTime(ReadOnlySpan<char> token, out int hour, out int minute, out int second)
    {
        minute = second = 0;
        return TryDigits(token, 1, 2, out hour, out int used) && TakeColon(ref token, used)
            && TryDigits(token, 1, 2, out minute, out used) && TakeColon(ref token, used)
            && TryDigits(token, 1, 2, out second, out _);
    }

    private static bool TakeColon(ref ReadOnlySpan<char> token, int used)
    {
        if (used >= token.Length || token[used] != ':')
        {
            return false;
        }

        token = token[(used + 1)..];
        return true;
    }

    /// <summary>Parses a number of digits that is followed by the end or a non-digit.</summary>
    private static bool TryDigits(ReadOnlySpan<char> token, int least, int most, out int number, out int used)
    {
        number = used = 0;
        while (used < token.Length && char.IsAsciiDigit(token[used]))
        {
            if (used == most)
            {
                return false;
            }

            number = (number * 10) + token[used++] - '0';
        }

        return used >= least;
    }

    private static bool TryMonth(ReadOnlySpan<char> token, out int month)
    {
        month = 0;
        if (token.Length < 3)
        {
            return false;
        }

        for (int i = 0; i < 12; i++)
        {
            if (token[..3].Equals(Months.AsSpan(i * 3, 3), StringComparison.OrdinalIgnoreCase))
            {
                month = i + 1;
                return true;
            }
        }

        return false;
    }
}
