namespace PollHttp.Core.Http2;

/// <summary>Specifies the meaning of a queued frame for its stream.</summary>
internal enum QueuedFrameKind
{
    /// <summary>The frame is HEADERS with a head or trailers, including all CONTINUATION frames.</summary>
    Fields,

    /// <summary>The frame is DATA.</summary>
    Data,

    /// <summary>The frame is RST_STREAM.</summary>
    Reset,
}

/// <summary>Represents a frame in the output that belongs to a stream, by its position among all octets ever sent.</summary>
internal struct QueuedFrame
{
    public Http2Stream Stream;
    public QueuedFrameKind Kind;

    /// <summary>The position where the part that has not been sent begins.</summary>
    public long Start;
    public long End;

    /// <summary>The number of octets of content in the frame.</summary>
    public int Content;
    public bool EndsStream;
    public bool IsBegun;
}
