using System.Text.Json;

namespace PollHttp;

/// <summary>What JSON is read and written with where the caller gives no options: as HttpClient's JSON methods do.</summary>
internal static class JsonDefaults
{
    public static JsonSerializerOptions Web { get; } = new(JsonSerializerDefaults.Web);
}
