using System.Buffers;
using System.Diagnostics;

namespace PollHttp.Core;

/// <summary>
/// Holds received bytes in a chain of pooled slabs: written at the tail, parsed in the middle, with body runs consumed at the head. Not a
/// pipe: one owner, no waiting, no threads.
/// </summary>
/// <remarks>
/// <code>
/// head slab                        parse slab                      tail slab
/// [consumed│ run │framing│ run ]──►[ run │framing│  unparsed  ]──►[ unparsed │ room ]
///          ▲ FirstSlice                          ▲ Peek                      ▲ GetWritable
/// </code>
/// Slabs have 16 KiB, then 64 and 256 KiB while reads keep filling them. A slab returns to the pool when nothing in it is needed any more;
/// the last slab returns when its owner expects no more bytes. Bytes of a run never move or change until they are consumed. In debug builds
/// consumed bytes are overwritten at once, so that a slice used after its lifetime shows 0xDD instead of plausible bytes.
/// </remarks>
internal sealed class ReceiveBuffer(SlabPool pool)
{
    private const int FirstSize = 16 * 1024;
    private const int LeastRoom = 2 * 1024;

    /// <summary>
    /// The largest piece that is moved next to the run before it. Copying that much costs less than a separate run, and a body of tiny
    /// chunks takes no more memory than its bytes.
    /// </summary>
    private const int GapClosing = 256;

    private Slab? _head;
    private Slab? _parse;
    private Slab? _tail;
    private int _parsed;
    private int _nextSize = FirstSize;
    private BodyRun? _firstRun;
    private BodyRun? _lastRun;
    private int _firstRunOffset;
    private long _runningIndex;
    private Slab? _freeSlabs;
    private BodyRun? _freeRuns;
    private long _written;

    /// <summary>Gets the number of bytes received and not yet parsed.</summary>
    public long Unparsed { get; private set; }

    /// <summary>Gets the number of body bytes parsed and not yet consumed.</summary>
    public long BodyLength { get; private set; }

    /// <summary>
    /// Gets the number of bytes in the slabs from the first byte that is still needed: body, framing between it, and unparsed bytes.
    /// </summary>
    public long Held
    {
        get
        {
            if (_firstRun is not null)
            {
                return _written - _firstRun.Start - _firstRunOffset;
            }

            return Unparsed;
        }
    }

    /// <summary>Gets the total size of the blocks held.</summary>
    public long Capacity
    {
        get
        {
            long capacity = 0;
            for (Slab? slab = _head; slab is not null; slab = slab.Next)
            {
                capacity += slab.Block.Length;
            }

            return capacity;
        }
    }

    public ReadOnlySequence<byte> Body => _firstRun is null
        ? ReadOnlySequence<byte>.Empty
        : new(_firstRun, _firstRunOffset, _lastRun!, _lastRun!.Memory.Length);

    public ReadOnlyMemory<byte> FirstSlice => _firstRun is null ? default : _firstRun.Memory[_firstRunOffset..];

