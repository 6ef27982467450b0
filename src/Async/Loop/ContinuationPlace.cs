namespace PollHttp.Loop;

/// <summary>Specifies where the completions of one client run. <see cref="ContinuationTransitions"/> lists the allowed changes.</summary>
internal enum ContinuationPlace
{
    /// <summary>The polling thread, as long as completions are short.</summary>
    Inline,

    /// <summary>
    /// The polling thread for the last due completion and the thread pool for the others, when each takes longer than a switch.
    /// </summary>
    Spread,

    /// <summary>The thread pool, when completions blocked the polling thread. Not used while the pool itself is stuck.</summary>
    Pool,

    /// <summary>The polling thread for one completion, when it is time to check whether completions still block.</summary>
    Sample,
}
