namespace PollHttp.Core;

/// <summary>Compares wire bytes with text, ignoring the case of ASCII letters.</summary>
internal static class Ascii
{
    public static bool EqualsIgnoreCase(ReadOnlySpan<byte> bytes, ReadOnlySpan<char> text) =>
        bytes.Length == text.Length && System.Text.Ascii.EqualsIgnoreCase(bytes, text);

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
