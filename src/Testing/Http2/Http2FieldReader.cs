using System.Text;

namespace PollHttp.Testing;

/// <summary>Reads the field blocks of a client (RFC 7541), with a dynamic table. Written for clarity, not for speed: bit by bit.</summary>
internal sealed class Http2FieldReader
{
    private readonly List<(string Name, string Value)> _table = [];
    private int _size;
    private int _capacity = 4096;
    private int _limit = 4096;

    /// <summary>Applies a SETTINGS_HEADER_TABLE_SIZE that the client has acknowledged. The client's table is never larger than 4,096 octets.</summary>
    public void Limit(uint size) => _limit = (int)Math.Min(size, 4096);

    /// <summary>Reads a whole block.</summary>
    /// <exception cref="FormatException">The block is wrong.</exception>
    public List<KeyValuePair<string, string>> Read(ReadOnlySpan<byte> block)
    {
        List<KeyValuePair<string, string>> fields = [];
        while (!block.IsEmpty)
        {
            byte first = block[0];
            Require(_capacity <= _limit || (first & 0xE0) == 0x20, "a block does not begin with the size update that a smaller table needs");
            if ((first & 0x80) != 0)
            {
                (string name, string value) = At(ReadInteger(ref block, 7));
                fields.Add(new(name, value));
            }
            else if ((first & 0xE0) == 0x20)
            {
                Require(fields.Count == 0, "a size update follows a field");
                _capacity = ReadInteger(ref block, 5);
                Require(_capacity <= _limit, "a size update is over the limit");
                Evict(_capacity);
            }
            else
            {
                bool isIndexed = (first & 0x40) != 0;
                int index = ReadInteger(ref block, isIndexed ? 6 : 4);
                string name = index == 0 ? ReadString(ref block) : At(index).Name;
                string value = ReadString(ref block);
                fields.Add(new(name, value));
                if (isIndexed)
                {
                    Add(name, value);
                }
            }
        }

        return fields;
    }

    private void Add(string name, string value)
    {
        int size = name.Length + value.Length + 32;
        Evict(Math.Max(0, _capacity - size));
        if (size <= _capacity)
        {
            _table.Insert(0, (name, value));
            _size += size;
        }
    }

    private void Evict(int size)
    {
        while (_size > size)
        {
            (string name, string value) = _table[^1];
            _size -= name.Length + value.Length + 32;
            _table.RemoveAt(_table.Count - 1);
        }
    }

    private (string Name, string Value) At(int index)
    {
        Require(index > 0 && index <= Http2StaticFields.All.Length + _table.Count, $"index {index} is in no table");
        return index <= Http2StaticFields.All.Length ? Http2StaticFields.All[index - 1] : _table[index - Http2StaticFields.All.Length - 1];
    }

    private static string ReadString(ref ReadOnlySpan<byte> block)
    {
        Require(!block.IsEmpty, "a block stops before a string");
        bool isHuffman = (block[0] & 0x80) != 0;
        int length = ReadInteger(ref block, 7);
        Require(length <= block.Length, "a string is longer than its block");
        ReadOnlySpan<byte> octets = block[..length];
        block = block[length..];
        return isHuffman ? Http2Huffman.Decode(octets) : Encoding.Latin1.GetString(octets);
    }

    private static int ReadInteger(ref ReadOnlySpan<byte> block, int bits)
    {
        int prefix = (1 << bits) - 1;
        int value = block[0] & prefix;
        block = block[1..];
        if (value < prefix)
        {
            return value;
        }

        for (int shift = 0; ; shift += 7)
        {
            Require(!block.IsEmpty && shift <= 21, "an integer is too long");
            byte next = block[0];
            block = block[1..];
            value += (next & 0x7F) << shift;
            if ((next & 0x80) == 0)
            {
                return value;
            }
        }
    }

    internal static void Require(bool condition, string problem)
    {
        if (!condition)
        {
            throw new FormatException(problem);
        }
    }
}
