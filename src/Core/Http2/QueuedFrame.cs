namespace PollHttp.Core.Http2;

/// <summary>What a frame in the output is to its stream.</summary>
internal enum QueuedFrameKind
{
    /// <summary>The head, or the trailers, with all CONTINUATION.</summary>
    Fields,

    /// <summary>DATA.</summary>
    Data,

    /// <summary>RST_STREAM.</summary>
    Reset,
}

/// <summary>A frame in the output that belongs to a stream, by its place in all octets ever sent.</summary>
internal struct QueuedFrame
{
    public Http2Stream Stream;
    public QueuedFrameKind Kind;

    /// <summary>Where the part that has not been sent begins.</summary>
    public long Start;
    public long End;

    /// <summary>Octets of content in it.</summary>
    public int Content;
    public bool EndsStream;
    public bool IsBegun;
}
