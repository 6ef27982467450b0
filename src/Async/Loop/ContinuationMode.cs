namespace PollHttp;

/// <summary>Where code goes on after it has awaited a request or a part of a body, in background drive and without a synchronization
/// context of its own. No effect on a loop that you poll or run: there it goes on on the thread of the loop.</summary>
public enum ContinuationMode
{
    /// <summary>
    /// On the thread that polls the connections, which saves a switch of threads; on the thread pool where that is better. A thread that
    /// spends more than a few milliseconds in such code no longer polls: another one takes over, so that code that blocks holds up nothing
    /// but itself. Code that does so again and again, and code that takes longer than a switch while more waits, goes to the thread pool.
    /// </summary>
    Adaptive,

    /// <summary>On the thread pool, as with <see cref="HttpClient"/>.</summary>
    ThreadPool,

    /// <summary>On the thread that polls the connections, whatever it does there. Where it takes long, another thread polls on.</summary>
    Inline,
}
