using System.Buffers;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace PollHttp.Core.Http2;

/// <summary>
/// Holds the octets to send, in order, as one sequence: our octets in pooled blocks, and content in the caller's memory. A position counts
/// all octets ever sent.
/// </summary>
internal sealed class OutputChain(SlabPool pool)
{
    private const int BlockSize = 4 * 1024;

    private readonly OutputBlocks _blocks = new(pool);
    private FrameSegment? _first;
    private FrameSegment? _last;
    private int _firstOffset;
    private FrameSegment? _freeSegments;
    private OutputBlock? _block;

    /// <summary>Gets the number of octets not yet sent.</summary>
    public long Length { get; private set; }

    /// <summary>Gets the number of octets that were sent, or dropped by <see cref="Clear"/>.</summary>
    public long Sent { get; private set; }

    /// <summary>Gets the position after the last octet.</summary>
    public long End => Sent + Length;

    public ReadOnlySequence<byte> Output => _first is null
        ? ReadOnlySequence<byte>.Empty
        : new(_first, _firstOffset, _last!, _last!.Memory.Length);

    /// <summary>Gets room for octets of our own; <see cref="Commit"/> appends those that were written.</summary>
    public Span<byte> GetSpan(int size)
    {
        if (_block is null || _block.Octets.Length - _block.Used < size)
        {
            OutputBlock? full = _block;
            _block = _blocks.Rent(Math.Max(size, BlockSize));
            if (full is { Segments: 0 })
            {
                _blocks.Return(full);
            }
        }

        return _block.Octets.AsSpan(_block.Used, size);
    }

    /// <summary>Appends octets that were written into the span.</summary>
    public void Commit(int count)
    {
        OutputBlock block = _block!;
        if (_last is not null && _last.Block == block && Follows(_last, block))
        {
            _last.Place(block.Octets.AsMemory(block.Used - _last.Memory.Length, _last.Memory.Length + count), _last.RunningIndex);
        }
        else
        {
            Append(block.Octets.AsMemory(block.Used, count), null, block);
        }

        block.Used += count;
        Length += count;
    }

    /// <summary>Appends content of a caller.</summary>
    public void AppendBorrowed(ReadOnlyMemory<byte> data, Http2Stream lender)
    {
        lender.BorrowedPieces++;
        Append(data, lender, null);
        Length += data.Length;
    }

    /// <summary>Advances past octets that were sent.</summary>
    public void Advance(long count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((ulong)count, (ulong)Length, nameof(count));
        Length -= count;
        Sent += count;
        while (count > 0)
        {
            int left = _first!.Memory.Length - _firstOffset;
            if (count < left)
            {
                _firstOffset += (int)count;
                return;
            }

            count -= left;
            RemoveFirst();
        }

        ReleaseIfEmpty();
    }

    /// <summary>Drops everything.</summary>
    public void Clear()
    {
        while (_first is not null)
        {
            RemoveFirst();
        }

        Sent += Length;
        Length = 0;
        ReleaseIfEmpty();
    }

    /// <summary>Removes octets from the middle, by their position. None of them may have been sent.</summary>
    public void RemoveRange(long start, long end)
    {
        Length -= end - start;
        long position = Sent - _firstOffset;
        FrameSegment? previous = null;
        FrameSegment? segment = _first;
        while (segment is not null && position < end)
        {
            FrameSegment? next = segment.NextSegment;
            long segmentEnd = position + segment.Memory.Length;
            int from = (int)Math.Clamp(start - position, 0, segment.Memory.Length);
            int to = (int)Math.Clamp(end - position, 0, segment.Memory.Length);
            ReadOnlyMemory<byte> memory = segment.Memory;
            if (from < to)
            {
                if (from == 0 && to == memory.Length)
                {
                    Unlink(previous, segment);
                    segment = previous;
                }
                else if (from > 0 && to < memory.Length)
                {
                    FrameSegment rest = RentSegment();
                    rest.Set(memory[to..], segment.Lender, segment.Block, 0);
                    CountSplit(rest);
                    rest.Link(next);
                    segment.Place(memory[..from], 0);
                    segment.Link(rest);
                    _last = _last == segment ? rest : _last;
                    segment = rest;
                }
                else
                {
                    segment.Place(from > 0 ? memory[..from] : memory[to..], 0);
                }
            }

            previous = segment;
            segment = next;
            position = segmentEnd;
        }

        long index = 0;
        for (FrameSegment? each = _first; each is not null; each = each.NextSegment)
        {
            each.Place(each.Memory, index);
            index += each.Memory.Length;
        }
    }

