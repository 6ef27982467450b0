namespace PollHttp.Core;

/// <summary>Parses numbers as they are on the wire: digits only, no sign, no white space (RFC 9110
/// §8.6).</summary>
internal static class Decimal
{
    /// <summary>Parses digits; returns false for anything else, and for values over 2^63−1.</summary>
    public static bool TryParse(ReadOnlySpan<byte> digits, out long value)
    {
        value = 0;
        if (digits.IsEmpty)
        {
            return false;
        }

        foreach (byte digit in digits)
        {
            int d = digit - '0';
            if ((uint)d > 9 || value > (long.MaxValue - d) / 10)
            {
                value = 0;
                return false;
            }

            value = (value * 10) + d;
        }

        return true;
    }
}
