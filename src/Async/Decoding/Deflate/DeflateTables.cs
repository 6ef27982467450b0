namespace PollHttp.Decoding;

/// <summary>Provides the constants of RFC 1951 §3.2.5 to §3.2.7.</summary>
internal static class DeflateTables
{
    /// <summary>The number of literal and length symbols, including the two that never occur.</summary>
    public const int LiteralCount = 288;

    /// <summary>The number of distance symbols, including the two that never occur.</summary>
    public const int DistanceCount = 32;

    /// <summary>The symbol that ends a block.</summary>
    public const int EndOfBlock = 256;

    /// <summary>The longest code, in bits, that takes one look-up: a table of 4 KiB, which covers nearly all literals of real data.</summary>
    public const int LiteralBits = 11;

    public const int DistanceBits = 9;

    private static ReadOnlySpan<ushort> LengthBase =>
        [3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258];

    private static ReadOnlySpan<byte> LengthExtra =>
        [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0];

    private static ReadOnlySpan<ushort> DistanceBase =>
        [1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145, 8193, 12289, 16385, 24577];

    private static ReadOnlySpan<byte> DistanceExtra =>
        [0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13];

    /// <summary>Gets the order in which the lengths of the code length code are sent.</summary>
    public static ReadOnlySpan<byte> CodeLengthOrder => [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

    /// <summary>Gets the meanings of the literal and length symbols. <see cref="EndOfBlock"/> and the ones that never occur are
    /// special.</summary>
    public static HuffmanEntry[] Literals { get; } = [.. Enumerable.Range(0, LiteralCount).Select(static symbol =>
        symbol < EndOfBlock ? HuffmanEntry.Literal(symbol)
        : symbol > EndOfBlock && symbol - EndOfBlock <= LengthBase.Length
            ? HuffmanEntry.Meaning(LengthBase[symbol - EndOfBlock - 1], LengthExtra[symbol - EndOfBlock - 1])
        : HuffmanEntry.Special(symbol))];

    /// <summary>Gets the meanings of the distance symbols. The ones that never occur are special.</summary>
    public static HuffmanEntry[] Distances { get; } = [.. Enumerable.Range(0, DistanceCount).Select(static symbol =>
        symbol < DistanceBase.Length ? HuffmanEntry.Meaning(DistanceBase[symbol], DistanceExtra[symbol]) : HuffmanEntry.Special(symbol))];

    /// <summary>Gets the meanings of the code length symbols, which stand for themselves.</summary>
    public static HuffmanEntry[] CodeLengths { get; } = [.. Enumerable.Range(0, CodeLengthOrder.Length).Select(static symbol => HuffmanEntry.Meaning(symbol))];

    public static HuffmanTable FixedLiterals { get; } = MakeFixedLiterals();

    public static HuffmanTable FixedDistances { get; } = MakeFixedDistances();

    private static HuffmanTable MakeFixedLiterals()
    {
        byte[] lengths = new byte[LiteralCount];
        lengths.AsSpan(0, 144).Fill(8);
        lengths.AsSpan(144, 112).Fill(9);
        lengths.AsSpan(256, 24).Fill(7);
        lengths.AsSpan(280, 8).Fill(8);
        return Make(lengths, LiteralBits, Literals);
    }

    private static HuffmanTable MakeFixedDistances()
    {
        byte[] lengths = new byte[DistanceCount];
        lengths.AsSpan().Fill(5);
        return Make(lengths, DistanceBits, Distances);
    }

    private static HuffmanTable Make(byte[] lengths, int rootBits, HuffmanEntry[] meanings)
    {
        var table = new HuffmanTable(rootBits, meanings);
        return table.TryBuild(lengths, mayBeIncomplete: false) ? table : throw new InvalidOperationException("A fixed code is invalid.");
    }
}
