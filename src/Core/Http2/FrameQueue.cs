using System.Buffers;
using System.Buffers.Binary;

namespace PollHttp.Core.Http2;

/// <summary>
/// Holds the frames to send, in order, and the streams they belong to. Content whose frame has not begun can be removed again.
/// </summary>
internal sealed class FrameQueue(SlabPool pool)
{
    private readonly OutputChain _chain = new(pool);
    private QueuedFrame[] _frames = new QueuedFrame[16];
    private int _firstFrame;
    private int _frameCount;

    /// <summary>Gets the number of octets not yet sent.</summary>
    public long Length => _chain.Length;

    public bool IsEmpty => _chain.Length == 0;

    /// <summary>Gets the position after the last octet, counted over all octets ever sent.</summary>
    public long End => _chain.End;

    /// <summary>Gets the position up to which octets were sent.</summary>
    public long Sent => _chain.Sent;

    public ReadOnlySequence<byte> Output => _chain.Output;

    /// <summary>Adds octets that belong to no frame: the preface.</summary>
    public void AddRaw(ReadOnlySpan<byte> octets)
    {
        octets.CopyTo(_chain.GetSpan(octets.Length));
        _chain.Commit(octets.Length);
    }

    /// <summary>Adds a frame with a payload of our own. If it has none yet, <see cref="AppendBorrowed"/> follows.</summary>
    public void Add(FrameHeader header, ReadOnlySpan<byte> payload)
    {
        Span<byte> room = _chain.GetSpan(FrameHeader.Size + payload.Length);
        header.Write(room);
        payload.CopyTo(room[FrameHeader.Size..]);
        _chain.Commit(FrameHeader.Size + payload.Length);
    }

    public void AddWindowUpdate(int streamId, int increment)
    {
        Span<byte> payload = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(payload, increment);
        Add(new(payload.Length, FrameType.WindowUpdate, FrameFlags.None, streamId), payload);
    }

    /// <summary>Adds PRIORITY_UPDATE (RFC 9218 §7.1), which stands on stream 0.</summary>
    public void AddPriorityUpdate(int streamId, ReadOnlySpan<byte> priority)
    {
        Span<byte> payload = stackalloc byte[sizeof(int) + priority.Length];
        BinaryPrimitives.WriteInt32BigEndian(payload, streamId);
        priority.CopyTo(payload[sizeof(int)..]);
        Add(new(payload.Length, FrameType.PriorityUpdate, FrameFlags.None, 0), payload);
    }

    /// <summary>Adds our GOAWAY. Its last stream is 0: none of the peer's streams was processed, since push is refused.</summary>
    public void AddGoAway(Http2Error code)
    {
        Span<byte> payload = stackalloc byte[2 * sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(payload, 0);
        BinaryPrimitives.WriteInt32BigEndian(payload[sizeof(int)..], (int)code);
        Add(new(payload.Length, FrameType.GoAway, FrameFlags.None, 0), payload);
    }

    /// <summary>Adds RST_STREAM, and marks it if the stream is known.</summary>
    public void AddReset(int streamId, Http2Error code, Http2Stream? stream)
    {
        Span<byte> payload = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(payload, (int)code);
        Add(new(payload.Length, FrameType.RstStream, FrameFlags.None, streamId), payload);
        if (stream is not null)
        {
            Mark(stream, QueuedFrameKind.Reset, FrameHeader.Size + payload.Length, 0, endsStream: false);
        }
    }

    /// <summary>Adds a field block, in as many frames as it needs, with nothing in between, and marks it.</summary>
    public void AddFields(Http2Stream stream, ReadOnlySpan<byte> block, int frameSize, bool endsStream)
    {
        long before = Length;
        FrameType type = FrameType.Headers;
        do
        {
            ReadOnlySpan<byte> piece = block[..Math.Min(block.Length, frameSize)];
            block = block[piece.Length..];
            FrameFlags flags = (block.IsEmpty ? FrameFlags.EndHeaders : 0) | (endsStream && type == FrameType.Headers ? FrameFlags.EndStream : 0);
            Add(new(piece.Length, type, flags, stream.StreamId), piece);
            type = FrameType.Continuation;
        }
        while (!block.IsEmpty);

        Mark(stream, QueuedFrameKind.Fields, Length - before, 0, endsStream);
    }

    /// <summary>Appends content of a caller.</summary>
    public void AppendBorrowed(ReadOnlyMemory<byte> data, Http2Stream lender) => _chain.AppendBorrowed(data, lender);

    /// <summary>Marks the last octets appended as a frame of a stream.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="kind">The meaning of the frame for the stream.</param>
    /// <param name="length">The number of octets.</param>
    /// <param name="content">The number of octets that are content.</param>
    /// <param name="endsStream">True if the frame has END_STREAM.</param>
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
        FrameAt(_frameCount - 1) = new() { Stream = stream, Kind = kind, Start = _chain.End - length, End = _chain.End, Content = content, EndsStream = endsStream };
    }

