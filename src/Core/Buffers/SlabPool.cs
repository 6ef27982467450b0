using System.Diagnostics;

namespace PollHttp.Core;

/// <summary>
/// Provides receive and send buffers: blocks of four sizes, kept for reuse up to a limit. Thread safety: safe for use from any thread.
/// </summary>
/// <remarks>
/// Debug builds fill a returned block with 0xDD, and check on the next rent that it is unchanged. So a slice that is read after its
/// lifetime shows that byte, and a write after the return, or a second return, is detected.
/// </remarks>
[DebuggerDisplay("{DebuggerDisplay,nq}")]
internal sealed class SlabPool
{
    /// <summary>How many blocks of each size are kept: 4 MiB of the smaller ones, enough for a burst of responses on many streams or connections
    /// at once, and 16 MiB of the largest.</summary>
    private static readonly int[] s_kept = [1024, 256, 64, 64];
    private readonly Stack<byte[]>[] _free = [new(), new(), new(), new()];
    private readonly Func<int, bool, byte[]> _allocate;
    private long _outstanding;

    /// <summary>Initializes an empty pool.</summary>
    public SlabPool()
        : this(static (size, isPinned) => GC.AllocateUninitializedArray<byte>(size, isPinned))
    {
    }

    /// <summary>
    /// Initializes an empty pool that makes blocks with the given function (size, pinned or not), so that tests can let it fail.
    /// </summary>
    internal SlabPool(Func<int, bool, byte[]> allocate) => _allocate = allocate;

    /// <summary>Gets the pool that connections use unless they are given another one.</summary>
    public static SlabPool Shared { get; } = new();

    /// <summary>Gets the number of blocks rented and not returned: 0 when no connection holds a buffer.</summary>
    public long Outstanding => Interlocked.Read(ref _outstanding);

    internal static int MaxSize => 256 * 1024;

    /// <summary>Gets the byte that released memory is filled with in debug builds.</summary>
    internal static byte PoisonByte => 0xDD;

    /// <summary>Returns a block of at least <paramref name="size"/> bytes: 4, 16, 64 or 256 KiB, or exactly the size when larger.</summary>
    public byte[] Rent(int size)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(size);
        int index = IndexOf(size);
        byte[] block = index < 0 ? _allocate(size, false) : TryTake(index) ?? _allocate(SizeOf(index), index >= 1);
        Interlocked.Increment(ref _outstanding); // counted only now, since allocating may fail
        return block;
    }

    /// <summary>Takes a block back. The caller must not hold a reference to it any more.</summary>
    public void Return(byte[] block)
    {
        ArgumentNullException.ThrowIfNull(block);
        Interlocked.Decrement(ref _outstanding);
        Poison(block);
        int index = IndexOf(block.Length);
        if (index < 0 || SizeOf(index) != block.Length)
        {
            return;
        }

        Stack<byte[]> free = _free[index];
        lock (free)
        {
            Debug.Assert(!free.Contains(block), "A block was returned twice.");
            if (free.Count < s_kept[index])
            {
                free.Push(block);
            }
        }
    }

    /// <summary>Drops a block for good, for owners that can't be sure that it is no longer read.</summary>
    internal void Abandon() => Interlocked.Decrement(ref _outstanding);

    private byte[]? TryTake(int index)
    {
        Stack<byte[]> free = _free[index];
        lock (free)
        {
            if (free.TryPop(out byte[]? block))
            {
                CheckPoison(block);
                return block;
            }
        }

        return null;
    }

    private static int SizeOf(int index) => 4096 << (2 * index);

    private static int IndexOf(int size) => size switch
    {
        <= 4096 => 0,
        <= 16 * 1024 => 1,
        <= 64 * 1024 => 2,
        <= 256 * 1024 => 3,
        _ => -1,
    };

    [Conditional("DEBUG")]
    private static void Poison(byte[] block) => block.AsSpan().Fill(PoisonByte);

    [Conditional("DEBUG")]
    private static void CheckPoison(byte[] block) =>
        Debug.Assert(!block.AsSpan().ContainsAnyExcept(PoisonByte), "A block was written to after its return.");

    private string DebuggerDisplay => $"{Outstanding} in use";
}