    /// <summary>Copies the unsent content of one stream, so that the caller's memory is no longer needed.</summary>
    public void CopyBorrowed(Http2Stream stream)
    {
        for (FrameSegment? segment = _first; segment is not null && stream.BorrowedPieces > 0; segment = segment.NextSegment)
        {
            if (segment.Lender == stream)
            {
                OutputBlock block = _blocks.Rent(segment.Memory.Length);
                segment.Memory.Span.CopyTo(block.Octets);
                FrameSegment? next = segment.NextSegment;
                block.Used = segment.Memory.Length;
                block.Segments = 1;
                stream.BorrowedPieces--;
                segment.Set(block.Octets.AsMemory(0, segment.Memory.Length), null, block, segment.RunningIndex);
                segment.Link(next);
            }
        }
    }

    /// <summary>Returns the memory if everything was sent.</summary>
    public void ReleaseIfEmpty()
    {
        if (Length > 0)
        {
            return;
        }

        while (_first is not null)
        {
            RemoveFirst(); // the sent part of a segment whose rest was removed
        }

        if (_block is not null)
        {
            _blocks.Return(_block);
            _block = null;
        }
    }
    private static bool Follows(FrameSegment segment, OutputBlock block) =>
        MemoryMarshal.TryGetArray(segment.Memory, out ArraySegment<byte> array)
        && array.Offset + array.Count == block.Used;

    private void Append(ReadOnlyMemory<byte> memory, Http2Stream? lender, OutputBlock? block)
    {
        FrameSegment segment = RentSegment();
        segment.Set(memory, lender, block, _last is null ? 0 : _last.RunningIndex + _last.Memory.Length);
        if (block is not null)
        {
            block.Segments++;
        }

        _last?.Link(segment);
        _last = segment;
        _first ??= segment;
    }

    private void RemoveFirst()
    {
        FrameSegment segment = _first!;
        _first = segment.NextSegment;
        _firstOffset = 0;
        if (_first is null)
        {
            _last = null;
        }

        Free(segment);
    }

    private void Unlink(FrameSegment? previous, FrameSegment segment)
    {
        if (previous is null)
        {
            _first = segment.NextSegment;
            Debug.Assert(_firstOffset == 0, "A segment that has been partly sent is removed.");
        }
        else
        {
            previous.Link(segment.NextSegment);
        }

        _last = _last == segment ? previous : _last;
        Free(segment);
    }

    private static void CountSplit(FrameSegment rest)
    {
        if (rest.Block is not null)
        {
            rest.Block.Segments++;
        }

        if (rest.Lender is not null)
        {
            rest.Lender.BorrowedPieces++;
        }
    }

    private FrameSegment RentSegment()
    {
        FrameSegment segment = _freeSegments ?? new FrameSegment();
        _freeSegments = segment.NextSegment;
        return segment;
    }

    private void Free(FrameSegment segment)
    {
        if (segment.Block is { } block && --block.Segments == 0)
        {
            if (block == _block)
            {
                block.Used = 0;
            }
            else
            {
                _blocks.Return(block);
            }
        }

        if (segment.Lender is { } lender)
        {
            lender.BorrowedPieces--;
        }

        segment.Set(default, null, null, 0);
        segment.Link(_freeSegments);
        _freeSegments = segment;
    }
}
