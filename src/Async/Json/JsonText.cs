namespace PollHttp.Json;

/// <summary>Holds the text of a body that arrived in several slices, as one piece of rented memory, where a parser is faster.</summary>
internal sealed class JsonText(int capacity) : IDisposable
{
    private byte[] _array = ArrayPool<byte>.Shared.Rent(capacity);

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Span => _array.AsSpan(0, Length);

    public void Append(in ReadOnlySequence<byte> slices)
    {
        int length = checked(Length + (int)slices.Length);
        if (length > _array.Length)
        {
            byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(length, (int)Math.Min(Array.MaxLength, 2L * _array.Length)));
            Span.CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_array);
            _array = larger;
        }

        slices.CopyTo(_array.AsSpan(Length));
        Length = length;
    }

    public void Dispose()
    {
        byte[] array = _array;
        _array = [];
        Length = 0;
        if (array.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(array);
        }
    }
}
