namespace PollHttp.Differential;

/// <summary>A field block, and what comes before it.</summary>
/// <param name="TableSizes">The sizes of the dynamic table that are set before it, one after the other.</param>
/// <param name="IsHuffman">Whether an encoder that can be told so uses Huffman codes.</param>
/// <param name="Fields">The fields.</param>
internal sealed record HpackBlock(int[] TableSizes, bool IsHuffman, HpackField[] Fields)
{
    public override string ToString() =>
        $"{string.Concat(TableSizes.Select(static s => $"table {s}; "))}{(IsHuffman ? "Huffman " : "")}[{string.Join(" | ", Fields.Select(static f => f.ToString()))}]";
}
