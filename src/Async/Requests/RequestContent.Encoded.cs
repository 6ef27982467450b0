using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using PollHttp.Requests;

namespace PollHttp;

public abstract partial class RequestContent
{
    internal const string JsonNeedsReflection =
        "Types are looked into by reflection, which trimming may have removed; use the overload with a JsonTypeInfo.";

    /// <summary>Returns a value as JSON in UTF-8 (RFC 8259). It is serialized now, so later changes of the value have no effect. Does not
    /// use reflection, so it supports trimming and native AOT.</summary>
    /// <exception cref="JsonException">The value can't be written as JSON, for example because it contains itself.</exception>
    public static RequestContent FromJson<T>(T value, JsonTypeInfo<T> jsonTypeInfo)
    {
        ArgumentNullException.ThrowIfNull(jsonTypeInfo);
        return new MemoryContent(JsonSerializer.SerializeToUtf8Bytes(value, jsonTypeInfo))
        {
            ContentType = "application/json; charset=utf-8",
        };
    }

    /// <summary>Returns a value as JSON in UTF-8, serialized now, by reflection. For trimming and native AOT use the overload with a
    /// JsonTypeInfo.</summary>
    /// <param name="value">The value to write.</param>
    /// <param name="options">The options; null for the defaults of web APIs (<see cref="JsonSerializerDefaults.Web"/>).</param>
    /// <exception cref="JsonException">The value can't be written as JSON, for example because it contains itself.</exception>
    [RequiresUnreferencedCode(JsonNeedsReflection)]
    [RequiresDynamicCode(JsonNeedsReflection)]
    public static RequestContent FromJson<T>(T value, JsonSerializerOptions? options = null) =>
        new MemoryContent(JsonSerializer.SerializeToUtf8Bytes(value, options ?? JsonDefaults.Web))
        {
            ContentType = "application/json; charset=utf-8",
        };

    /// <summary>
    /// Returns fields as application/x-www-form-urlencoded, in the order given. A name may occur more than once, and a null value is sent
    /// as an empty one.
    /// </summary>
#pragma warning disable RS0041 // oblivious nullability: dictionaries with nullable and with non-nullable values can be forms
#nullable disable annotations
    public static RequestContent FromForm(IEnumerable<KeyValuePair<string, string>> fields)
#nullable restore annotations
#pragma warning restore RS0041
    {
        ArgumentNullException.ThrowIfNull(fields);
        var text = new StringBuilder();
        foreach ((string name, string? value) in fields)
        {
            if (text.Length > 0)
            {
                text.Append('&');
            }

            AppendFormEncoded(text, name);
            text.Append('=');
            AppendFormEncoded(text, value ?? "");
        }

        return new MemoryContent(Encoding.ASCII.GetBytes(text.ToString())) { ContentType = "application/x-www-form-urlencoded" };
    }

    // A space is '+' in a form. Every '%20' here was a space, since a percent sign in the text has become '%25'.
    private static void AppendFormEncoded(StringBuilder text, string part) =>
        text.Append(Uri.EscapeDataString(part).Replace("%20", "+", StringComparison.Ordinal));
}