    /// <summary>Advances past octets that were sent; <see cref="TryTakeSent"/> then returns their frames.</summary>
    public void Advance(long count) => _chain.Advance(count);

    /// <summary>Takes the next frame of a stream of which octets have been sent. Returns false when there is none.</summary>
    /// <param name="sent">The frame.</param>
    /// <param name="bytes">The number of its octets that were sent since the last call.</param>
    /// <param name="isWhole">True if all of it was sent.</param>
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
        bytes = Math.Min(frame.End, _chain.Sent) - frame.Start;
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
    /// Removes the DATA of a stream that has not begun, and copies the rest of a frame that has, so that the caller's memory is no longer
    /// needed. If the end of the stream is in the output, all of it is copied, since a truncated content must not look whole.
    /// </summary>
    /// <returns>The number of octets of content removed.</returns>
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
            _chain.RemoveRange(frame.Start, frame.End);
            RemoveFrame(i, length);
            stream.QueuedFrames--;
            taken += frame.Content;
        }

        _chain.CopyBorrowed(stream);
        _chain.ReleaseIfEmpty();
        return taken;
    }

    /// <summary>Removes the requests, or the rest of them, whose frames have not begun: what is taken for not sent must not be sent. Resets of
    /// streams that the peer knows stay.</summary>
    public void TakeOutUnsent()
    {
        // One pass, with adjacent frames removed at once: there may be many after a peer took nothing for long.
        int kept = 0;
        long removed = 0;
        (long Start, long End) range = default;
        for (int i = 0; i < _frameCount; i++)
        {
            QueuedFrame frame = FrameAt(i);
            if (frame.IsBegun || (frame.Kind == QueuedFrameKind.Reset && frame.Stream.RequestBytesSent > 0))
            {
                long before = removed + range.End - range.Start;
                frame.Start -= before;
                frame.End -= before;
                FrameAt(kept++) = frame;
                continue;
            }

            if (frame.Start != range.End)
            {
                RemoveRange(range, ref removed);
                range.Start = frame.Start;
            }

            range.End = frame.End;
            frame.Stream.QueuedFrames--;
        }

        RemoveRange(range, ref removed);
        while (_frameCount > kept)
        {
            FrameAt(--_frameCount) = default;
        }

        _chain.ReleaseIfEmpty();
    }

    /// <summary>Drops everything; no frame is reported afterwards.</summary>
    public void Clear()
    {
        for (int i = 0; i < _frameCount; i++)
        {
            FrameAt(i).Stream.QueuedFrames--;
            FrameAt(i) = default;
        }

        _frameCount = 0;
        _chain.Clear();
    }

    private ref QueuedFrame FrameAt(int index) => ref _frames[(_firstFrame + index) & (_frames.Length - 1)];

    /// <summary>Removes octets whose positions are those before earlier removals.</summary>
    private void RemoveRange((long Start, long End) range, ref long removed)
    {
        if (range.Start < range.End)
        {
            _chain.RemoveRange(range.Start - removed, range.End - removed);
            removed += range.End - range.Start;
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
}
