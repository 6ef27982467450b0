using System.Collections;
using System.Diagnostics;

namespace PollHttp.Core;

/// <summary>Holds fields to send: ordered, duplicates kept, checked as they are added (RFC 9110
/// §5).</summary>
[DebuggerDisplay("{DebuggerDisplay,nq}")]
public sealed class HeaderList : IReadOnlyList<HeaderField>
{
    private readonly List<HeaderField> _fields = [];

    /// <inheritdoc/>
    public int Count => _fields.Count;

    /// <inheritdoc/>
    public HeaderField this[int index] => _fields[index];

    /// <summary>Gets all values of that name, in any case, joined with <c>", "</c> (RFC 9110 §5.3), or null. Sets the only value of that
    /// name, or removes every field of that name if null.</summary>
    /// <exception cref="ArgumentException">The name or the value is invalid: see <see cref="Add(string, string)"/>.</exception>
    public string? this[string name]
    {
        get
        {
            ArgumentNullException.ThrowIfNull(name);
            string? combined = null;
            foreach (HeaderField field in _fields)
            {
                if (field.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
                {
                    combined = combined is null ? field.Value : combined + ", " + field.Value;
                }
            }

            return combined;
        }

        set
        {
            ArgumentNullException.ThrowIfNull(name);
            if (value is null)
            {
                Remove(name);
            }
            else
            {
                Set(name, value);
            }
        }
    }

    /// <summary>Adds a field after the others.</summary>
    /// <exception cref="ArgumentException">The name is not a token, or the value has CR, LF, NUL, another control character, or a character
    /// above U+00FF.</exception>
    public void Add(string name, string value) => Add(new HeaderField(name, value));

    /// <inheritdoc cref="Add(string, string)"/>
    public void Add(HeaderField field) => _fields.Add(RequestHeadRules.CheckField(field));

    /// <summary>Replaces all fields of that name by one field.</summary>
    /// <inheritdoc cref="Add(string, string)" path="/exception"/>
    public void Set(string name, string value)
    {
        HeaderField field = RequestHeadRules.CheckField(new(name, value));
        Remove(name);
        _fields.Add(field);
    }

    /// <summary>Removes every field of that name, in any case; returns false if there was none.</summary>
    public bool Remove(string name) =>
        _fields.RemoveAll(f => f.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) > 0;

    /// <summary>Removes all fields.</summary>
    public void Clear() => _fields.Clear();

    /// <summary>Determines whether there is a field of that name, in any case.</summary>
    public bool Contains(string name) => TryGetValue(name, out _);

    /// <summary>Returns the value of the first field of that name.</summary>
    public bool TryGetValue(string name, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out string? value)
    {
        foreach (HeaderField field in _fields)
        {
            if (field.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                value = field.Value;
                return true;
            }
        }

        value = null;
        return false;
    }

    /// <summary>Enumerates without allocating.</summary>
    public List<HeaderField>.Enumerator GetEnumerator() => _fields.GetEnumerator();

    IEnumerator<HeaderField> IEnumerable<HeaderField>.GetEnumerator() => _fields.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => _fields.GetEnumerator();

    private string DebuggerDisplay => $"{Count} fields";
}
