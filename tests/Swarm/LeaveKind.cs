namespace PollHttp.Swarm;

/// <summary>How a body is left before its end.</summary>
internal enum LeaveKind
{
    None,
    Dispose,
    Abort,

    /// <summary>Stops reading and lets go of it, for the garbage collector.</summary>
    Drop,

    /// <summary>Cancels the token of the call.</summary>
    Cancel,
}
