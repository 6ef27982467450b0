namespace PollHttp.Loop;

/// <summary>Specifies whether a thread of a <see cref="Crew"/> watches the leader.</summary>
internal enum WatchState
{
    /// <summary>
    /// The state when no thread watches. The next thread that returns from user code after losing the lead, or a new one, begins to watch.
    /// </summary>
    None,

    /// <summary>The state while a thread sleeps until user code is entered.</summary>
    Asleep,

    /// <summary>The state while a thread checks the leader at intervals.</summary>
    Watching,
}
