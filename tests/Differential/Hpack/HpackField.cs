namespace PollHttp.Differential;

/// <summary>A field of a generated block, in Latin-1.</summary>
/// <param name="Name">The name.</param>
/// <param name="Value">The value.</param>
/// <param name="IsSensitive">Whether an encoder that is told so must never index it.</param>
internal sealed record HpackField(string Name, string Value, bool IsSensitive)
{
    private const int MostShown = 40;

    public override string ToString() => $"{Show(Name)}: {Show(Value)}{(IsSensitive ? " (sensitive)" : "")}";

    private static string Show(string text) => text.Length > MostShown ? $"{Printable.Of(text[..MostShown])}… {text.Length}" : Printable.Of(text);
}