    /// <summary>Returns room at the tail; valid until the next call of this method or of one that releases.</summary>
    public Memory<byte> GetWritable(int sizeHint)
    {
        if (_head is not null && _head == _tail && _head.Runs == 0 && Unparsed == 0)
        {
            // Empty: start again at the front of the block instead of returning and renting a block within one body.
            _head.Written = 0;
            _written = 0;
            _parsed = 0;
        }

        if (_tail is null || _tail.Block.Length - _tail.Written < LeastRoom)
        {
            if (_tail is not null)
            {
                // Reads keep filling whole slabs, so this is a bulk body, for which larger reads cost less.
                _nextSize = Math.Min(_nextSize * 4, SlabPool.MaxSize);
            }

            AppendSlab(Math.Max(_nextSize, Math.Min(sizeHint, SlabPool.MaxSize)));
        }

        return _tail!.Block.AsMemory(_tail.Written);
    }

    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is more than the available room.</exception>
    public void Commit(int count)
    {
        int room = _tail is null ? 0 : _tail.Block.Length - _tail.Written;
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)count, (uint)room, nameof(count));
        if (count > 0)
        {
            _tail!.Written += count;
            _written += count;
            Unparsed += count;
        }
    }

    /// <summary>Returns the next contiguous unparsed bytes; empty only when nothing is unparsed.</summary>
    public ReadOnlySpan<byte> Peek()
    {
        if (Unparsed == 0)
        {
            return default;
        }

        while (_parsed == _parse!.Written && _parse.Next is not null)
        {
            _parse = _parse.Next;
            _parsed = 0;
        }

        return _parse.Block.AsSpan(_parsed, _parse.Written - _parsed);
    }

    /// <summary>Skips framing or head bytes at the front of <see cref="Peek"/>.</summary>
    public void Skip(int count)
    {
        _parsed += count;
        Unparsed -= count;
    }

    /// <summary>Marks bytes at the front of <see cref="Peek"/> as body.</summary>
    public void TakeBody(int count)
    {
        Slab slab = _parse!;
        int end = _lastRun is not null && _lastRun.Slab == slab ? _lastRun.Start + _lastRun.Memory.Length : -1;
        if (end == _parsed)
        {
            _lastRun!.Extend(count);
        }
        else if (end >= 0 && count <= GapClosing)
        {
            slab.Block.AsSpan(_parsed, count).CopyTo(slab.Block.AsSpan(end));
            _lastRun!.Extend(count);
        }
        else
        {
            BodyRun run = _freeRuns ?? new BodyRun();
            _freeRuns = run.NextRun;
            run.Set(slab, _parsed, count, _runningIndex);
            slab.Runs++;
            _lastRun?.Link(run);
            _lastRun = run;
            _firstRun ??= run;
        }

        _runningIndex += count;
        BodyLength += count;
        Skip(count);
    }

    /// <summary>Releases the first body bytes, which must not be used any more.</summary>
    public void Consume(long count)
    {
        BodyLength -= count;
        while (count > 0)
        {
            BodyRun run = _firstRun!;
            int left = run.Memory.Length - _firstRunOffset;
            if (count < left)
            {
                Poison(run, _firstRunOffset, (int)count);
                _firstRunOffset += (int)count;
                return;
            }

            Poison(run, _firstRunOffset, left);
            count -= left;
            _firstRunOffset = 0;
            _firstRun = run.NextRun;
            if (_firstRun is null)
            {
                _lastRun = null;
            }

            run.Slab!.Runs--;
            run.Clear();
            run.Link(_freeRuns);
            _freeRuns = run;
        }

        ReleasePassed();
    }

    /// <summary>Returns every slab that holds nothing a reader or the parser still needs.</summary>
    public void ReleasePassed()
    {
        while (_head is not null && _head.Runs == 0 && (_head != _parse || Unparsed == 0))
        {
            if (_head == _tail)
            {
                return; // kept for the next bytes of this exchange, see GetWritable
            }

            if (_head == _parse)
            {
                _parse = _head.Next;
                _parsed = 0;
            }

            Slab passed = _head;
            _head = passed.Next;
            _written -= passed.Written;
            Free(passed);
        }
    }

    /// <summary>Also returns the last slab when nothing is buffered: an idle connection holds no memory.</summary>
    public void ReleaseIfEmpty()
    {
        if (Unparsed == 0 && BodyLength == 0 && _head is not null)
        {
            ReleaseAll();
        }
    }

    /// <summary>Drops everything, including unread bytes.</summary>
    /// <param name="whileRead">Whether a slice may still be read; blocks and runs are then not reused.</param>
    public void ReleaseAll(bool whileRead = false)
    {
        if (whileRead)
        {
            for (; _head is not null; _head = _head.Next)
            {
                pool.Abandon();
            }

            _firstRun = _lastRun = null;
            _firstRunOffset = 0;
            BodyLength = 0;
        }

        if (BodyLength > 0)
        {
            Consume(BodyLength);
        }

        while (_head is not null)
        {
            Slab slab = _head;
            _head = slab.Next;
            Free(slab);
        }

        _parse = _tail = null;
        _parsed = 0;
        _written = 0;
        Unparsed = 0;
        _nextSize = FirstSize;
    }

    public void ResetRunningIndex() => _runningIndex = 0;

    private void AppendSlab(int size)
    {
        byte[] block = pool.Rent(size); // first: if this runs out of memory, nothing has changed
        Slab slab = _freeSlabs ?? new Slab();
        _freeSlabs = slab.Next;
        slab.Next = null;
        slab.Written = 0;
        slab.Runs = 0;
        slab.Block = block;
        if (_tail is null)
        {
            _head = _parse = slab;
            _parsed = 0;
        }
        else
        {
            _tail.Next = slab;
        }

        _tail = slab;
    }

    [Conditional("DEBUG")]
    private static void Poison(BodyRun run, int offset, int count) =>
        run.Slab!.Block.AsSpan(run.Start + offset, count).Fill(SlabPool.PoisonByte);

    private void Free(Slab slab)
    {
        pool.Return(slab.Block);
        slab.Block = [];
        slab.Next = _freeSlabs;
        _freeSlabs = slab;
    }
}
