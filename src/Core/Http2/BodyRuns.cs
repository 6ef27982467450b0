using System.Buffers;
using System.Diagnostics;

namespace PollHttp.Core.Http2;

/// <summary>
/// Holds the body octets of one stream that are not consumed, in the blocks they were received into. Octets never move once they can be read.
/// </summary>
/// <remarks>
/// A block is shared by the frames of many streams. The unread octets of one stream must not keep alive blocks full of the octets of others.
/// Small pieces are therefore copied one after another into a block of the stream's own; while too many blocks are kept, all pieces are.
/// </remarks>
internal sealed class BodyRuns
{
    private const int CopyUpTo = 512;
    private const int CopyBlock = 4 * 1024;

    private BodyRun? _first;
    private BodyRun? _last;
    private int _firstOffset;
    private long _runningIndex;
    private Slab? _copies;

    /// <summary>Gets the number of octets not consumed.</summary>
    public long Length { get; private set; }

    public ReadOnlySequence<byte> Body => _first is null
        ? ReadOnlySequence<byte>.Empty
        : new(_first, _firstOffset, _last!, _last!.Memory.Length);

    public ReadOnlyMemory<byte> FirstSlice => _first is null ? default : _first.Memory[_firstOffset..];

    /// <summary>Adds octets that are contiguous in a block.</summary>
    public void Take(ReceiveSlabs slabs, Slab slab, int start, int count, bool copiesAll)
    {
        Length += count;
        bool isNext = _last is not null && _last.Slab == slab && _last.Start + _last.Memory.Length == start;
        if (isNext)
        {
            _last!.Extend(count);
            _runningIndex += count;
        }
        else if (count <= CopyUpTo || copiesAll)
        {
            Copy(slabs, slab.Block.AsSpan(start, count));
        }
        else
        {
            Append(slabs, slab, start, count);
        }
    }

    /// <summary>Consumes the first octets, which become invalid.</summary>
    public void Consume(ReceiveSlabs slabs, long count)
    {
        Length -= count;
        while (count > 0)
        {
            BodyRun run = _first!;
            int left = run.Memory.Length - _firstOffset;
            int passed = (int)Math.Min(count, left);
            if (!run.Slab!.IsForgotten)
            {
                Poison(run, _firstOffset, passed);
            }

            count -= passed;
            _firstOffset += passed;
            if (passed == left)
            {
                _first = run.NextRun;
                _firstOffset = 0;
                if (_first is null)
                {
                    _last = null;
                }

                if (run.Slab == _copies && run.Slab.Runs == 1)
                {
                    _copies = null;
                }

                slabs.Return(run);
            }
        }
    }

    /// <summary>Drops everything.</summary>
    /// <param name="slabs">The pool that the blocks came from.</param>
    /// <param name="forget">True if a slice may still be read: its block is then never reused.</param>
    public void Clear(ReceiveSlabs slabs, bool forget)
    {
        for (BodyRun? run = _first; forget && run is not null; run = run.NextRun)
        {
            run.Slab!.IsForgotten = true;
        }

        Consume(slabs, Length);
        _runningIndex = 0;
    }

    private void Copy(ReceiveSlabs slabs, ReadOnlySpan<byte> octets)
    {
        while (!octets.IsEmpty)
        {
            if (_copies is null || _copies.Written == _copies.Block.Length)
            {
                _copies = slabs.RentForCopies(Math.Max(CopyBlock, octets.Length));
            }

            int count = Math.Min(octets.Length, _copies.Block.Length - _copies.Written);
            octets[..count].CopyTo(_copies.Block.AsSpan(_copies.Written));
            int start = _copies.Written;
            _copies.Written += count;
            if (_last?.Slab == _copies)
            {
                _last.Extend(count);
                _runningIndex += count;
            }
            else
            {
                Append(slabs, _copies, start, count);
            }

            octets = octets[count..];
        }
    }

    private void Append(ReceiveSlabs slabs, Slab slab, int start, int count)
    {
        BodyRun run = slabs.RentRun();
        run.Set(slab, start, count, _runningIndex);
        _runningIndex += count;
        slab.Runs++;
        _last?.Link(run);
        _last = run;
        _first ??= run;
    }

    [Conditional("DEBUG")]
    private static void Poison(BodyRun run, int offset, int count) =>
        run.Slab!.Block.AsSpan(run.Start + offset, count).Fill(SlabPool.PoisonByte);
}
