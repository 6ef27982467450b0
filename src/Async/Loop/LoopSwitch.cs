using System.Runtime.CompilerServices;

namespace PollHttp.Loop;

/// <summary>
/// Awaited to go back to the loop's thread after work elsewhere (a file, a content of the user's). Goes on at once where
/// that is the current thread, and in background drive, where user code runs on any thread. When the loop is disposed
/// meanwhile there is nothing to go back to: the rest runs on the thread pool, so that what it holds is released.
/// </summary>
internal readonly struct LoopSwitch(PollLoop loop) : INotifyCompletion
{
    public bool IsCompleted => loop.IsBackground || loop.IsOnThread;

    public LoopSwitch GetAwaiter() => this;

    public void GetResult()
    {
        // Nothing is returned, and nothing can fail: the loop runs what it is handed.
    }

    public void OnCompleted(Action continuation) => loop.Return(continuation);
}
