using System.Buffers.Binary;

namespace PollHttp.Decoding;

/// <summary>Reads the input of one call bit by bit, low bit first, after the bits left from the call before.</summary>
internal ref struct BitInput(ReadOnlySpan<byte> input, ulong bits, int count)
{
    private readonly ReadOnlySpan<byte> _input = input;

    /// <summary>Gets the buffered bits, the next one lowest. Bits beyond <see cref="Count"/> are zero, or are already those of the input that
    /// follows.</summary>
    public ulong Bits { get; private set; } = bits;

    public int Count { get; private set; } = count;

    /// <summary>Gets the number of input bytes taken.</summary>
    public int At { get; private set; }

    /// <summary>Gets all bytes of the input of this call.</summary>
    public readonly ReadOnlySpan<byte> Input => _input;

    /// <summary>Continues after bits that were taken outside this type.</summary>
    public void Resume(ulong bits, int count, int at)
    {
        Bits = bits;
        Count = count;
        At = at;
    }

    /// <summary>Fills the buffer to at least 48 bits, or with all that are left.</summary>
    public void Refill()
    {
        if (Count >= 48)
        {
            return;
        }

        if (_input.Length - At >= sizeof(ulong))
        {
            Bits |= BinaryPrimitives.ReadUInt64LittleEndian(_input[At..]) << Count;
            At += (63 - Count) >> 3;
            Count |= 56;
            return;
        }

        while (Count < 56 && At < _input.Length)
        {
            Bits |= (ulong)_input[At++] << Count;
            Count += 8;
        }
    }

    public bool TryFill(int need)
    {
        if (Count < need)
        {
            Refill();
        }

        return Count >= need;
    }

    public bool TryTake(int need, out int value)
    {
        value = 0;
        if (!TryFill(need))
        {
            return false;
        }

        value = (int)(Bits & ((1UL << need) - 1));
        Drop(need);
        return true;
    }

    public void Drop(int used)
    {
        Bits >>= used;
        Count -= used;
    }

    /// <summary>Drops the bits before the next byte boundary.</summary>
    public void AlignToByte() => Drop(Count & 7);

    /// <summary>Copies bytes, the buffered ones first. The position must be at a byte boundary.</summary>
    public int CopyBytes(Span<byte> output)
    {
        GiveBack();
        int count = 0;
        while (Count > 0 && count < output.Length)
        {
            output[count++] = (byte)Bits;
            Drop(8);
        }

        int direct = Math.Min(output.Length - count, _input.Length - At);
        _input.Slice(At, direct).CopyTo(output[count..]);
        At += direct;
        return count + direct;
    }

    /// <summary>Returns whole buffered bytes to the input, as far as they came from this call's input.</summary>
    public void GiveBack()
    {
        int bytes = Math.Min(Count >> 3, At);
        At -= bytes;
        Count -= bytes * 8;
        Bits &= (1UL << Count) - 1;
    }

    public readonly (ulong Bits, int Count) Save() => (Bits & ((1UL << Count) - 1), Count);
}
