namespace PollHttp.Decoding;

/// <summary>Reads the code lengths at the beginning of a dynamic block (RFC 1951 §3.2.7), piece by piece.</summary>
internal sealed class DynamicBlockHead
{
    private readonly byte[] _lengths = new byte[DeflateTables.LiteralCount + DeflateTables.DistanceCount];
    private readonly byte[] _codeLengths = new byte[DeflateTables.CodeLengthOrder.Length];
    private readonly HuffmanTable _code = new(7, DeflateTables.CodeLengths);
    private int _literalCount;
    private int _distanceCount;
    private int _codeCount;
    private int _read;
    private bool _codeIsBuilt;

    public string Problem { get; private set; } = "";

    public ReadOnlySpan<byte> LiteralLengths => _lengths.AsSpan(0, _literalCount);

    public ReadOnlySpan<byte> DistanceLengths => _lengths.AsSpan(_literalCount, _distanceCount);

    public void Start()
    {
        _literalCount = 0;
        _read = 0;
        _codeIsBuilt = false;
        _codeLengths.AsSpan().Clear();
    }

    /// <returns><see cref="DecodeStatus.Ended"/> when all lengths have been read.</returns>
    public DecodeStatus Read(ref BitInput bits)
    {
        if (_literalCount == 0)
        {
            if (!bits.TryTake(14, out int counts))
            {
                return DecodeStatus.NeedsInput;
            }

            _literalCount = (counts & 31) + 257;
            _distanceCount = ((counts >> 5) & 31) + 1;
            _codeCount = (counts >> 10) + 4;
            if (_literalCount > 286 || _distanceCount > 30)
            {
                return Fail("number of codes");
            }
        }

        if (!_codeIsBuilt)
        {
            for (; _read < _codeCount; _read++)
            {
                if (!bits.TryTake(3, out int length))
                {
                    return DecodeStatus.NeedsInput;
                }

                _codeLengths[DeflateTables.CodeLengthOrder[_read]] = (byte)length;
            }

            if (!_code.TryBuild(_codeLengths, mayBeIncomplete: false))
            {
                return Fail("code of the code lengths");
            }

            _codeIsBuilt = true;
            _read = 0;
        }

        return ReadLengths(ref bits);
    }

    private DecodeStatus ReadLengths(ref BitInput bits)
    {
        int total = _literalCount + _distanceCount;
        while (_read < total)
        {
            bits.Refill();
            HuffmanEntry entry = _code.Find(bits.Bits);
            (int symbol, int used) = (entry.Value, entry.CodeBits);
            if (used > bits.Count)
            {
                return DecodeStatus.NeedsInput; // the code is complete, so more input always completes a symbol
            }

            if (symbol < 16)
            {
                bits.Drop(used);
                _lengths[_read++] = (byte)symbol;
                continue;
            }

            (int extra, int least) = symbol switch { 16 => (2, 3), 17 => (3, 3), _ => (7, 11) };
            int repeat = least + (int)((bits.Bits >> used) & ((1u << extra) - 1));
            if (used + extra > bits.Count)
            {
                return DecodeStatus.NeedsInput;
            }

            if ((symbol == 16 && _read == 0) || repeat > total - _read)
            {
                return Fail("repeated code length");
            }

            bits.Drop(used + extra);
            _lengths.AsSpan(_read, repeat).Fill(symbol == 16 ? _lengths[_read - 1] : (byte)0);
            _read += repeat;
        }

        return _lengths[256] == 0 ? Fail("no code for the end of the block") : DecodeStatus.Ended;
    }

    private DecodeStatus Fail(string problem)
    {
        Problem = problem;
        return DecodeStatus.Malformed;
    }
}
