namespace PollHttp.Decoding;

/// <summary>
/// Represents a canonical Huffman code (RFC 1951 §3.2.2) as one table for short codes, and small second tables for the rest of longer ones.
/// A symbol takes at most two look-ups.
/// </summary>
/// <remarks>Each <see cref="HuffmanEntry"/> has everything that is needed of the symbol, its value and the number of bits that follow the
/// code. No further table is needed.</remarks>
/// <param name="rootBits">The longest code that takes one look-up.</param>
/// <param name="meanings">The meaning of each symbol: <see cref="HuffmanEntry.Meaning"/>.</param>
internal sealed class HuffmanTable(int rootBits, HuffmanEntry[] meanings)
{
    public const int MaxBits = 15;

    private readonly int[] _next = new int[MaxBits + 2];
    private HuffmanEntry[] _entries = new HuffmanEntry[(1 << rootBits) + meanings.Length];
    private int _used;

    /// <summary>Gets the entries: first those indexed by the low <see cref="RootBits"/> of the input, then the second tables.</summary>
    public ReadOnlySpan<HuffmanEntry> Entries => _entries;

    public int RootBits => rootBits;

    /// <summary>Builds the table from code lengths, which are 0 for unused symbols. Returns false when they form no code.</summary>
    /// <param name="lengths">The code length of each symbol.</param>
    /// <param name="mayBeIncomplete">True to accept a single code of one bit, or none (RFC 1951 §3.2.7, distances).</param>
    public bool TryBuild(ReadOnlySpan<byte> lengths, bool mayBeIncomplete)
    {
        Span<int> count = stackalloc int[MaxBits + 1];
        count.Clear();
        foreach (byte length in lengths)
        {
            count[length]++;
        }

        int codes = lengths.Length - count[0];
        count[0] = 0;
        int left = 1;
        int code = 0;
        for (int bits = 1; bits <= MaxBits; bits++)
        {
            left = (left << 1) - count[bits];
            if (left < 0)
            {
                return false;
            }

            code = (code + count[bits - 1]) << 1;
            _next[bits] = code;
        }

        if (left > 0 && !(mayBeIncomplete && (codes == 0 || (codes == 1 && count[1] == 1))))
        {
            return false;
        }

        _used = 1 << rootBits;
        _entries.AsSpan(0, _used).Fill(HuffmanEntry.NoCode);
        for (int symbol = 0; symbol < lengths.Length; symbol++)
        {
            int bits = lengths[symbol];
            if (bits > 0)
            {
                Add(symbol, bits, Reverse(_next[bits]++, bits), lengths);
            }
        }

        return true;
    }

    /// <summary>Finds the symbol at the low end of the bits. Its code may be longer than the bits available, or there may be none:
    /// <see cref="HuffmanEntry.CodeBits"/> is then 0.</summary>
    public HuffmanEntry Find(ulong bits)
    {
        HuffmanEntry entry = _entries[(int)bits & ((1 << rootBits) - 1)];
        return entry.IsPointer ? _entries[entry.Value + (int)((bits >> rootBits) & ((1u << entry.Bits) - 1))] : entry;
    }

    private void Add(int symbol, int bits, int reversed, ReadOnlySpan<byte> lengths)
    {
        HuffmanEntry entry = meanings[symbol].WithCode(bits);
        if (bits <= rootBits)
        {
            for (int i = reversed; i < 1 << rootBits; i += 1 << bits)
            {
                _entries[i] = entry;
            }

            return;
        }

        int root = reversed & ((1 << rootBits) - 1);
        if (!_entries[root].IsPointer)
        {
            HuffmanEntry second = NewSecondTable(lengths); // before the array is accessed, which may be replaced by a larger one
            _entries[root] = second;
        }

        HuffmanEntry pointer = _entries[root];
        int size = 1 << pointer.Bits;
        for (int i = reversed >> rootBits; i < size; i += 1 << (bits - rootBits))
        {
            _entries[pointer.Value + i] = entry;
        }
    }

    /// <summary>Adds a second table with room for the rest of the longest code. This is simple, and bounded by the number of codes longer than
    /// the root.</summary>
    private HuffmanEntry NewSecondTable(ReadOnlySpan<byte> lengths)
    {
        int longest = 0;
        foreach (byte length in lengths)
        {
            longest = Math.Max(longest, length);
        }

        int bits = longest - rootBits;
        int offset = _used;
        _used += 1 << bits;
        if (_used > _entries.Length)
        {
            Array.Resize(ref _entries, Math.Max(_used, _entries.Length * 2));
        }

        _entries.AsSpan(offset, 1 << bits).Fill(HuffmanEntry.NoCode);
        return HuffmanEntry.Pointer(offset, bits);
    }

    private static int Reverse(int code, int bits)
    {
        uint value = (uint)code;
        value = ((value >> 1) & 0x5555) | ((value & 0x5555) << 1);
        value = ((value >> 2) & 0x3333) | ((value & 0x3333) << 2);
        value = ((value >> 4) & 0x0F0F) | ((value & 0x0F0F) << 4);
        value = ((value >> 8) | (value << 8)) & 0xFFFF;
        return (int)(value >> (16 - bits));
    }
}
