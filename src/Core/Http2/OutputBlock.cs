namespace PollHttp.Core.Http2;

/// <summary>A block of our own octets in the output.</summary>
internal sealed class OutputBlock
{
    public byte[] Octets = [];

    /// <summary>Octets in use.</summary>
    public int Used;

    /// <summary>Segments that point into the block.</summary>
    public int Segments;

    public OutputBlock? Next;
}
