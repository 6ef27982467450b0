namespace PollHttp.Core.Http2.Hpack;

/// <summary>
/// Decodes field blocks (RFC 7541), wherever they are cut. Work is linear in the octets.
/// </summary>
/// <remarks>
/// <code>
/// FieldStart ─► Index ──────────────────────────────► field
///    │     └──► NameIndex ─┐
///    └► NameLength ─► Name ┴► ValueLength ─► Value ─► field
/// </code>
/// </remarks>
internal sealed class HpackDecoder
{
    private const int MaxInteger = 1 << 28;
    private const int MaxContinuations = 4;

    private readonly DynamicTable _table;
    private readonly int _keep;
    private Part _part;
    private Representation _representation;
    private HuffmanDecoder _huffman;
    private byte[] _text = new byte[256];
    private int _nameLength;
    private int _valueLength;
    private long _dropped;
    private int _integer;
    private int _continuations;
    private bool _isHuffman;
    private int _stringLeft;
    private bool _hasField;
    private int _sizeLimit;
    private bool _owesUpdate;

    /// <summary>Initializes a decoder with an empty table of 4,096 octets.</summary>
    /// <param name="keep">Octets of a field that are kept; longer fields are decoded and dropped, and the table stays right.</param>
    public HpackDecoder(int keep)
    {
        _keep = Math.Max(keep, DefaultTableSize);
        _sizeLimit = DefaultTableSize;
        _table = new(DefaultTableSize);
    }

    private enum Part
    {
        FieldStart,
        Index,
        NameIndex,
        SizeUpdate,
        NameLength,
        NameLengthRest,
        Name,
        ValueLength,
        ValueLengthRest,
        Value,
    }

    private enum Representation
    {
        Indexing,
        Plain,
    }

    /// <summary>Gets the size of the table that both sides begin with (RFC 9113 §6.5.2).</summary>
    public static int DefaultTableSize => 4096;

    /// <summary>Gets what is wrong with the block; null while nothing is.</summary>
    public string? Problem { get; private set; }

    /// <summary>Gets the table, for tests.</summary>
    internal DynamicTable Table => _table;

    /// <summary>Sets the largest table that the peer may use, once it has acknowledged it.</summary>
    public void LimitTable(int size)
    {
        _owesUpdate |= size < _table.Capacity;
        _sizeLimit = size;
    }

    /// <summary>Begins a block.</summary>
    public void Start()
    {
        _part = Part.FieldStart;
        _hasField = false;
    }

