namespace PollHttp.Core.Tests;

/// <summary>A pool whose nth new block is one too many for the memory.</summary>
internal sealed class FailingSlabs
{
    private int _made;

    public FailingSlabs(int failsAt) => Pool = new((size, _) =>
        ++_made == failsAt ? throw new OutOfMemoryException() : new byte[size]);

    public SlabPool Pool { get; }

    public int Made => _made;
}
