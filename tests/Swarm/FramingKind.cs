namespace PollHttp.Swarm;

/// <summary>How a response body says where it ends.</summary>
internal enum FramingKind
{
    Length,
    Chunked,
    Close,
}
