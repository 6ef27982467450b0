using System.Buffers;
using System.Diagnostics;

namespace PollHttp.Core;

/// <summary>
/// Holds output in order: heads and chunk framing in our own pooled block, content in the caller's memory, gathered into one sequence.
/// </summary>
internal sealed class SendQueue(SlabPool pool)
{
    private const int BlockSize = 4 * 1024;

    private OutputSegment? _first;
    private OutputSegment? _last;
    private int _firstOffset;
    private OutputSegment? _free;
    private byte[]? _block;
    private int _blockUsed;
    private int _lastOwnedStart = -1;
    private List<byte[]>? _fullBlocks;
    private long _runningIndex;
    private int _borrowed;

    /// <summary>Gets the number of bytes not yet sent.</summary>
    public long Length { get; private set; }

    public bool IsEmpty => Length == 0;

    /// <summary>Gets a value indicating whether the caller's memory is still needed.</summary>
    public bool HoldsBorrowed => _borrowed > 0;

    public ReadOnlySequence<byte> Output => _first is null
        ? ReadOnlySequence<byte>.Empty
        : new(_first, _firstOffset, _last!, _last!.Memory.Length);

    /// <summary>Returns room for our own bytes; <see cref="Commit"/> says how many were written.</summary>
    public Span<byte> GetSpan(int size)
    {
        if (_block is null || _block.Length - _blockUsed < size)
        {
            byte[] block = pool.Rent(Math.Max(size, BlockSize)); // first: if this runs out of memory, nothing has changed
            if (_block is not null)
            {
                (_fullBlocks ??= []).Add(_block);
                _lastOwnedStart = -1;
            }

            _block = block;
            _blockUsed = 0;
        }

        return _block.AsSpan(_blockUsed);
    }

    public void Commit(int count)
    {
        Debug.Assert(_block is not null && _blockUsed + count <= _block.Length, "Commit past the span handed out.");
        if (_lastOwnedStart >= 0)
        {
            _last!.Grow(_block.AsMemory(_lastOwnedStart, _blockUsed + count - _lastOwnedStart));
        }
        else
        {
            Append(_block.AsMemory(_blockUsed, count), borrowed: false);
            _lastOwnedStart = _blockUsed;
        }

        _blockUsed += count;
        _runningIndex += count;
        Length += count;
    }

    public void AppendBorrowed(ReadOnlyMemory<byte> data)
    {
        Append(data, borrowed: true);
        _lastOwnedStart = -1;
        _borrowed++;
        _runningIndex += data.Length;
        Length += data.Length;
    }

    public void Advance(long count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((ulong)count, (ulong)Length, nameof(count));
        Length -= count;
        while (count > 0)
        {
            OutputSegment segment = _first!;
            int left = segment.Memory.Length - _firstOffset;
            if (count < left)
            {
                _firstOffset += (int)count;
                return;
            }

            count -= left;
            RemoveFirst();
        }

        if (Length == 0)
        {
            Clear();
        }
    }

    /// <summary>Drops unsent output and returns every block.</summary>
    public void Clear()
    {
        while (_first is not null)
        {
            RemoveFirst();
        }

        Length = 0;
        _runningIndex = 0;
        _lastOwnedStart = -1;
        if (_block is not null)
        {
            pool.Return(_block);
            _block = null;
        }

        if (_fullBlocks is { Count: > 0 })
        {
            foreach (byte[] block in _fullBlocks)
            {
                pool.Return(block);
            }

            _fullBlocks.Clear();
        }
    }

    private void Append(ReadOnlyMemory<byte> memory, bool borrowed)
    {
        OutputSegment segment = _free ?? new OutputSegment();
        _free = segment.NextSegment;
        segment.Set(memory, borrowed, _runningIndex);
        _last?.Link(segment);
        _last = segment;
        _first ??= segment;
    }

    private void RemoveFirst()
    {
        OutputSegment segment = _first!;
        _first = segment.NextSegment;
        _firstOffset = 0;
        if (_first is null)
        {
            _last = null;
            _lastOwnedStart = -1;
        }

        if (segment.Borrowed)
        {
            _borrowed--;
        }

        segment.Set(default, false, 0);
        segment.Link(_free);
        _free = segment;
    }
}
