namespace PollHttp.Core.Http2;

/// <summary>The blocks of one output, used again and again: what is pooled is their memory.</summary>
internal sealed class OutputBlocks(SlabPool pool)
{
    private OutputBlock? _free;

    public OutputBlock Rent(int size)
    {
        byte[] octets = pool.Rent(size); // first: where there is no memory for it, nothing has changed
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
