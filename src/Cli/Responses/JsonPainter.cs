using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using PollHttp.Cli.Display;

namespace PollHttp.Cli.Responses;

/// <summary>Indents JSON and colours it. Numbers and strings are not changed; each of several values begins on its own line.</summary>
internal static class JsonPainter
{
    private const int MaxDepth = 512;

    /// <returns>False if the text is not JSON and should be shown unchanged.</returns>
    public static bool TryPaint(ReadOnlySpan<byte> json, Ink ink, [NotNullWhen(true)] out string? painted)
    {
        StringBuilder text = new(json.Length * 2);
        Utf8JsonReader reader = new(json, new JsonReaderOptions { AllowMultipleValues = true, MaxDepth = MaxDepth });
        JsonTokenType before = JsonTokenType.None;
        try
        {
            while (reader.Read())
            {
                Separate(text, before, reader.TokenType, reader.CurrentDepth);
                Append(text, ref reader, ink);
                before = reader.TokenType;
            }
        }
        catch (JsonException)
        {
            painted = null;
            return false;
        }

        painted = text.Append('\n').ToString();
        return before != JsonTokenType.None;
    }

    private static void Separate(StringBuilder text, JsonTokenType before, JsonTokenType token, int depth)
    {
        bool opens = before is JsonTokenType.StartArray or JsonTokenType.StartObject;
        bool closes = token is JsonTokenType.EndArray or JsonTokenType.EndObject;
        if (before is JsonTokenType.None or JsonTokenType.PropertyName || (opens && closes))
        {
            return;
        }

        if (!opens && !closes && depth > 0)
        {
            text.Append(',');
        }

        text.Append('\n').Append(' ', depth * 2);
    }

    private static void Append(StringBuilder text, ref Utf8JsonReader reader, Ink ink)
    {
        string raw = Encoding.UTF8.GetString(reader.ValueSpan);
        _ = reader.TokenType switch
        {
            JsonTokenType.PropertyName => text.Append(ink.Blue($"\"{raw}\"")).Append(": "),
            JsonTokenType.String => text.Append(ink.Green($"\"{raw}\"")),
            JsonTokenType.Number => text.Append(ink.Cyan(raw)),
            JsonTokenType.True or JsonTokenType.False => text.Append(ink.Yellow(raw)),
            JsonTokenType.Null => text.Append(ink.Dim(raw)),
            _ => text.Append(raw),
        };
    }
}
