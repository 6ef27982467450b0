namespace PollHttp.Core.Http2.Hpack;

/// <summary>Represents the dynamic table of a decoder (RFC 7541 §2.3.2). Its octets are in one block, and the newest entry has index 0. It
/// allocates nothing once it is full.</summary>
internal sealed class DynamicTable
{
    /// <summary>The size of an entry in addition to its octets (RFC 7541 §4.1).</summary>
    public const int EntryOverhead = 32;

    private byte[] _octets = [];
    private Entry[] _entries = new Entry[16];
    private int _first;
    private int _end;

    /// <summary>Initializes an empty table.</summary>
    /// <param name="capacity">The largest size, in octets with <see cref="EntryOverhead"/> for each entry.</param>
    public DynamicTable(int capacity) => Capacity = capacity;

    /// <summary>Gets the size that must not be exceeded.</summary>
    public int Capacity { get; private set; }

    /// <summary>Gets the size of all entries.</summary>
    public int Size { get; private set; }

    /// <summary>Gets the number of entries.</summary>
    public int Count { get; private set; }

    /// <summary>Gets the number of octets that were moved to make room.</summary>
    public long OctetsMoved { get; private set; }

    /// <summary>Gets a name by the age of its entry; valid until the next change.</summary>
    public ReadOnlySpan<byte> NameAt(int age)
    {
        ref readonly Entry entry = ref At(age);
        return _octets.AsSpan(entry.Start, entry.NameLength);
    }

    /// <summary>Gets a value by the age of its entry; valid until the next change.</summary>
    public ReadOnlySpan<byte> ValueAt(int age)
    {
        ref readonly Entry entry = ref At(age);
        return _octets.AsSpan(entry.Start + entry.NameLength, entry.ValueLength);
    }

    /// <summary>Changes the largest size; entries that no longer fit are evicted (RFC 7541 §4.3).</summary>
    public void Resize(int capacity)
    {
        Capacity = capacity;
        Evict(capacity);
    }

    /// <summary>Adds an entry; one that is larger than the table empties it (RFC 7541 §4.4). The octets must not lie in the table.</summary>
    public void Add(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        long size = (long)name.Length + value.Length + EntryOverhead;
        if (size > Capacity)
        {
            Clear();
            return;
        }

        Evict(Capacity - (int)size);
        int length = name.Length + value.Length;
        int start = Reserve(length);
        name.CopyTo(_octets.AsSpan(start));
        value.CopyTo(_octets.AsSpan(start + name.Length));
        if (Count == _entries.Length)
        {
            Entry[] larger = new Entry[_entries.Length * 2];
            for (int i = 0; i < Count; i++)
            {
                larger[i] = _entries[(_first + i) & (_entries.Length - 1)];
            }

            _entries = larger;
            _first = 0;
        }

        _entries[(_first + Count++) & (_entries.Length - 1)] = new(start, name.Length, value.Length);
        Size += (int)size;
    }

    /// <summary>Evicts every entry.</summary>
    public void Clear() => Evict(0);

    private void Evict(int size)
    {
        while (Size > size)
        {
            ref readonly Entry oldest = ref _entries[_first];
            Size -= oldest.NameLength + oldest.ValueLength + EntryOverhead;
            _first = (_first + 1) & (_entries.Length - 1);
            Count--;
        }
    }

    /// <summary>Reserves contiguous room. Entries are moved to the front only after at least a table's worth of octets has been added since the
    /// last time.</summary>
    private int Reserve(int length)
    {
        if (_octets.Length - _end < length)
        {
            byte[] target = _octets.Length >= 2 * Capacity ? _octets : new byte[2 * Capacity];
            _end = 0;
            for (int age = Count - 1; age >= 0; age--)
            {
                ref Entry entry = ref At(age);
                int entryLength = entry.NameLength + entry.ValueLength;
                _octets.AsSpan(entry.Start, entryLength).CopyTo(target.AsSpan(_end));
                entry = entry with { Start = _end };
                _end += entryLength;
            }

            OctetsMoved += _end;
            _octets = target;
        }

        int start = _end;
        _end += length;
        return start;
    }

    private ref Entry At(int age) => ref _entries[(_first + Count - 1 - age) & (_entries.Length - 1)];

    private readonly record struct Entry(int Start, int NameLength, int ValueLength);
}
