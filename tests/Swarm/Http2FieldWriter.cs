using System.Text;

namespace PollHttp.Swarm;

/// <summary>Writes field blocks (RFC 7541) with a dynamic table: a field is added to it when it is first sent, and is an index from then on. A block
/// that the client skips therefore makes later ones wrong.</summary>
internal sealed class Http2FieldWriter
{
    private const int StaticFields = 61;
    private const int Capacity = 4096;
    private const int Overhead = 32;

    private readonly List<(string Name, string Value)> _table = [];
    private int _size;

    public byte[] Write((string Name, string Value)[] fields)
    {
        List<byte> block = [];
        foreach ((string Name, string Value) field in fields)
        {
            int index = _table.IndexOf(field);
            if (index >= 0)
            {
                AddNumber(block, 0x80, 7, StaticFields + 1 + index);
                continue;
            }

            block.Add(0x40);
            AddText(block, field.Name);
            AddText(block, field.Value);
            _table.Insert(0, field);
            _size += field.Name.Length + field.Value.Length + Overhead;
            while (_size > Capacity)
            {
                _size -= _table[^1].Name.Length + _table[^1].Value.Length + Overhead;
                _table.RemoveAt(_table.Count - 1);
            }
        }

        return [.. block];
    }

    private static void AddText(List<byte> block, string text)
    {
        AddNumber(block, 0, 7, text.Length);
        block.AddRange(Encoding.Latin1.GetBytes(text));
    }

    private static void AddNumber(List<byte> block, int first, int bits, int value)
    {
        int most = (1 << bits) - 1;
        if (value < most)
        {
            block.Add((byte)(first | value));
            return;
        }

        block.Add((byte)(first | most));
        for (value -= most; value >= 0x80; value >>= 7)
        {
            block.Add((byte)(0x80 | (value & 0x7F)));
        }

        block.Add((byte)value);
    }
}
