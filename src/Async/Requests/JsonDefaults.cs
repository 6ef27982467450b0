using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace PollHttp.Requests;

/// <summary>What JSON is read and written with where the caller gives no options: as HttpClient's JSON methods do.</summary>
internal static class JsonDefaults
{
    public static JsonSerializerOptions Web { get; } = new(JsonSerializerDefaults.Web);

    [RequiresUnreferencedCode(RequestContent.JsonNeedsReflection)]
    [RequiresDynamicCode(RequestContent.JsonNeedsReflection)]
    public static JsonTypeInfo<T> TypeOf<T>(JsonSerializerOptions? options)
    {
        options ??= Web;
        if (options.TypeInfoResolver is null)
        {
            options.MakeReadOnly(populateMissingResolver: true); // as the serializer itself does at first use
        }

        return (JsonTypeInfo<T>)options.GetTypeInfo(typeof(T));
    }
}
