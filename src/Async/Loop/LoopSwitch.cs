using System.Runtime.CompilerServices;

namespace PollHttp.Loop;

/// <summary>
/// Returns to the thread of the loop, when awaited, after work elsewhere (a file, a content of the user). Goes on at once if that is the
/// current thread, and in background drive, where user code runs on any thread. If the loop is disposed meanwhile, the rest runs on the
/// thread pool, so that what it holds is released.
/// </summary>
internal readonly struct LoopSwitch(PollLoop loop) : INotifyCompletion
{
    public bool IsCompleted => loop.IsBackground || loop.IsOnThread;

    public LoopSwitch GetAwaiter() => this;

    public void GetResult()
    {
        // Returns nothing, and nothing can fail: the loop runs what it is handed.
    }

    public void OnCompleted(Action continuation) => loop.Return(continuation);
}
