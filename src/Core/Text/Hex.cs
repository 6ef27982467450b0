namespace PollHttp.Core;

/// <summary>Converts hexadecimal digits of chunk sizes (RFC 9112
/// §7.1).</summary>
internal static class Hex
{
    /// <summary>Returns the value of a digit in either case, or −1.</summary>
    public static int Digit(byte b) => b switch
    {
        >= (byte)'0' and <= (byte)'9' => b - '0',
        >= (byte)'a' and <= (byte)'f' => b - 'a' + 10,
        >= (byte)'A' and <= (byte)'F' => b - 'A' + 10,
        _ => -1,
    };

    /// <summary>Writes a number in as few digits as possible; returns their number (at most 16).</summary>
    public static int Write(Span<byte> destination, long value)
    {
        int digits = value == 0 ? 1 : ((63 - System.Numerics.BitOperations.LeadingZeroCount((ulong)value)) / 4) + 1;
        for (int i = digits - 1; i >= 0; i--)
        {
            destination[i] = "0123456789abcdef"u8[(int)(value & 0xF)];
            value >>= 4;
        }

        return digits;
    }
}
