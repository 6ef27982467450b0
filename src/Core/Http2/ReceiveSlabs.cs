namespace PollHttp.Core.Http2;

/// <summary>
/// Manages the blocks that are received into. Received octets are parsed at once, so only body runs keep a block alive. The block being
/// filled is reused as soon as it has no runs, and a full block lives until its last run is consumed.
/// </summary>
internal sealed class ReceiveSlabs(SlabPool pool)
{
    private const int LeastRoom = 2 * 1024;
    private const int FirstSize = 16 * 1024;
    private const int SharedSize = 64 * 1024;

    /// <summary>The size of the blocks that unread bodies may keep before all new octets are copied.</summary>
    private const long PinnedHighWater = 4 * 1024 * 1024;

    private Slab? _current;
    private Slab? _free;
    private BodyRun? _freeRuns;
    private int _nextSize = FirstSize;
    private bool _copiesAll;

    /// <summary>Gets the size of the blocks that are no longer filled and that runs keep.</summary>
    public long Pinned { get; private set; }

    /// <summary>Gets the size of all blocks held.</summary>
    public long Capacity => Pinned + (_current?.Block.Length ?? 0);

    /// <summary>Gets room to receive into; valid until the next call of a method of this object.</summary>
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

    /// <summary>Commits the first octets of the last room as filled.</summary>
    /// <returns>The block and the position where the octets begin.</returns>
    public (Slab Slab, int Start) Commit(int count)
    {
        int room = _current is null ? 0 : _current.Block.Length - _current.Written;
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)count, (uint)room, nameof(count));
        int start = _current!.Written;
        _current.Written += count;
        return (_current, start);
    }

    /// <summary>Returns the current block if it has no runs.</summary>
    public void ReleaseIfEmpty()
    {
        if (_current is { Runs: 0 })
        {
            Free(_current);
            _current = null;
            _nextSize = FirstSize;
        }
    }

    /// <summary>Determines whether new octets are to be copied instead of kept in place: from when unread bodies pin too much, until they pin
    /// half of that.</summary>
    public bool MustCopy()
    {
        _copiesAll = Pinned > (_copiesAll ? PinnedHighWater / 2 : PinnedHighWater);
        return _copiesAll;
    }

    /// <summary>Rents a block for copies of small pieces of one body.</summary>
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

    /// <summary>Returns a run. The last run of a block that is not being filled returns the block too.</summary>
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

    /// <summary>Releases the current block at the end of the connection. A block with runs lives until they are consumed.</summary>
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
        byte[] block = pool.Rent(size); // first, so that nothing has changed if there is no memory
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
