namespace PollHttp.Core.Http2;

/// <summary>Represents the field block being received: HEADERS and its CONTINUATIONs, with no other frame in between (RFC 9113 §4.3).</summary>
/// <remarks>A mutable struct; the default value means that there is none.</remarks>
internal struct FieldBlock
{
    /// <summary>The stream of the block; 0 while there is none.</summary>
    public int StreamId;

    public BlockKind Kind;

    /// <summary>The head that receives the fields; null if they are discarded.</summary>
    public ResponseHead? Head;

    /// <summary>True if its HEADERS has END_STREAM, which applies when the block is whole.</summary>
    public bool EndsStream;

    public int Continuations;

    /// <summary>The number of its octets that were received.</summary>
    public long Octets;

    public readonly bool IsOpen => StreamId != 0;
}
