using System.Buffers;

namespace PollHttp.Core;

/// <summary>Represents body bytes that are contiguous in one slab; linked runs form <see cref="HttpExchange.Body"/>.</summary>
internal sealed class BodyRun : ReadOnlySequenceSegment<byte>
{
    public Slab? Slab { get; private set; }

    public int Start { get; private set; }

    public BodyRun? NextRun => (BodyRun?)Next;

    public void Set(Slab slab, int start, int length, long runningIndex)
    {
        Slab = slab;
        Start = start;
        Memory = slab.Block.AsMemory(start, length);
        RunningIndex = runningIndex;
        Next = null;
    }

    public void Extend(int count) => Memory = Slab!.Block.AsMemory(Start, Memory.Length + count);

    public void Link(BodyRun? next) => Next = next;

    public void Clear()
    {
        Slab = null;
        Memory = default;
        Next = null;
    }
}
