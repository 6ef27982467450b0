namespace PollHttp.Core.Http2;

/// <summary>The field block that is being received: HEADERS and its CONTINUATIONs, between which nothing else may come (RFC 9113 §4.3).</summary>
/// <remarks>A mutable struct; the default value is that there is none.</remarks>
internal struct FieldBlock
{
    /// <summary>The stream it is of; 0 while there is none.</summary>
    public int StreamId;

    public BlockKind Kind;

    /// <summary>What its fields are put into; null where they are discarded.</summary>
    public ResponseHead? Head;

    /// <summary>Whether its HEADERS has END_STREAM, which counts when the block is whole.</summary>
    public bool EndsStream;

    public int Continuations;

    /// <summary>How many octets of it came.</summary>
    public long Octets;

    public readonly bool IsOpen => StreamId != 0;
}
