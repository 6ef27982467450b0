namespace PollHttp.Core;

/// <summary>Comparisons of wire bytes with text, without regard to the case of ASCII letters.</summary>
internal static class Ascii
{
    public static bool EqualsIgnoreCase(ReadOnlySpan<byte> bytes, ReadOnlySpan<char> text)
    {
        if (bytes.Length != text.Length)
        {
            return false;
        }

        for (int i = 0; i < bytes.Length; i++)
        {
            int b = bytes[i];
            int c = text[i];
            if (b != c && ((b ^ c) != 0x20 || !char.IsAsciiLetter((char)b)))
            {
                return false;
            }
        }

        return true;
    }

    public static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> value)
    {
        int start = 0;
        while (start < value.Length && (value[start] is (byte)' ' or (byte)'\t'))
        {
            start++;
        }

        int end = value.Length;
        while (end > start && (value[end - 1] is (byte)' ' or (byte)'\t'))
        {
            end--;
        }

        return value[start..end];
    }
}
