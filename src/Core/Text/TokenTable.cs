using System.Buffers;

namespace PollHttp.Core;

/// <summary>Provides the character classes of RFC 9110
/// §5.5 and</summary>
internal static class TokenTable
{
    private const string TokenChars = "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    /// <summary>The controls that no field value may contain: DEL and all but HTAB. They include CR and LF.</summary>
    private static readonly SearchValues<byte> s_controls = SearchValues.Create(
        [0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 127]);

    private static readonly SearchValues<byte> s_tokenBytes = SearchValues.Create(System.Text.Encoding.ASCII.GetBytes(TokenChars));

    private static readonly SearchValues<char> s_tokenChars = SearchValues.Create(TokenChars);

    public static bool IsToken(ReadOnlySpan<byte> name) => !name.IsEmpty && !name.ContainsAnyExcept(s_tokenBytes);

    public static bool IsToken(ReadOnlySpan<char> name) => !name.IsEmpty && !name.ContainsAnyExcept(s_tokenChars);

    public static bool IsTokenByte(byte b) => s_tokenBytes.Contains(b);

    public static bool HasControls(ReadOnlySpan<byte> value) => value.ContainsAny(s_controls);

    /// <summary>Determines whether a value may be sent: no control but HTAB, nothing above U+00FF.</summary>
    public static bool IsFieldValue(ReadOnlySpan<char> value)
    {
        foreach (char c in value)
        {
            if ((c < ' ' && c != '\t') || c == '\x7F' || c > '\xFF')
            {
                return false;
            }
        }

        return true;
    }
}
