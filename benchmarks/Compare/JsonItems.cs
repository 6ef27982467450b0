using System.Text.Json;
using System.Text.Json.Serialization;

namespace PollHttp.Compare;

/// <summary>What the JSON scenario reads.</summary>
internal sealed record JsonItem(int Id, string Name, double Price, bool InStock, string[] Tags);

/// <summary>About 16 KiB of it.</summary>
internal static class JsonItems
{
    public const int Count = 150;

    public static byte[] Text { get; } = JsonSerializer.SerializeToUtf8Bytes(
        Enumerable.Range(1, Count).Select(i => new JsonItem(i, $"An article with the number {i}", i * 1.25, i % 3 != 0, ["small", $"group-{i % 7}"])).ToArray(),
        JsonContext.Default.JsonItemArray);
}

/// <summary>Generated code, the same for every contestant.</summary>
[JsonSerializable(typeof(JsonItem[]))]
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
internal sealed partial class JsonContext : JsonSerializerContext;
