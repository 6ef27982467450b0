using System.Buffers.Binary;
using System.Text;

namespace PollHttp.Tests.Exchanges;

/// <summary>The messages of NTLM (MS-NLMP 2.2.1), as far as a server needs them that checks no proof.</summary>
internal static class NtlmMessages
{
    private const int ChannelBindings = 10;

    private static readonly byte[] s_signature = Encoding.ASCII.GetBytes("NTLMSSP\0");

    /// <summary>1 to begin, 3 to prove; 0 for what is no message.</summary>
    public static int TypeOf(ReadOnlySpan<byte> message) =>
        message.StartsWith(s_signature) ? BinaryPrimitives.ReadInt32LittleEndian(message[8..]) : 0;

    /// <summary>The second message, with the flags that the first one asked for.</summary>
    public static byte[] Challenge(ReadOnlySpan<byte> first)
    {
        uint flags = BinaryPrimitives.ReadUInt32LittleEndian(first[12..]);
        byte[] name = Encoding.Unicode.GetBytes("SERVER");
        byte[] info = [.. Pair(2, name), .. Pair(1, name), .. Pair(7, new byte[8]), .. Pair(0, [])];
        byte[] message = new byte[56 + name.Length + info.Length];
        s_signature.CopyTo(message, 0);
        BinaryPrimitives.WriteInt32LittleEndian(message.AsSpan(8), 2);
        WriteField(message.AsSpan(12), name.Length, 56);
        BinaryPrimitives.WriteUInt32LittleEndian(message.AsSpan(20), flags | 0x0082_0000 | 0x4); // server name and target info are there
        "12345678"u8.CopyTo(message.AsSpan(24));
        WriteField(message.AsSpan(40), info.Length, 56 + name.Length);
        message[48] = 6;
        message[55] = 15;
        name.CopyTo(message, 56);
        info.CopyTo(message, 56 + name.Length);
        return message;
    }

    /// <summary>The user in a third message.</summary>
    public static string UserOf(ReadOnlySpan<byte> third) => Encoding.Unicode.GetString(Field(third, 36));

    /// <summary>The hash of the channel bindings in a third message, in hexadecimal: zeros, or nothing, for none.</summary>
    public static string BindingOf(ReadOnlySpan<byte> third)
    {
        ReadOnlySpan<byte> pairs = Field(third, 20)[44..]; // after the proof, and what stands before the pairs in the answer
        while (BinaryPrimitives.ReadInt16LittleEndian(pairs) is not 0 and var id)
        {
            int length = BinaryPrimitives.ReadInt16LittleEndian(pairs[2..]);
            if (id == ChannelBindings)
            {
                return Convert.ToHexString(pairs.Slice(4, length));
            }

            pairs = pairs[(4 + length)..];
        }

        return "";
    }

    private static ReadOnlySpan<byte> Field(ReadOnlySpan<byte> message, int at) =>
        message.Slice(BinaryPrimitives.ReadInt32LittleEndian(message[(at + 4)..]), BinaryPrimitives.ReadInt16LittleEndian(message[at..]));

    private static byte[] Pair(short id, byte[] value)
    {
        byte[] pair = new byte[4 + value.Length];
        BinaryPrimitives.WriteInt16LittleEndian(pair, id);
        BinaryPrimitives.WriteInt16LittleEndian(pair.AsSpan(2), (short)value.Length);
        value.CopyTo(pair, 4);
        return pair;
    }

    private static void WriteField(Span<byte> field, int length, int offset)
    {
        BinaryPrimitives.WriteInt16LittleEndian(field, (short)length);
        BinaryPrimitives.WriteInt16LittleEndian(field[2..], (short)length);
        BinaryPrimitives.WriteInt32LittleEndian(field[4..], offset);
    }
}
