namespace PollHttp.Core;

/// <summary>Represents one block that received bytes are written into.</summary>
internal sealed class Slab
{
    public byte[] Block = [];

    /// <summary>The number of bytes received into the block.</summary>
    public int Written;

    /// <summary>The number of body runs that still point into the block.</summary>
    public int Runs;

    /// <summary>Indicates whether a reader may hold a slice of the block for ever; the block is then not reused.</summary>
    public bool IsForgotten;

    public Slab? Next;
}
