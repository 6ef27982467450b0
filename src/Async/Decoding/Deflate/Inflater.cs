using System.Buffers.Binary;

namespace PollHttp.Decoding;

/// <summary>
/// Decodes deflate data (RFC 1951). Can stop after any byte of input and any byte of output, and returns the input it did not need, so that
/// the caller knows where the data ended.
/// </summary>
/// <remarks>
/// A symbol is decoded only when all its bits are available. Between calls the bit buffer holds at most the beginning of one symbol. Whole
/// bytes beyond that were read in the current call and can be returned.
/// </remarks>
internal sealed partial class Inflater
{
    private const int WindowSize = 32 * 1024;

    private readonly byte[] _window = new byte[WindowSize + (2 * CopySize)]; // copies may read beyond their end
    private readonly HuffmanTable _literals = new(DeflateTables.LiteralBits, DeflateTables.Literals);
    private readonly HuffmanTable _distances = new(DeflateTables.DistanceBits, DeflateTables.Distances);
    private readonly DynamicBlockHead _head = new();
    private HuffmanTable _literalCode = DeflateTables.FixedLiterals;
    private HuffmanTable _distanceCode = DeflateTables.FixedDistances;
    private ulong _bits;
    private int _bitCount;
    private State _state;
    private bool _isLast;
    private int _windowAt;
    private int _windowLength;
    private int _left;
    private int _distance;

    private enum State
    {
        /// <summary>The three bits that begin a block come next (RFC 1951 §3.2.3).</summary>
        BlockHead,

        /// <summary>The length of a stored block comes next (RFC 1951 §3.2.4).</summary>
        StoredHead,

        /// <summary>The input is inside a stored block.</summary>
        Stored,

        /// <summary>The codes of a dynamic block come next (RFC 1951 §3.2.7).</summary>
        DynamicHead,

        /// <summary>The input is inside a compressed block.</summary>
        Symbols,

        /// <summary>The rest of a match is still to be copied.</summary>
        Match,

        /// <summary>The last block has ended.</summary>
        Ended,
    }

    /// <summary>Gets what was wrong, after <see cref="DecodeStatus.Malformed"/>.</summary>
    public string Problem { get; private set; } = "";

    /// <summary>Resets the decoder for other data.</summary>
    public void Reset()
    {
        _bits = 0;
        _bitCount = 0;
        _state = State.BlockHead;
        _isLast = false;
        _windowAt = 0;
        _windowLength = 0;
    }

    public DecodeStatus Inflate(ReadOnlySpan<byte> input, Span<byte> output, out int consumed, out int written)
    {
        var bits = new BitInput(input, _bits, _bitCount);
        written = 0;
        DecodeStatus status = Run(ref bits, output, ref written);
        if (status != DecodeStatus.NeedsInput)
        {
            bits.GiveBack();
        }

        if (status == DecodeStatus.Ended)
        {
            bits.AlignToByte();
        }

        consumed = bits.At;
        (_bits, _bitCount) = bits.Save();
        Remember(output[..written]);
        return status;
    }

    private DecodeStatus Run(ref BitInput bits, Span<byte> output, ref int at)
    {
        while (true)
        {
            DecodeStatus? stop = _state switch
            {
                State.BlockHead => ReadBlockHead(ref bits),
                State.StoredHead => ReadStoredHead(ref bits),
                State.Stored => CopyStored(ref bits, output, ref at),
                State.DynamicHead => ReadDynamicHead(ref bits),
                State.Symbols => DecodeSymbols(ref bits, output, ref at),
                State.Match => CopyMatch(output, ref at) ? null : DecodeStatus.OutputFull,
                _ => DecodeStatus.Ended,
            };
            if (stop is { } status)
            {
                return status;
            }
        }
    }

    private DecodeStatus? ReadBlockHead(ref BitInput bits)
    {
        if (_isLast)
        {
            _state = State.Ended;
            return DecodeStatus.Ended;
        }

        if (!bits.TryTake(3, out int head))
        {
            return DecodeStatus.NeedsInput;
        }

        _isLast = (head & 1) != 0;
        switch (head >> 1)
        {
            case 0:
                bits.AlignToByte();
                _state = State.StoredHead;
                return null;
            case 1:
                (_literalCode, _distanceCode) = (DeflateTables.FixedLiterals, DeflateTables.FixedDistances);
                _state = State.Symbols;
                return null;
            case 2:
                _head.Start();
                _state = State.DynamicHead;
                return null;
            default:
                return Fail("unknown block type");
        }
    }

    private DecodeStatus? ReadStoredHead(ref BitInput bits)
    {
        if (!bits.TryFill(32))
        {
            return DecodeStatus.NeedsInput;
        }

        bits.TryTake(16, out _left);
        bits.TryTake(16, out int complement);
        if (_left != (complement ^ 0xFFFF))
        {
            return Fail("length of a stored block");
        }

        _state = State.Stored;
        return null;
    }

