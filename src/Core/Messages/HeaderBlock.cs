using System.Collections;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;

namespace PollHttp.Core;

/// <summary>
/// Holds received fields in the order, case and number in which they arrived. The bytes are copied once from the receive buffer. Strings
/// are made on demand, for one field at a time; a detached head makes each string once.
/// </summary>
/// <remarks>Thread safety: not safe for use while the connection that fills it is being polled on another thread.</remarks>
[DebuggerDisplay("{DebuggerDisplay,nq}")]
public sealed class HeaderBlock : IReadOnlyList<HeaderField>
{
    private readonly HeadStorage _storage;

    internal HeaderBlock(HeadStorage storage) => _storage = storage;

    internal HeadStorage Storage => _storage;

    /// <inheritdoc/>
    public int Count => _storage.FieldCount;

    /// <inheritdoc/>
    public HeaderField this[int index] => new(GetName(index), _storage.GetValue(index));

    /// <summary>Gets all values of that name, in any case, joined as by <see cref="GetCombined"/>; null if there is none.</summary>
    public string? this[string name] => GetCombined(name);

    /// <summary>Returns the name in the case received; common names are the same string every time.</summary>
    public string GetName(int index) => HeaderNames.GetString(GetNameBytes(index));

    /// <summary>Returns the bytes of the name; valid as long as this block.</summary>
    public ReadOnlySpan<byte> GetNameBytes(int index)
    {
        ref readonly FieldRange range = ref _storage.Field(index);
        return _storage.Slice(range.NameStart, range.NameLength);
    }

    /// <summary>Returns the bytes of the value exactly as received, without surrounding white space; valid as long as this block.</summary>
    public ReadOnlySpan<byte> GetValueBytes(int index)
    {
        ref readonly FieldRange range = ref _storage.Field(index);
        return _storage.Slice(range.ValueStart, range.ValueLength);
    }

    /// <summary>Returns the position of the first field of that name at or after <paramref name="start"/>, or −1.</summary>
    public int IndexOf(string name, int start = 0)
    {
        ArgumentNullException.ThrowIfNull(name);
        ReadOnlySpan<FieldRange> fields = _storage.Fields;
        for (int i = start; i < fields.Length; i++)
        {
            if (fields[i].NameLength == name.Length
                && Ascii.EqualsIgnoreCase(_storage.Slice(fields[i].NameStart, name.Length), name))
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>Determines whether a field of that name, in any case, was received.</summary>
    public bool Contains(string name) => IndexOf(name) >= 0;

    /// <summary>Returns the value of the first field of that name.</summary>
    public bool TryGetValue(string name, [NotNullWhen(true)] out string? value)
    {
        int index = IndexOf(name);
        value = index < 0 ? null : _storage.GetValue(index);
        return value is not null;
    }

    /// <summary>Returns all values of that name joined with <c>", "</c> (RFC 9110
    /// §5.3), or null. Wrong for Set-Cookie: use <see cref="GetValues"/>.</summary>
    public string? GetCombined(string name)
    {
        string? combined = null;
        for (int i = IndexOf(name); i >= 0; i = IndexOf(name, i + 1))
        {
            string value = _storage.GetValue(i);
            combined = combined is null ? value : combined + ", " + value;
        }

        return combined;
    }

    /// <summary>Returns every value of that name, in order, never joined.</summary>
    public IReadOnlyList<string> GetValues(string name)
    {
        List<string> values = [];
        for (int i = IndexOf(name); i >= 0; i = IndexOf(name, i + 1))
        {
            values.Add(_storage.GetValue(i));
        }

        return values;
    }

    /// <inheritdoc/>
    public IEnumerator<HeaderField> GetEnumerator()
    {
        for (int i = 0; i < Count; i++)
        {
            yield return this[i];
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private string DebuggerDisplay => $"{Count} fields";
}
