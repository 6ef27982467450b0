namespace PollHttp.Loop;

/// <summary>Where the completions of one client run. <see cref="ContinuationTransitions"/> has what may follow what.</summary>
internal enum ContinuationPlace
{
    /// <summary>On the polling thread.</summary>
    Inline,

    /// <summary>The last one due on the polling thread, the others on the thread pool: each takes longer than a switch.</summary>
    Spread,

    /// <summary>On the thread pool, as they blocked the polling thread; but not while the pool itself is stuck.</summary>
    Pool,

    /// <summary>One on the polling thread, to see whether it still blocks.</summary>
    Sample,
}
