namespace PollHttp.Swarm;

/// <summary>How a body is read.</summary>
internal enum WayKind
{
    Slices,
    Pipe,
    Stream,
    Whole,
    Copy,
    Drain,
    Never,
}
