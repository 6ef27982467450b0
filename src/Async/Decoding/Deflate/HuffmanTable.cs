namespace PollHttp.Decoding;

/// <summary>
/// A canonical Huffman code (RFC 1951 §3.2.2) as one table for short codes and small tables for the rest of longer ones: at
/// most two look-ups a symbol.
/// </summary>
/// <remarks>An entry is <c>symbol &lt;&lt; 4 | bits</c>; in the first table it may instead point to a second one:
/// <c>offset &lt;&lt; 4 | bits of that table</c>, marked by the sign. 0 is no code.</remarks>
internal sealed class HuffmanTable(int rootBits, int maxSymbols)
{
    public const int MaxBits = 15;

    private readonly int[] _next = new int[MaxBits + 2];
    private int[] _entries = new int[(1 << rootBits) + maxSymbols];
    private int _used;

    /// <summary>Builds the table from code lengths, 0 for unused symbols. False when they are no code.</summary>
    /// <param name="lengths">One for each symbol.</param>
    /// <param name="mayBeIncomplete">A single code of one bit, or none, is let through (RFC 1951 §3.2.7: distances).</param>
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
        _entries.AsSpan(0, _used).Clear();
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

    /// <summary>Decodes the symbol at the low end of the bits. False: more than <paramref name="available"/> bits are needed, or there is
    /// no such code (then <paramref name="length"/> is 0).</summary>
    public bool TryDecode(ulong bits, int available, out int symbol, out int length)
    {
        int entry = _entries[(int)bits & ((1 << rootBits) - 1)];
        if (entry < 0)
        {
            int pointer = -entry;
            int index = (pointer >> 4) + (int)((bits >> rootBits) & ((1u << (pointer & 15)) - 1));
            entry = _entries[index];
        }

        symbol = entry >> 4;
        length = entry & 15;
        return length > 0 && length <= available;
    }

    private void Add(int symbol, int bits, int reversed, ReadOnlySpan<byte> lengths)
    {
        int entry = (symbol << 4) | bits;
        if (bits <= rootBits)
        {
            for (int i = reversed; i < 1 << rootBits; i += 1 << bits)
            {
                _entries[i] = entry;
            }

            return;
        }

        int root = reversed & ((1 << rootBits) - 1);
        if (_entries[root] == 0)
        {
            int second = NewSecondTable(lengths); // before the array is named: it may be replaced by a larger one
            _entries[root] = -second;
        }

        int pointer = -_entries[root];
        int size = 1 << (pointer & 15);
        for (int i = reversed >> rootBits; i < size; i += 1 << (bits - rootBits))
        {
            _entries[(pointer >> 4) + i] = entry;
        }
    }

    /// <summary>Room for the rest of the longest code: simple, and bounded by the number of codes longer than the root.</summary>
    private int NewSecondTable(ReadOnlySpan<byte> lengths)
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

        _entries.AsSpan(offset, 1 << bits).Clear();
        return (offset << 4) | bits;
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
