namespace PollHttp.Requests;

/// <summary>
/// Collects small pieces, and sends them with the next large piece or when there are enough. So a content that writes small pieces (the
/// heads of parts, a serializer) does not send each as a separate chunk or packet. Large pieces are not copied.
/// </summary>
internal sealed class GatheringSink(ContentSink inner) : WrappingSink(inner)
{
    private const int Capacity = 16 * 1024;

    // Copying less than this costs less than another segment in the gathered send.
    private const int SmallPiece = 2 * 1024;

    private byte[]? _collected;
    private int _count;
    private bool _discards;

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> piece) =>
        TryCollect(piece) ? default : new(SendAsync(piece));

    public override void Write(ReadOnlyMemory<byte> piece)
    {
        if (!TryCollect(piece))
        {
            Inner.Write(Take(piece));
        }
    }

    /// <summary>Sends the collected pieces.</summary>
    public ValueTask FlushAsync() => _count == 0 ? default : Inner.WriteAsync(Take(default));

    /// <inheritdoc cref="FlushAsync"/>
    public void Flush()
    {
        if (_count > 0)
        {
            Inner.Write(Take(default));
        }
    }

    /// <summary>
    /// Drops the collected pieces and everything that follows: the content has failed, and its wrappers are being closed.
    /// </summary>
    public void Discard()
    {
        _discards = true;
        _count = 0;
    }

    private async Task SendAsync(ReadOnlyMemory<byte> piece) => await Inner.WriteAsync(Take(piece)).ConfigureAwait(false);

    private bool TryCollect(ReadOnlyMemory<byte> piece)
    {
        if (_discards || piece.IsEmpty)
        {
            return true;
        }

        if (piece.Length > SmallPiece || _count + piece.Length > Capacity)
        {
            return false;
        }

        _collected ??= new byte[Capacity];
        piece.CopyTo(_collected.AsMemory(_count));
        _count += piece.Length;
        return true;
    }

    private ReadOnlySequence<byte> Take(ReadOnlyMemory<byte> piece)
    {
        ReadOnlyMemory<byte> collected = _collected.AsMemory(0, _count);
        _count = 0;
        return collected.IsEmpty ? new(piece) : piece.IsEmpty ? new(collected) : Joint.Of(collected, piece);
    }

    private sealed class Joint : ReadOnlySequenceSegment<byte>
    {
        private Joint(ReadOnlyMemory<byte> memory, long runningIndex)
        {
            Memory = memory;
            RunningIndex = runningIndex;
        }

        public static ReadOnlySequence<byte> Of(ReadOnlyMemory<byte> first, ReadOnlyMemory<byte> second)
        {
            var tail = new Joint(second, first.Length);
            return new(new Joint(first, 0) { Next = tail }, 0, tail, second.Length);
        }
    }
}
