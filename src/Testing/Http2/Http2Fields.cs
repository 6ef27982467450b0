using System.Text;

namespace PollHttp.Testing;

/// <summary>Writes field blocks (RFC 7541) in the simplest way: literals without a table and without Huffman coding.</summary>
public static class Http2Fields
{
    /// <summary>Encodes fields, names and values as Latin-1; nothing is checked.</summary>
    public static byte[] Encode(params (string Name, string Value)[] fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        List<byte> block = [];
        foreach ((string name, string value) in fields)
        {
            block.Add(0);
            AppendString(block, name);
            AppendString(block, value);
        }

        return [.. block];
    }

    private static void AppendString(List<byte> block, string text)
    {
        int length = text.Length;
        if (length < 0x7F)
        {
            block.Add((byte)length);
        }
        else
        {
            block.Add(0x7F);
            for (length -= 0x7F; length >= 0x80; length >>= 7)
            {
                block.Add((byte)(0x80 | (length & 0x7F)));
            }

            block.Add((byte)length);
        }

        block.AddRange(Encoding.Latin1.GetBytes(text));
    }
}
