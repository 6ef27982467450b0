namespace PollHttp.Core.Http2;

/// <summary>
/// The blocks that are received into. What was received is parsed at once, so only body runs keep a block alive: the one that is being filled
/// is used again as soon as none is left in it, and one that is full lives until its last run is consumed.
/// </summary>
internal sealed class ReceiveSlabs(SlabPool pool)
{
    private const int LeastRoom = 2 * 1024;
    private const int FirstSize = 16 * 1024;
    private const int SharedSize = 64 * 1024;

    /// <summary>The size of blocks that unread bodies may keep before all that comes is copied together.</summary>
    private const long PinnedHighWater = 4 * 1024 * 1024;

    private Slab? _current;
    private Slab? _free;
    private BodyRun? _freeRuns;
    private int _nextSize = FirstSize;
    private bool _copiesAll;

    /// <summary>Gets the size of the blocks that the parser has left and runs keep.</summary>
    public long Pinned { get; private set; }

    /// <summary>Gets the size of all blocks held.</summary>
    public long Capacity => Pinned + (_current?.Block.Length ?? 0);

    /// <summary>Gets room to receive into; valid until the next call of a method of this.</summary>
    public Memory<byte> GetWritable(int sizeHint, bool isShared)
    {
        if (_current is { Runs: 0, IsForgotten: false })
        {
            _current.Written = 0;
        }

        if (_current is null || _current.Block.Length - _current.Written < LeastRoom)
        {
            if (_current is not null)
            {
                LeaveCurrent();
                _nextSize = Math.Min(_nextSize * 4, isShared ? SharedSize : SlabPool.MaxSize);
            }

            _current = Rent(Math.Max(_nextSize, Math.Min(sizeHint, SlabPool.MaxSize)));
        }

        return _current.Block.AsMemory(_current.Written);
    }

    /// <summary>Says that the first octets of the last room were filled.</summary>
    /// <returns>The block, and where the octets begin.</returns>
    public (Slab Slab, int Start) Commit(int count)
    {
        int room = _current is null ? 0 : _current.Block.Length - _current.Written;
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)count, (uint)room, nameof(count));
        int start = _current!.Written;
        _current.Written += count;
        return (_current, start);
    }

    /// <summary>Gives back the current block when no run is in it.</summary>
    public void ReleaseIfEmpty()
    {
        if (_current is { Runs: 0 })
        {
            Free(_current);
            _current = null;
            _nextSize = FirstSize;
        }
    }

    /// <summary>Decides whether what comes is to be copied, not kept where it lies: while unread bodies pin too much, until they pin half
    /// of that.</summary>
    public bool MustCopy()
    {
        _copiesAll = Pinned > (_copiesAll ? PinnedHighWater / 2 : PinnedHighWater);
        return _copiesAll;
    }

    /// <summary>Takes a block for copies of small pieces of one body.</summary>
    public Slab RentForCopies(int size)
    {
        Slab slab = Rent(size);
        Pinned += slab.Block.Length;
        return slab;
    }

    public BodyRun RentRun()
    {
        BodyRun run = _freeRuns ?? new BodyRun();
        _freeRuns = run.NextRun;
        run.Link(null);
        return run;
    }

    /// <summary>Ends the life of a run; the last one of a block that is not being filled takes the block with it.</summary>
    public void Return(BodyRun run)
    {
        Slab slab = run.Slab!;
        if (--slab.Runs == 0 && slab != _current)
        {
            Pinned -= slab.Block.Length;
            Free(slab);
        }

        if (slab.IsForgotten)
        {
            return; // a reader may still hold it
        }

        run.Clear();
        run.Link(_freeRuns);
        _freeRuns = run;
    }

    /// <summary>Gives back the current block whatever is in it, at the end of the connection.</summary>
    public void Close()
    {
        if (_current is { Runs: > 0 })
        {
            LeaveCurrent();
        }

        ReleaseIfEmpty();
    }

    private void LeaveCurrent()
    {
        Slab slab = _current!;
        _current = null;
        if (slab.Runs == 0)
        {
            Free(slab);
        }
        else
        {
            Pinned += slab.Block.Length;
        }
    }

    private Slab Rent(int size)
    {
        byte[] block = pool.Rent(size); // first: where there is no memory for it, nothing has changed
        Slab slab = _free ?? new Slab();
        _free = slab.Next;
        slab.Next = null;
        slab.Written = 0;
        slab.Runs = 0;
        slab.IsForgotten = false;
        slab.Block = block;
        return slab;
    }

    private void Free(Slab slab)
    {
        if (slab.IsForgotten)
        {
            pool.Abandon();
            return;
        }

        pool.Return(slab.Block);
        slab.Block = [];
        slab.Next = _free;
        _free = slab;
    }
}
