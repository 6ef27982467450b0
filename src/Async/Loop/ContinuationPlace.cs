namespace PollHttp.Loop;

/// <summary>Specifies where the completions of one client run. <see cref="ContinuationTransitions"/> lists the allowed changes.</summary>
internal enum ContinuationPlace
{
    /// <summary>The polling thread, as long as completions are short.</summary>
    Inline,

    /// <summary>
    /// The thread pool, when each takes longer than a switch; the polling thread for one that comes alone, which nothing else waits behind.
    /// </summary>
    Spread,

    /// <summary>The thread pool, when completions blocked the polling thread. Not used while the pool itself is stuck.</summary>
    Pool,

    /// <summary>The polling thread for one completion, when it is time to check whether completions still block.</summary>
    Sample,
}
