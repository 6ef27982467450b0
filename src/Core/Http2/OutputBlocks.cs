namespace PollHttp.Core.Http2;

/// <summary>Manages the blocks of one output, which are reused. Their memory comes from a pool.</summary>
internal sealed class OutputBlocks(SlabPool pool)
{
    private OutputBlock? _free;

    public OutputBlock Rent(int size)
    {
        byte[] octets = pool.Rent(size); // first, so that nothing has changed if there is no memory
        OutputBlock block = _free ?? new OutputBlock();
        _free = block.Next;
        block.Octets = octets;
        block.Used = 0;
        block.Segments = 0;
        return block;
    }

    public void Return(OutputBlock block)
    {
        pool.Return(block.Octets);
        block.Octets = [];
        block.Next = _free;
        _free = block;
    }
}
