using PollHttp.Loop;

namespace PollHttp;

// The drive that sleeps: one thread for a whole program.
public sealed partial class PollLoop
{
    /// <summary>
    /// Runs an asynchronous program on the calling thread, with a loop of its own. Sleeps while there is nothing to do, runs every
    /// continuation on this thread, and returns when the task of the program is complete.
    /// </summary>
    public static void Run(Func<PollLoop, Task> main, INetwork? network = null)
    {
        ArgumentNullException.ThrowIfNull(main);
        RunCore(main, network).GetAwaiter().GetResult();
    }

    /// <inheritdoc cref="Run(Func{PollLoop, Task}, INetwork)"/>
    /// <returns>The result of the program.</returns>
    public static T Run<T>(Func<PollLoop, Task<T>> main, INetwork? network = null)
    {
        ArgumentNullException.ThrowIfNull(main);
        return ((Task<T>)RunCore(main, network)).GetAwaiter().GetResult();
    }

    private static Task RunCore(Func<PollLoop, Task> main, INetwork? network)
    {
        SynchronizationContext? previous = SynchronizationContext.Current;
        using PollLoop loop = new(network);
        try
        {
            SynchronizationContext.SetSynchronizationContext(new LoopSynchronizationContext(loop));
            Task task = main(loop) ?? throw new InvalidOperationException("The function returned no task.");
            if (!task.IsCompleted)
            {
                task.ConfigureAwait(false).GetAwaiter().UnsafeOnCompleted(loop.Wake);
            }

            while (!task.IsCompleted)
            {
                loop.RunInputOutput(Timeout.InfiniteTimeSpan);
                loop.RunUserCode();
            }

            return task;
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(previous);
        }
    }
}
