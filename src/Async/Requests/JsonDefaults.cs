using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace PollHttp.Requests;

/// <summary>Provides the JSON options that apply if the caller gives none: those of HttpClient's JSON methods.</summary>
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
            options.MakeReadOnly(populateMissingResolver: true); // as the serializer itself does at the first use
        }

        return (JsonTypeInfo<T>)options.GetTypeInfo(typeof(T));
    }
}
