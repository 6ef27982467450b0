namespace PollHttp.Core;

/// <summary>One block that is received into.</summary>
internal sealed class Slab
{
    public byte[] Block = [];

    /// <summary>Bytes received into the block.</summary>
    public int Written;

    /// <summary>Body runs that still point into the block.</summary>
    public int Runs;

    /// <summary>Indicates whether a reader may hold a slice of the block for ever: it is not used again.</summary>
    public bool IsForgotten;

    public Slab? Next;
}
