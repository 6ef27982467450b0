namespace PollHttp.Core.Http2.Hpack;

/// <summary>
/// Encodes the fields of requests (RFC 7541). A field is added to the dynamic table when it is sent for the second time. Secrets, and fields
/// that change with each request, are never added. Huffman coding is used if it is shorter.
/// </summary>
internal sealed class HpackEncoder
{
    private const int MaxTableSize = 4096;
    private const int RecentCount = 64;

    private readonly int[] _recent = new int[RecentCount];
    private Entry[] _entries = new Entry[16];
    private int _first;
    private int _count;
    private int _size;
    private int _capacity = MaxTableSize;
    private int _smallest = MaxTableSize;
    private bool _owesUpdate;
    private byte[] _block = new byte[512];
    private int _length;

    /// <summary>Specifies how a field may be represented.</summary>
    private enum Use
    {
        Indexed,
        Literal,
        Never,
    }

    /// <summary>Gets the block encoded last; valid until the next <see cref="Start"/>.</summary>
    public ReadOnlySpan<byte> Block => _block.AsSpan(0, _length);

    /// <summary>Sets the size of the table that the peer keeps (RFC 9113 §4.3.1); announced in the next block.</summary>
    public void LimitTable(uint size)
    {
        int capacity = (int)Math.Min(size, MaxTableSize);
        if (capacity == _capacity && !_owesUpdate)
        {
            return;
        }

        _smallest = _owesUpdate ? Math.Min(_smallest, capacity) : capacity;
        _owesUpdate = true;
        _capacity = capacity;
        Evict(_smallest);
    }

    /// <summary>Begins a block.</summary>
    public void Start()
    {
        _length = 0;
        if (_owesUpdate)
        {
            if (_smallest < _capacity)
            {
                AppendInteger(0x20, 0x1F, _smallest);
            }

            AppendInteger(0x20, 0x1F, _capacity);
            _owesUpdate = false;
        }
    }

    /// <summary>Appends a field.</summary>
    /// <param name="name">The name, which is sent in lower case.</param>
    /// <param name="value">The value, with characters up to U+00FF.</param>
    public void Append(string name, string value)
    {
        int index = StaticTable.Find(name, value, out bool isWhole);
        if (isWhole)
        {
            AppendInteger(0x80, 0x7F, index);
            return;
        }

        Use use = UseOf(name);
        if (use == Use.Indexed)
        {
            int nameIndex = Find(name, value, out isWhole);
            if (isWhole)
            {
                AppendInteger(0x80, 0x7F, nameIndex);
                return;
            }

            index = index > 0 ? index : nameIndex;
        }

        bool isAdded = use == Use.Indexed && IsRepeated(name, value) && Add(name, value);
        switch (use)
        {
            case Use.Never:
                AppendInteger(0x10, 0x0F, index);
                break;
            case Use.Indexed when isAdded:
                AppendInteger(0x40, 0x3F, index);
                break;
            default:
                AppendInteger(0x00, 0x0F, index);
                break;
        }

        if (index == 0)
        {
            AppendString(name, lower: true);
        }

        AppendString(value, lower: false);
    }

    private static Use UseOf(string name) => name.Length switch
    {
        5 when Is(name, ":path") => Use.Literal,
        6 when Is(name, "cookie") => Use.Never,
        13 when Is(name, "authorization") => Use.Never,
        14 when Is(name, "content-length") => Use.Literal,
        19 when Is(name, "proxy-authorization") => Use.Never,
        _ => Use.Indexed,
    };

    private static bool Is(string name, string other) => name.Equals(other, StringComparison.OrdinalIgnoreCase);

    /// <summary>Finds an entry by name and value, or by name alone; 0 if there is none.</summary>
    private int Find(string name, string value, out bool isWhole)
    {
        int byName = 0;
        for (int age = 0; age < _count; age++)
        {
            ref readonly Entry entry = ref _entries[(_first + _count - 1 - age) & (_entries.Length - 1)];
            if ((ReferenceEquals(entry.Name, name) || Is(entry.Name, name)))
            {
                if (entry.Value == value)
                {
                    isWhole = true;
                    return StaticTable.Count + 1 + age;
                }

                byName = byName == 0 ? StaticTable.Count + 1 + age : byName;
            }
        }

        isWhole = false;
        return byName;
    }

    /// <summary>Determines whether the field was sent recently. Two fields with the same hash may be confused, which costs an entry.</summary>
    private bool IsRepeated(string name, string value)
    {
        int hash = HashCode.Combine(string.GetHashCode(name, StringComparison.OrdinalIgnoreCase), string.GetHashCode(value, StringComparison.Ordinal)) | 1;
        ref int place = ref _recent[(hash >> 1) & (RecentCount - 1)];
        bool isRepeated = place == hash;
        place = hash;
        return isRepeated;
    }

    private bool Add(string name, string value)
    {
        int size = name.Length + value.Length + DynamicTable.EntryOverhead;
        if (size > _capacity / 2)
        {
            return false; // it would evict too many entries
        }

        Evict(_capacity - size);
        if (_count == _entries.Length)
        {
            Entry[] larger = new Entry[_entries.Length * 2];
            for (int i = 0; i < _count; i++)
            {
                larger[i] = _entries[(_first + i) & (_entries.Length - 1)];
            }

            _entries = larger;
            _first = 0;
        }

        _entries[(_first + _count++) & (_entries.Length - 1)] = new(name, value);
        _size += size;
        return true;
    }

    private void Evict(int size)
    {
        while (_size > size)
        {
            ref Entry oldest = ref _entries[_first];
            _size -= oldest.Name.Length + oldest.Value.Length + DynamicTable.EntryOverhead;
            oldest = default;
            _first = (_first + 1) & (_entries.Length - 1);
            _count--;
        }
    }

    private void AppendString(string text, bool lower)
    {
        int coded = HuffmanEncoder.Measure(text, lower);
        bool isHuffman = coded < text.Length;
        int length = isHuffman ? coded : text.Length;
        AppendInteger(isHuffman ? 0x80 : 0, 0x7F, length);
        MakeRoom(length);
        Span<byte> room = _block.AsSpan(_length, length);
        if (isHuffman)
        {
            HuffmanEncoder.Encode(text, lower, room);
        }
        else
        {
            for (int i = 0; i < text.Length; i++)
            {
                room[i] = lower ? HuffmanEncoder.ToLower(text[i]) : (byte)text[i];
            }
        }

        _length += length;
    }

    private void AppendInteger(int pattern, int prefix, int value)
    {
        MakeRoom(6);
        if (value < prefix)
        {
            _block[_length++] = (byte)(pattern | value);
            return;
        }

        _block[_length++] = (byte)(pattern | prefix);
        for (value -= prefix; value >= 0x80; value >>= 7)
        {
            _block[_length++] = (byte)(0x80 | (value & 0x7F));
        }

        _block[_length++] = (byte)value;
    }

    private void MakeRoom(int count)
    {
        if (_block.Length - _length < count)
        {
            Array.Resize(ref _block, Math.Max(_block.Length * 2, _length + count));
        }
    }

    private readonly record struct Entry(string Name, string Value);
}
