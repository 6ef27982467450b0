using System.Buffers;
using System.Diagnostics;

namespace PollHttp.Core.Http2;

/// <summary>
/// Frames to send, in order: headers and field blocks in pooled blocks of ours, content in the caller's memory, gathered into one sequence.
/// Content whose frame has not begun can be taken out again.
/// </summary>
internal sealed class FrameQueue(SlabPool pool)
{
    private const int BlockSize = 4 * 1024;

    private FrameSegment? _first;
    private FrameSegment? _last;
    private int _firstOffset;
    private FrameSegment? _freeSegments;
    private OutputBlock? _block;
    private OutputBlock? _freeBlocks;
    private long _sent;
    private QueuedFrame[] _frames = new QueuedFrame[16];
    private int _firstFrame;
    private int _frameCount;

    /// <summary>Gets the octets not yet sent.</summary>
    public long Length { get; private set; }

    public bool IsEmpty => Length == 0;

    public ReadOnlySequence<byte> Output => _first is null
        ? ReadOnlySequence<byte>.Empty
        : new(_first, _firstOffset, _last!, _last!.Memory.Length);

    private long End => _sent + Length;

    /// <summary>Gets room for octets of ours; <see cref="Commit"/> says how many were written.</summary>
    public Span<byte> GetSpan(int size)
    {
        if (_block is null || _block.Octets.Length - _block.Used < size)
        {
            OutputBlock? full = _block;
            _block = RentBlock(Math.Max(size, BlockSize));
            if (full is { Segments: 0 })
            {
                Free(full);
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

    /// <summary>Says that the last octets appended are a frame of a stream.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="kind">What the frame is to it.</param>
    /// <param name="length">How many octets.</param>
    /// <param name="content">How many of them are content.</param>
    /// <param name="endsStream">Whether the frame has END_STREAM.</param>
    public void Mark(Http2Stream stream, QueuedFrameKind kind, long length, int content, bool endsStream)
    {
        if (_frameCount == _frames.Length)
        {
            QueuedFrame[] larger = new QueuedFrame[_frames.Length * 2];
            for (int i = 0; i < _frameCount; i++)
            {
                larger[i] = FrameAt(i);
            }

            (_frames, _firstFrame) = (larger, 0);
        }

        stream.QueuedFrames++;
        _frameCount++;
        FrameAt(_frameCount - 1) = new() { Stream = stream, Kind = kind, Start = End - length, End = End, Content = content, EndsStream = endsStream };
    }

    /// <summary>Goes past octets that were sent; then <see cref="TryTakeSent"/> has the frames.</summary>
    public void Advance(long count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((ulong)count, (ulong)Length, nameof(count));
        Length -= count;
        _sent += count;
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

    /// <summary>Takes the next frame of a stream of which octets have been sent.</summary>
    /// <param name="sent">The frame.</param>
    /// <param name="bytes">How many octets of it were sent since the last time.</param>
    /// <param name="isWhole">Whether all of it was sent.</param>
    public bool TryTakeSent(out QueuedFrame sent, out long bytes, out bool isWhole)
    {
        sent = default;
        bytes = 0;
        isWhole = false;
        if (_frameCount == 0)
        {
            return false;
        }

        ref QueuedFrame frame = ref FrameAt(0);
        bytes = Math.Min(frame.End, _sent) - frame.Start;
        if (bytes <= 0)
        {
            return false;
        }

        frame.Start += bytes;
        sent = frame;
        isWhole = frame.Start == frame.End;
        if (isWhole)
        {
            sent.Stream.QueuedFrames--;
            frame = default;
            _firstFrame = (_firstFrame + 1) & (_frames.Length - 1);
            _frameCount--;
        }
        else
        {
            frame.IsBegun = true;
        }

        return true;
    }

    /// <summary>
    /// Takes out the DATA of a stream that has not begun, and copies what is left of a frame that has: no memory of its caller is needed after
    /// it. Where the stream's end is in the output all of it is copied, since a content that was cut must not look whole.
    /// </summary>
    /// <returns>Octets of content taken out.</returns>
    public long TakeOutData(Http2Stream stream)
    {
        long taken = 0;
        bool endsHere = false;
        for (int i = 0; i < _frameCount; i++)
        {
            endsHere |= FrameAt(i).Stream == stream && FrameAt(i).EndsStream;
        }

        for (int i = 0; i < _frameCount && !endsHere;)
        {
            QueuedFrame frame = FrameAt(i);
            if (frame.Stream != stream || frame.Kind != QueuedFrameKind.Data || frame.IsBegun)
            {
                i++;
                continue;
            }

            long length = frame.End - frame.Start;
            RemoveRange(frame.Start, frame.End);
            RemoveFrame(i, length);
            stream.QueuedFrames--;
            taken += frame.Content;
        }

        CopyBorrowed(stream);
        ReleaseIfEmpty();
        return taken;
    }

    /// <summary>Drops everything; no frame is reported any more.</summary>
    public void Clear()
    {
        while (_first is not null)
        {
            RemoveFirst();
        }

        for (int i = 0; i < _frameCount; i++)
        {
            FrameAt(i).Stream.QueuedFrames--;
            FrameAt(i) = default;
        }

        _frameCount = 0;
        _sent += Length;
        Length = 0;
        ReleaseIfEmpty();
    }

    private static bool Follows(FrameSegment segment, OutputBlock block) =>
        System.Runtime.InteropServices.MemoryMarshal.TryGetArray(segment.Memory, out ArraySegment<byte> array)
        && array.Offset + array.Count == block.Used;

    private ref QueuedFrame FrameAt(int index) => ref _frames[(_firstFrame + index) & (_frames.Length - 1)];

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

    /// <summary>Cuts octets out of the middle, by their place in all octets ever sent; none of them has been sent.</summary>
    private void RemoveRange(long start, long end)
    {
        Length -= end - start;
        long position = _sent - _firstOffset;
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

    private void Unlink(FrameSegment? previous, FrameSegment segment)
    {
        if (previous is null)
        {
            _first = segment.NextSegment;
            Debug.Assert(_firstOffset == 0, "A segment is taken out that has been begun.");
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

    private void RemoveFrame(int index, long length)
    {
        for (int i = index + 1; i < _frameCount; i++)
        {
            QueuedFrame frame = FrameAt(i);
            frame.Start -= length;
            frame.End -= length;
            FrameAt(i - 1) = frame;
        }

        FrameAt(--_frameCount) = default;
    }

    private void CopyBorrowed(Http2Stream stream)
    {
        for (FrameSegment? segment = _first; segment is not null && stream.BorrowedPieces > 0; segment = segment.NextSegment)
        {
            if (segment.Lender == stream)
            {
                OutputBlock block = RentBlock(segment.Memory.Length);
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
                Free(block);
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

    private OutputBlock RentBlock(int size)
    {
        byte[] octets = pool.Rent(size); // first: where there is no memory for it, nothing has changed
        OutputBlock block = _freeBlocks ?? new OutputBlock();
        _freeBlocks = block.Next;
        block.Octets = octets;
        block.Used = 0;
        block.Segments = 0;
        return block;
    }

    private void Free(OutputBlock block)
    {
        pool.Return(block.Octets);
        block.Octets = [];
        block.Next = _freeBlocks;
        _freeBlocks = block;
    }

    private void ReleaseIfEmpty()
    {
        if (Length > 0)
        {
            return;
        }

        while (_first is not null)
        {
            RemoveFirst(); // what is left of a segment whose rest was taken out
        }

        if (_block is not null)
        {
            Free(_block);
            _block = null;
        }
    }
}
