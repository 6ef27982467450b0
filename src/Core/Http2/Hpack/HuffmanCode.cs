namespace PollHttp.Core.Http2.Hpack;

/// <summary>
/// Provides the Huffman code of RFC 7541 Appendix B. The code is canonical: codes follow from their lengths, ordered by length and then by
/// symbol, so only the lengths are listed here.
/// </summary>
internal static class HuffmanCode
{
    /// <summary>The symbol that ends a string; it never occurs in one (RFC 7541 §5.2).</summary>
    public const int EndOfString = 256;

    private static readonly byte[] s_lengths =
    [
        13, 23, 28, 28, 28, 28, 28, 28, 28, 24, 30, 28, 28, 30, 28, 28,
        28, 28, 28, 28, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 28,
        6, 10, 10, 12, 13, 6, 8, 11, 10, 10, 8, 11, 8, 6, 6, 6,
        5, 5, 5, 6, 6, 6, 6, 6, 6, 6, 7, 8, 15, 6, 12, 10,
        13, 6, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7,
        7, 7, 7, 7, 7, 7, 7, 7, 8, 7, 8, 13, 19, 13, 14, 6,
        15, 5, 6, 5, 6, 5, 6, 6, 6, 5, 7, 7, 6, 6, 6, 5,
        6, 7, 6, 5, 5, 6, 7, 7, 7, 7, 7, 15, 11, 14, 13, 28,
        20, 22, 20, 20, 22, 22, 22, 23, 22, 23, 23, 23, 23, 23, 24, 23,
        24, 24, 22, 23, 24, 23, 23, 23, 23, 21, 22, 23, 22, 23, 23, 24,
        22, 21, 20, 22, 22, 23, 23, 21, 23, 22, 22, 24, 21, 22, 23, 23,
        21, 21, 22, 21, 23, 22, 23, 23, 20, 22, 22, 22, 23, 22, 22, 23,
        26, 26, 20, 19, 22, 23, 22, 25, 26, 26, 26, 27, 27, 26, 24, 25,
        19, 21, 26, 27, 27, 26, 27, 24, 21, 21, 26, 26, 28, 27, 27, 27,
        20, 24, 20, 21, 22, 21, 21, 23, 22, 22, 25, 25, 24, 24, 26, 23,
        26, 27, 26, 26, 27, 27, 27, 27, 27, 28, 27, 27, 27, 27, 27, 26,
        30,
    ];

    private static readonly uint[] s_codes = AssignCodes();

    /// <summary>Gets the number of symbols: 256 octets and the end of the string.</summary>
    public static int SymbolCount => s_lengths.Length;

    /// <summary>Gets the length of a symbol's code in bits.</summary>
    public static int LengthOf(int symbol) => s_lengths[symbol];

    /// <summary>Gets the code of a symbol in its low bits.</summary>
    public static uint CodeOf(int symbol) => s_codes[symbol];

    private static uint[] AssignCodes()
    {
        uint[] codes = new uint[s_lengths.Length];
        uint code = 0;
        for (int length = 1; length <= 30; length++)
        {
            code <<= 1;
            for (int symbol = 0; symbol < s_lengths.Length; symbol++)
            {
                if (s_lengths[symbol] == length)
                {
                    codes[symbol] = code++;
                }
            }
        }

        return codes;
    }
}
