namespace PollHttp.Core.Http2;

/// <summary>Represents a block of our own octets in the output.</summary>
internal sealed class OutputBlock
{
    public byte[] Octets = [];

    /// <summary>The number of octets in use.</summary>
    public int Used;

    /// <summary>The number of segments that point into the block.</summary>
    public int Segments;

    public OutputBlock? Next;
}
