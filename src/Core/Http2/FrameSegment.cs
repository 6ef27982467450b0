using System.Buffers;

namespace PollHttp.Core.Http2;

/// <summary>Represents one piece of output: our octets in a block, or content in the caller's memory, borrowed for a stream.</summary>
internal sealed class FrameSegment : ReadOnlySequenceSegment<byte>
{
    /// <summary>Gets the stream for which the memory is borrowed; null for our octets.</summary>
    public Http2Stream? Lender { get; private set; }

    /// <summary>Gets the block that contains the octets; null for memory of a caller.</summary>
    public OutputBlock? Block { get; private set; }

    public FrameSegment? NextSegment => (FrameSegment?)Next;

    public void Set(ReadOnlyMemory<byte> memory, Http2Stream? lender, OutputBlock? block, long runningIndex)
    {
        Memory = memory;
        Lender = lender;
        Block = block;
        RunningIndex = runningIndex;
        Next = null;
    }

    public void Place(ReadOnlyMemory<byte> memory, long runningIndex)
    {
        Memory = memory;
        RunningIndex = runningIndex;
    }

    public void Link(FrameSegment? next) => Next = next;
}
