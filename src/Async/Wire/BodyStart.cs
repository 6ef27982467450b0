namespace PollHttp.Wire;

/// <summary>Holds the beginning of a body, up to a limit, in memory that grows on demand.</summary>
internal struct BodyStart(int limit)
{
    private byte[]? _bytes;
    private int _length;

    public readonly ReadOnlyMemory<byte> Memory => _bytes.AsMemory(0, _length);

    public void Add(ReadOnlySpan<byte> piece)
    {
        int count = Math.Min(piece.Length, limit - _length);
        if (count <= 0)
        {
            return;
        }

        int needed = _length + count;
        if (_bytes is null || _bytes.Length < needed)
        {
            Array.Resize(ref _bytes, (int)Math.Min(limit, Math.Max(needed, 2L * _length)));
        }

        piece[..count].CopyTo(_bytes.AsSpan(_length));
        _length = needed;
    }

    /// <param name="pieces">A part of the body; bytes that are already stored are ignored.</param>
    /// <param name="at">The position in the body where it begins: not beyond the stored bytes.</param>
    public void Add(ReadOnlySequence<byte> pieces, long at)
    {
        if (_length >= limit)
        {
            return;
        }

        foreach (ReadOnlyMemory<byte> piece in pieces.Slice(_length - at))
        {
            Add(piece.Span);
        }
    }
}
