using System.Diagnostics;

namespace PollHttp.Decoding;

/// <summary>Holds decoded bytes that the consumer has not taken yet, in a chain of pooled blocks. Bytes are never moved.</summary>
internal sealed class DecodedBuffer
{
    private const int BlockSize = 64 * 1024;

    private Block? _first;
    private Block? _last;
    private int _start;
    private int _end;
    private long _runningIndex;

    public long Length { get; private set; }

    public ReadOnlySequence<byte> Sequence => Length == 0 ? ReadOnlySequence<byte>.Empty : new(_first!, _start, _last!, _end);

    /// <summary>Returns room for at least one byte.</summary>
    public Span<byte> GetSpan()
    {
        if (_last is null || _end == BlockSize)
        {
            Block block = new(ArrayPool<byte>.Shared.Rent(BlockSize), _runningIndex);
            _runningIndex += BlockSize;
            _last?.Append(block);
            _last = block;
            _first ??= block;
            _end = 0;
        }

        return _last.Bytes.AsSpan(_end, BlockSize - _end);
    }

    public void Commit(int count)
    {
        _end += count;
        Length += count;
    }

    public void Consume(long count)
    {
        Length -= count;
        while (count > 0)
        {
            int here = (int)Math.Min(count, (_first == _last ? _end : BlockSize) - _start);
            Poison(_first!, _start, here);
            _start += here;
            count -= here;
            if (_start == BlockSize && _first != _last)
            {
                Block passed = _first!;
                _first = passed.After;
                _start = 0;
                ArrayPool<byte>.Shared.Return(passed.Bytes);
            }
        }

        if (Length == 0 && _last is not null)
        {
            // Empty: start again at the front of the block instead of returning and renting it.
            _start = 0;
            _end = 0;
        }
    }

    /// <summary>Returns all blocks, including unread bytes.</summary>
    public void Clear()
    {
        for (; _first is not null; _first = _first.After)
        {
            ArrayPool<byte>.Shared.Return(_first.Bytes);
        }

        _last = null;
        _start = 0;
        _end = 0;
        Length = 0;
    }

    [Conditional("DEBUG")]
    private static void Poison(Block block, int start, int count) => block.Bytes.AsSpan(start, count).Fill(0xDD);

    private sealed class Block : ReadOnlySequenceSegment<byte>
    {
        public Block(byte[] bytes, long runningIndex)
        {
            Bytes = bytes;
            Memory = bytes.AsMemory(0, BlockSize);
            RunningIndex = runningIndex;
        }

        public byte[] Bytes { get; }

        public Block? After => (Block?)Next;

        public void Append(Block block) => Next = block;
    }
}
