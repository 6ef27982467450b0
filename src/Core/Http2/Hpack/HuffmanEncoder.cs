namespace PollHttp.Core.Http2.Hpack;

/// <summary>Encodes strings with the Huffman code of RFC 7541 Appendix B. Characters are octets (Latin-1).</summary>
internal static class HuffmanEncoder
{
    /// <summary>Measures the encoded length in octets.</summary>
    /// <param name="text">The text, with characters up to U+00FF.</param>
    /// <param name="lower">True to encode A to Z as a to z.</param>
    public static int Measure(ReadOnlySpan<char> text, bool lower)
    {
        long bits = 0;
        foreach (char c in text)
        {
            bits += HuffmanCode.LengthOf(lower ? ToLower(c) : (byte)c);
        }

        return (int)((bits + 7) / 8);
    }

    /// <summary>Encodes into exactly the number of octets that <see cref="Measure"/> returns.</summary>
    public static void Encode(ReadOnlySpan<char> text, bool lower, Span<byte> destination)
    {
        ulong buffer = 0;
        int bits = 0;
        int written = 0;
        foreach (char c in text)
        {
            int symbol = lower ? ToLower(c) : (byte)c;
            int length = HuffmanCode.LengthOf(symbol);
            buffer = (buffer << length) | HuffmanCode.CodeOf(symbol);
            bits += length;
            while (bits >= 8)
            {
                bits -= 8;
                destination[written++] = (byte)(buffer >> bits);
            }
        }

        if (bits > 0)
        {
            destination[written] = (byte)((buffer << (8 - bits)) | (0xFFu >> bits));
        }
    }

    /// <summary>Gets a character as an octet, with A to Z in lower case.</summary>
    public static byte ToLower(char c) => (byte)(c is >= 'A' and <= 'Z' ? c | 0x20 : c);
}
