namespace PollHttp.Swarm;

/// <summary>How a response breaks off.</summary>
internal enum CutKind
{
    None,
    End,
    Reset,

    /// <summary>Nothing more comes, and the connection stays.</summary>
    Stall,

    /// <summary>A chunk that is none; where the framing is not chunked, the same as <see cref="End"/>.</summary>
    Malformed,
}
