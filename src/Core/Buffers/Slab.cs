namespace PollHttp.Core;

/// <summary>One block of a <see cref="ReceiveBuffer"/>.</summary>
internal sealed class Slab
{
    public byte[] Block = [];

    /// <summary>Bytes received into the block.</summary>
    public int Written;

    /// <summary>Body runs that still point into the block.</summary>
    public int Runs;

    public Slab? Next;
}