    private DecodeStatus? CopyStored(ref BitInput bits, Span<byte> output, ref int at)
    {
        while (_left > 0)
        {
            if (at == output.Length)
            {
                return DecodeStatus.OutputFull;
            }

            int count = bits.CopyBytes(output.Slice(at, Math.Min(_left, output.Length - at)));
            if (count == 0)
            {
                return DecodeStatus.NeedsInput;
            }

            at += count;
            _left -= count;
        }

        _state = State.BlockHead;
        return null;
    }

    private DecodeStatus? ReadDynamicHead(ref BitInput bits)
    {
        switch (_head.Read(ref bits))
        {
            case DecodeStatus.NeedsInput:
                return DecodeStatus.NeedsInput;
            case DecodeStatus.Malformed:
                return Fail(_head.Problem);
        }

        if (!_literals.TryBuild(_head.LiteralLengths, mayBeIncomplete: true) || !_distances.TryBuild(_head.DistanceLengths, mayBeIncomplete: true))
        {
            return Fail("code lengths");
        }

        (_literalCode, _distanceCode) = (_literals, _distances);
        _state = State.Symbols;
        return null;
    }

    private DecodeStatus? DecodeSymbols(ref BitInput bits, Span<byte> output, ref int at)
    {
        while (true)
        {
            DecodeWithRoom(ref bits, output, ref at);
            bits.Refill();
            HuffmanEntry entry = _literalCode.Find(bits.Bits);
            int used = entry.CodeBits;
            if (used == 0 || used > bits.Count)
            {
                return NoSymbol(bits.Count, used);
            }

            if (entry.IsLiteral)
            {
                if (at == output.Length)
                {
                    return DecodeStatus.OutputFull;
                }

                output[at++] = (byte)entry.Value;
                bits.Drop(used);
                continue;
            }

            if (entry.IsSpecial)
            {
                if (entry.Value != DeflateTables.EndOfBlock)
                {
                    return Fail("length symbol");
                }

                bits.Drop(used);
                _state = State.BlockHead;
                return null;
            }

            // The whole match is decoded, length and distance, or nothing of it: at most 15 + 5 + 15 + 13 bits.
            int length = entry.ValueIn(bits.Bits);
            int lengthBits = entry.Bits;
            ulong rest = bits.Bits >> lengthBits;
            entry = _distanceCode.Find(rest);
            used = entry.CodeBits;
            if (used == 0 || used > bits.Count - lengthBits)
            {
                return NoSymbol(bits.Count - lengthBits, used);
            }

            if (entry.IsSpecial)
            {
                return Fail("distance symbol");
            }

            if (lengthBits + entry.Bits > bits.Count)
            {
                return DecodeStatus.NeedsInput;
            }

            int distance = entry.ValueIn(rest);
            if (distance > at + _windowLength)
            {
                return Fail("distance before the beginning");
            }

            bits.Drop(lengthBits + entry.Bits);
            _left = length;
            _distance = distance;
            if (!CopyMatch(output, ref at))
            {
                return DecodeStatus.OutputFull;
            }
        }
    }

    private DecodeStatus NoSymbol(int available, int used) =>
        used == 0 && available >= HuffmanTable.MaxBits ? Fail("unused code") : DecodeStatus.NeedsInput;

    /// <summary>Copies the rest of a match. Returns false when the output is full before its end.</summary>
    private bool CopyMatch(Span<byte> output, ref int at)
    {
        while (_left > 0)
        {
            int room = Math.Min(_left, output.Length - at);
            if (room == 0)
            {
                _state = State.Match;
                return false;
            }

            int back = _distance - at;
            int count;
            if (back > 0)
            {
                int start = (_windowAt - back) & (WindowSize - 1);
                count = Math.Min(Math.Min(room, back), WindowSize - start);
                _window.AsSpan(start, count).CopyTo(output[at..]);
            }
            else
            {
                count = CopyWithin(output, at, room);
            }

            at += count;
            _left -= count;
        }

        _state = State.Symbols;
        return true;
    }

    /// <summary>Copies a match within the output. A match may overlap itself, and then repeats what it has just written.</summary>
    private int CopyWithin(Span<byte> output, int at, int count)
    {
        Span<byte> source = output.Slice(at - _distance, count);
        Span<byte> target = output.Slice(at, count);
        if (_distance >= count)
        {
            source.CopyTo(target);
        }
        else if (_distance == 1)
        {
            target.Fill(source[0]);
        }
        else
        {
            for (int i = 0; i < target.Length; i++)
            {
                target[i] = source[i];
            }
        }

        return count;
    }

    /// <summary>Keeps the last 32 KiB of output, which later matches may refer to.</summary>
    private void Remember(ReadOnlySpan<byte> output)
    {
        if (output.Length >= WindowSize)
        {
            output[^WindowSize..].CopyTo(_window);
            _windowAt = 0;
            _windowLength = WindowSize;
            return;
        }

        int first = Math.Min(output.Length, WindowSize - _windowAt);
        output[..first].CopyTo(_window.AsSpan(_windowAt));
        output[first..].CopyTo(_window);
        _windowAt = (_windowAt + output.Length) & (WindowSize - 1);
        _windowLength = Math.Min(WindowSize, _windowLength + output.Length);
    }

    private DecodeStatus Fail(string problem)
    {
        Problem = problem;
        return DecodeStatus.Malformed;
    }
}
