namespace PollHttp.Loop;

/// <summary>Whether a thread of a <see cref="Crew"/> watches the leader.</summary>
internal enum WatchState
{
    /// <summary>No thread does: the next one that returns from user code overtaken, or a new one, begins to.</summary>
    None,

    /// <summary>One sleeps until user code is entered.</summary>
    Asleep,

    /// <summary>One looks at intervals.</summary>
    Watching,
}
