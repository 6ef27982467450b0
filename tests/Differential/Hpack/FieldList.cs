using System.Text;
using PollHttp.Core.Http2.Hpack;

namespace PollHttp.Differential;

/// <summary>The fields of a block that our decoder gives.</summary>
internal sealed class FieldList : IFieldSink
{
    public List<(string Name, string Value)> Fields { get; } = [];

    /// <summary>Decodes a block in pieces of the given sizes, the rest in one.</summary>
    public static List<(string Name, string Value)> Decode(HpackDecoder decoder, ReadOnlySpan<byte> block, int first, int piece)
    {
        FieldList list = new();
        decoder.Start();
        bool isRight = true;
        for (int size = first; !block.IsEmpty && isRight; size = piece)
        {
            size = Math.Min(size, block.Length);
            isRight = decoder.Decode(block[..size], list);
            block = block[size..];
        }

        return isRight && decoder.Finish() ? list.Fields : throw new FormatException(decoder.Problem);
    }

    public void OnField(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value) => Fields.Add((Encoding.Latin1.GetString(name), Encoding.Latin1.GetString(value)));

    public void OnDroppedField(long size) => throw new FormatException($"a field of {size} octets was dropped");
}
