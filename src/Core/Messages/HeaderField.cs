namespace PollHttp.Core;

/// <summary>Represents one field line: a name and a value, as text (Latin-1 on the wire, RFC 9110 §5.5).</summary>
/// <param name="Name">The field name in the case it has on the wire.</param>
/// <param name="Value">The field value without surrounding white space.</param>
public readonly record struct HeaderField(string Name, string Value)
{
    /// <summary>Splits a line of the form <c>Name: value</c>.</summary>
    /// <exception cref="ArgumentException">The line has no colon, or its name is not a token.</exception>
    public static HeaderField Parse(string line)
    {
        ArgumentNullException.ThrowIfNull(line);
        int colon = line.IndexOf(':', StringComparison.Ordinal);
        if (colon <= 0)
        {
            throw new ArgumentException("A header line needs the form \"Name: value\".", nameof(line));
        }

        return new(line[..colon], line[(colon + 1)..].Trim(' ', '\t'));
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Name}: {Value}";
}