    /// <summary>Decodes the next octets of the block; false when it is broken: see <see cref="Problem"/>.</summary>
    public bool Decode(ReadOnlySpan<byte> octets, IFieldSink sink)
    {
        int position = 0;
        while (position < octets.Length)
        {
            if (_part is Part.Name or Part.Value)
            {
                int count = Math.Min(_stringLeft, octets.Length - position);
                if (!TakeString(octets.Slice(position, count), sink))
                {
                    return false;
                }

                position += count;
            }
            else if (!TakeOctet(octets[position++], sink))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Ends the block; false when it stops inside a field (RFC 9113 §4.3).</summary>
    public bool Finish() => _part == Part.FieldStart || Fail("the block ends inside a field");

    private bool TakeOctet(byte octet, IFieldSink sink)
    {
        switch (_part)
        {
            case Part.FieldStart:
                return TakeFirst(octet, sink);
            case Part.Index or Part.NameIndex or Part.SizeUpdate:
                return TakeContinuation(octet, out bool isWhole) && (!isWhole || EndInteger(sink));
            case Part.NameLength or Part.ValueLength:
                _isHuffman = (octet & 0x80) != 0;
                if (!StartInteger(octet, 0x7F))
                {
                    _part = _part == Part.NameLength ? Part.NameLengthRest : Part.ValueLengthRest;
                    return true;
                }

                return StartString(_part == Part.NameLength ? Part.Name : Part.Value, sink);
            default:
                return TakeContinuation(octet, out bool isRead)
                    && (!isRead || StartString(_part == Part.NameLengthRest ? Part.Name : Part.Value, sink));
        }
    }

    private bool TakeFirst(byte octet, IFieldSink sink)
    {
        int prefix;
        if ((octet & 0xE0) == 0x20)
        {
            if (_hasField)
            {
                return Fail("a size update follows a field");
            }

            _part = Part.SizeUpdate;
            prefix = 0x1F;
        }
        else
        {
            if (_owesUpdate)
            {
                return Fail("the size update that the smaller table asks for is missing");
            }

            _hasField = true;
            _nameLength = _valueLength = 0;
            _dropped = 0;
            _part = (octet & 0x80) != 0 ? Part.Index : Part.NameIndex;
            _representation = (octet & 0x40) != 0 ? Representation.Indexing : Representation.Plain;
            prefix = (octet & 0x80) != 0 ? 0x7F : (octet & 0x40) != 0 ? 0x3F : 0x0F;
        }

        return !StartInteger(octet, prefix) || EndInteger(sink);
    }

    /// <summary>Begins an integer (RFC 7541 §5.1); true when it is whole.</summary>
    private bool StartInteger(byte octet, int prefix)
    {
        _integer = octet & prefix;
        _continuations = 0;
        return _integer < prefix;
    }

    private bool TakeContinuation(byte octet, out bool isWhole)
    {
        isWhole = (octet & 0x80) == 0;
        long value = _integer + ((long)(octet & 0x7F) << (7 * _continuations));
        if (++_continuations > MaxContinuations || value > MaxInteger || (_continuations == MaxContinuations && !isWhole))
        {
            return Fail("an integer is too large");
        }

        _integer = (int)value;
        return true;
    }

    private bool EndInteger(IFieldSink sink)
    {
        switch (_part)
        {
            case Part.SizeUpdate:
                if (_integer > _sizeLimit)
                {
                    return Fail("a size update is over the limit of the table");
                }

                _table.Resize(_integer);
                _owesUpdate = false;
                _part = Part.FieldStart;
                return true;
            case Part.Index:
                return EmitIndexed(sink);
            default:
                if (_integer == 0)
                {
                    _part = Part.NameLength;
                    return true;
                }

                if (!IsIndex(_integer))
                {
                    return Fail("an index is beyond both tables");
                }

                AppendName(_integer <= StaticTable.Count ? StaticTable.NameAt(_integer) : _table.NameAt(_integer - StaticTable.Count - 1));
                _part = Part.ValueLength;
                return true;
        }
    }

    private bool EmitIndexed(IFieldSink sink)
    {
        if (!IsIndex(_integer))
        {
            return Fail(_integer == 0 ? "an index is 0" : "an index is beyond both tables");
        }

        if (_integer <= StaticTable.Count)
        {
            sink.OnField(StaticTable.NameAt(_integer), StaticTable.ValueAt(_integer));
        }
        else
        {
            int age = _integer - StaticTable.Count - 1;
            sink.OnField(_table.NameAt(age), _table.ValueAt(age));
        }

        _part = Part.FieldStart;
        return true;
    }

    private bool IsIndex(int index) => index > 0 && index <= StaticTable.Count + _table.Count;

    private bool StartString(Part part, IFieldSink sink)
    {
        _part = part;
        _stringLeft = _integer;
        _huffman.Start();
        return _stringLeft > 0 || EndString(sink);
    }

    private bool TakeString(ReadOnlySpan<byte> octets, IFieldSink sink)
    {
        // The shortest code has five bits.
        int most = _isHuffman ? (octets.Length * 8 / 5) + 1 : octets.Length;
        int used = _nameLength + _valueLength;
        int written = octets.Length;
        if (_dropped > 0 || used + (long)most > (2L * _keep) + 1024)
        {
            if (!Drop(octets, used))
            {
                return false;
            }

            written = 0;
        }
        else
        {
            MakeRoom(used + most);
            if (!_isHuffman)
            {
                octets.CopyTo(_text.AsSpan(used));
            }
            else if (!_huffman.Decode(octets, _text.AsSpan(used), out written))
            {
                return Fail("a string holds the symbol that ends strings");
            }
        }

        if (_part == Part.Name)
        {
            _nameLength += written;
        }
        else
        {
            _valueLength += written;
        }

        if (_dropped == 0 && _nameLength + _valueLength > _keep)
        {
            _dropped = _nameLength + _valueLength;
            _nameLength = _valueLength = 0;
        }

        _stringLeft -= octets.Length;
        return _stringLeft > 0 || EndString(sink);
    }

    /// <summary>Goes over octets that are not kept: Huffman codes have to be followed all the same.</summary>
    private bool Drop(ReadOnlySpan<byte> octets, int used)
    {
        _dropped += used;
        _nameLength = _valueLength = 0;
        if (!_isHuffman)
        {
            _dropped += octets.Length;
            return true;
        }

        Span<byte> scratch = stackalloc byte[160];
        while (!octets.IsEmpty)
        {
            ReadOnlySpan<byte> piece = octets[..Math.Min(octets.Length, 96)];
            if (!_huffman.Decode(piece, scratch, out int written))
            {
                return Fail("a string holds the symbol that ends strings");
            }

            _dropped += written;
            octets = octets[piece.Length..];
        }

        return true;
    }

    private bool EndString(IFieldSink sink)
    {
        if (_isHuffman && !_huffman.IsAtEnd)
        {
            return Fail("the padding of a string is wrong");
        }

        if (_part == Part.Name)
        {
            _part = Part.ValueLength;
            return true;
        }

        _part = Part.FieldStart;
        if (_dropped > 0)
        {
            if (_representation == Representation.Indexing)
            {
                _table.Clear(); // what is kept is at least a table long
            }

            sink.OnDroppedField(_dropped);
            return true;
        }

        ReadOnlySpan<byte> name = _text.AsSpan(0, _nameLength);
        ReadOnlySpan<byte> value = _text.AsSpan(_nameLength, _valueLength);
        if (_representation == Representation.Indexing)
        {
            _table.Add(name, value);
        }

        sink.OnField(name, value);
        return true;
    }

    private void AppendName(ReadOnlySpan<byte> name)
    {
        MakeRoom(name.Length);
        name.CopyTo(_text);
        _nameLength = name.Length;
    }

    private void MakeRoom(int length)
    {
        if (length > _text.Length)
        {
            Array.Resize(ref _text, Math.Max(length, _text.Length * 2));
        }
    }

    private bool Fail(string problem)
    {
        Problem ??= problem;
        return false;
    }
}
