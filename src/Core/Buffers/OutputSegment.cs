using System.Buffers;

namespace PollHttp.Core;

/// <summary>Represents one piece of output: our own bytes, or borrowed bytes of the caller.</summary>
internal sealed class OutputSegment : ReadOnlySequenceSegment<byte>
{
    public bool Borrowed { get; private set; }

    public OutputSegment? NextSegment => (OutputSegment?)Next;

    public void Set(ReadOnlyMemory<byte> memory, bool borrowed, long runningIndex)
    {
        Memory = memory;
        Borrowed = borrowed;
        RunningIndex = runningIndex;
        Next = null;
    }

    public void Grow(ReadOnlyMemory<byte> memory) => Memory = memory;

    public void Link(OutputSegment? next) => Next = next;
}
