namespace PollHttp;

/// <summary>
/// Specifies where code goes on after it has awaited a request or a part of a body. Applies in background drive, to code without a
/// synchronization context of its own. Has no effect on a loop that you poll or run: there, code continues on the thread of the loop.
/// </summary>
public enum ContinuationMode
{
    /// <summary>
    /// The mode that uses the thread that polls the connections, which saves a switch of threads, and the thread pool where that is better.
    /// If code keeps the polling thread for more than a few milliseconds, another thread polls instead. So blocking code holds up nothing but
    /// itself. Code that blocks repeatedly goes to the thread pool. So does code that takes longer than a switch while more completions wait.
    /// </summary>
    Adaptive,

    /// <summary>The mode that always uses the thread pool, as <see cref="HttpClient"/> does.</summary>
    ThreadPool,

    /// <summary>
    /// The mode that always uses the thread that polls the connections. If the code takes long, another thread polls instead.
    /// </summary>
    Inline,
}
