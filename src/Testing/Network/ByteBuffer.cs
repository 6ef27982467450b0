namespace PollHttp.Testing;

/// <summary>Implements a growable first-in-first-out buffer that stays contiguous. Allocates only when it grows.</summary>
internal sealed class ByteBuffer
{
    private byte[] _bytes = new byte[1024];
    private int _start;

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Span => _bytes.AsSpan(_start, Length);

    public void Append(ReadOnlySpan<byte> bytes) => bytes.CopyTo(Extend(bytes.Length));

    /// <summary>Adds room at the end, which the caller fills.</summary>
    public Span<byte> Extend(int count)
    {
        MakeRoom(count);
        Span<byte> room = _bytes.AsSpan(_start + Length, count);
        Length += count;
        return room;
    }

    public void Consume(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, Length);
        Length -= count;
        _start = Length == 0 ? 0 : _start + count;
    }

    private void MakeRoom(int count)
    {
        if (_start + Length + count <= _bytes.Length)
        {
            return;
        }

        int needed = checked(Length + count);
        byte[] target = needed <= _bytes.Length / 2 ? _bytes : new byte[Math.Max(needed, _bytes.Length * 2)];
        Buffer.BlockCopy(_bytes, _start, target, 0, Length);
        _bytes = target;
        _start = 0;
    }
}
