using System.Text.Json;
using System.Text.Json.Serialization;

namespace PollHttp.Compare;

/// <summary>All results, one object each.</summary>
internal static class JsonReport
{
    private static readonly JsonSerializerOptions s_options = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    public static Task WriteAsync(string file, IReadOnlyList<Result> results) =>
        File.WriteAllTextAsync(file, JsonSerializer.Serialize(new { results }, s_options) + "\n");
}
