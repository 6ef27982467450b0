namespace PollHttp.Core.Http2.Hpack;

/// <summary>
/// Decodes field blocks (RFC 7541), however they are split. The work is linear in the octets.
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
    private readonly DynamicTable _table;
    private readonly FieldText _text;
    private Part _part;
    private Representation _representation;
    private HuffmanDecoder _huffman;
    private HpackInteger _integer;
    private bool _isHuffman;
    private int _stringLeft;
    private bool _hasField;
    private int _sizeLimit;
    private bool _owesUpdate;
    private long _octetsTaken;

    /// <summary>Initializes a decoder with an empty table of 4,096 octets.</summary>
    /// <param name="keep">The first value of <see cref="Keep"/>.</param>
    public HpackDecoder(int keep)
    {
        _text = new();
        Keep = keep;
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

    /// <summary>Gets or sets the size up to which a field is kept. Longer fields are decoded and dropped, and the table stays correct. Set
    /// between blocks.</summary>
    public int Keep
    {
        get => _text.Keep;
        set => _text.Keep = Math.Max(value, DefaultTableSize); // a field that fits into the table is always kept
    }

    /// <summary>Gets what is wrong with the block; null while nothing is.</summary>
    public string? Problem { get; private set; }

    /// <summary>Gets the table, for tests.</summary>
    internal DynamicTable Table => _table;

    /// <summary>Gets the number of octets that were taken, and of those that were moved to make room, for tests.</summary>
    internal long Work => _octetsTaken + _text.OctetsMoved + _table.OctetsMoved;

    /// <summary>Sets the largest table that the peer may use, once the peer has acknowledged it.</summary>
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

    /// <summary>Decodes the next octets of the block. Returns false when it is broken: see <see cref="Problem"/>.</summary>
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

    /// <summary>Ends the block. Returns false when it stops inside a field (RFC 9113 §4.3).</summary>
    public bool Finish() => _part == Part.FieldStart || Fail("the block ends inside a field");

    private bool TakeOctet(byte octet, IFieldSink sink)
    {
        _octetsTaken++;
        switch (_part)
        {
            case Part.FieldStart:
                return TakeFirst(octet, sink);
            case Part.Index or Part.NameIndex or Part.SizeUpdate:
                return (_integer.TryContinue(octet, out bool isWhole) || FailInteger()) && (!isWhole || EndInteger(sink));
            case Part.NameLength or Part.ValueLength:
                _isHuffman = (octet & 0x80) != 0;
                if (!_integer.Start(octet, 0x7F))
                {
                    _part = _part == Part.NameLength ? Part.NameLengthRest : Part.ValueLengthRest;
                    return true;
                }

                return StartString(_part == Part.NameLength ? Part.Name : Part.Value, sink);
            default:
                return (_integer.TryContinue(octet, out bool isRead) || FailInteger())
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
            _text.Clear();
            _part = (octet & 0x80) != 0 ? Part.Index : Part.NameIndex;
            _representation = (octet & 0x40) != 0 ? Representation.Indexing : Representation.Plain;
            prefix = (octet & 0x80) != 0 ? 0x7F : (octet & 0x40) != 0 ? 0x3F : 0x0F;
        }

        return !_integer.Start(octet, prefix) || EndInteger(sink);
    }

    private bool EndInteger(IFieldSink sink)
    {
        switch (_part)
        {
            case Part.SizeUpdate:
                if (_integer.Value > _sizeLimit)
                {
                    return Fail("a size update is over the limit of the table");
                }

                _table.Resize(_integer.Value);
                _owesUpdate = false;
                _part = Part.FieldStart;
                return true;
            case Part.Index:
                return EmitIndexed(sink);
            default:
                if (_integer.Value == 0)
                {
                    _part = Part.NameLength;
                    return true;
                }

                if (!IsIndex(_integer.Value))
                {
                    return Fail("an index is beyond both tables");
                }

                _text.SetName(_integer.Value <= StaticTable.Count ? StaticTable.NameAt(_integer.Value) : _table.NameAt(_integer.Value - StaticTable.Count - 1));
                _part = Part.ValueLength;
                return true;
        }
    }

    private bool EmitIndexed(IFieldSink sink)
    {
        if (!IsIndex(_integer.Value))
        {
            return Fail(_integer.Value == 0 ? "an index is 0" : "an index is beyond both tables");
        }

        if (_integer.Value <= StaticTable.Count)
        {
            sink.OnField(StaticTable.NameAt(_integer.Value), StaticTable.ValueAt(_integer.Value));
        }
        else
        {
            int age = _integer.Value - StaticTable.Count - 1;
            sink.OnField(_table.NameAt(age), _table.ValueAt(age));
        }

        _part = Part.FieldStart;
        return true;
    }

    private bool IsIndex(int index) => index > 0 && index <= StaticTable.Count + _table.Count;

    private bool StartString(Part part, IFieldSink sink)
    {
        _part = part;
        _stringLeft = _integer.Value;
        _huffman.Start();
        return _stringLeft > 0 || EndString(sink);
    }

    private bool TakeString(ReadOnlySpan<byte> octets, IFieldSink sink)
    {
        _octetsTaken += octets.Length;
        if (!_text.TryAppend(octets, isName: _part == Part.Name, _isHuffman, ref _huffman))
        {
            return Fail("a string holds the symbol that ends strings");
        }

        _stringLeft -= octets.Length;
        return _stringLeft > 0 || EndString(sink);
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
        if (_text.Dropped > 0)
        {
            if (_representation == Representation.Indexing)
            {
                _table.Clear(); // a field that is dropped is larger than the table
            }

            sink.OnDroppedField(_text.Dropped);
            return true;
        }

        if (_representation == Representation.Indexing)
        {
            _table.Add(_text.Name, _text.Value);
        }

        sink.OnField(_text.Name, _text.Value);
        return true;
    }

    private bool FailInteger() => Fail("an integer is too large");

    private bool Fail(string problem)
    {
        Problem ??= problem;
        return false;
    }
}
