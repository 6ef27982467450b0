using System.Runtime.InteropServices;
using System.Text;

namespace PollHttp.Core;

/// <summary>
/// Stores the bytes of one head and the positions of its fields. Grows with the head, within the connection's limits, and is reused for the
/// next head. Not a stream: the last line can be removed or rewritten (unfolding).
/// </summary>
internal sealed class HeadStorage
{
    private byte[] _bytes = [];
    private FieldRange[] _fields = [];
    private readonly bool _isDetached;
    private string?[]? _values;

    public HeadStorage()
    {
    }

    /// <summary>Initializes a copy without spare capacity.</summary>
    public HeadStorage(HeadStorage other)
    {
        _bytes = other._bytes.AsSpan(0, other.Length).ToArray();
        _fields = other._fields.AsSpan(0, other.FieldCount).ToArray();
        Length = other.Length;
        FieldCount = other.FieldCount;
        _isDetached = true;
    }

    public int Length { get; private set; }

    public int FieldCount { get; private set; }

    public ReadOnlySpan<FieldRange> Fields => _fields.AsSpan(0, FieldCount);

    public ReadOnlySpan<byte> Slice(int start, int length) => _bytes.AsSpan(start, length);

    public Span<byte> Writable(int start, int length) => _bytes.AsSpan(start, length);

    public ref FieldRange Field(int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)FieldCount, nameof(index));
        return ref _fields[index];
    }

    /// <summary>
    /// Returns the value of a field as text. A detached head caches the text, since it may serve many responses. Two threads may create the
    /// same text; either result is valid.
    /// </summary>
    public string GetValue(int index)
    {
        if (!_isDetached)
        {
            return Decode(Field(index));
        }

        string?[] values = _values ??= new string?[FieldCount];
        return values[index] ??= Decode(Field(index));
    }

    public void Append(ReadOnlySpan<byte> bytes)
    {
        if (Length + bytes.Length > _bytes.Length)
        {
            Array.Resize(ref _bytes, Math.Max(512, Math.Max(_bytes.Length * 2, Length + bytes.Length)));
        }

        bytes.CopyTo(_bytes.AsSpan(Length));
        Length += bytes.Length;
    }

    public bool HasSameContents(HeadStorage other) =>
        _bytes.AsSpan(0, Length).SequenceEqual(other._bytes.AsSpan(0, other.Length))
        && MemoryMarshal.AsBytes(Fields).SequenceEqual(MemoryMarshal.AsBytes(other.Fields));

    public void Truncate(int length) => Length = length;

    public void AddField(FieldRange field)
    {
        if (FieldCount == _fields.Length)
        {
            Array.Resize(ref _fields, Math.Max(16, FieldCount * 2));
        }

        _fields[FieldCount++] = field;
    }

    public void RemoveField(int index)
    {
        _fields.AsSpan(index + 1, FieldCount - index - 1).CopyTo(_fields.AsSpan(index));
        FieldCount--;
        _values = null;
    }

    public void Reset()
    {
        Length = 0;
        FieldCount = 0;
    }

    private string Decode(in FieldRange field) => Encoding.Latin1.GetString(_bytes.AsSpan(field.ValueStart, field.ValueLength));
}
