using System.Diagnostics;
using PollHttp.Core;

namespace PollHttp.Tests;

/// <summary>
/// Runs the programs of tests on a loop: as a user would, or, where <c>POLLHTTP_HOSTILE</c> names a seed, as roughly as a loop can be driven, in
/// frames of all budgets down to the least, over a poller that delays at random.
/// </summary>
internal static class LoopDrive
{
    private static readonly int? s_seed =
        int.TryParse(Environment.GetEnvironmentVariable("POLLHTTP_HOSTILE"), out int seed) ? seed : null;

    [ThreadStatic]
    private static SemaphoreSlim? t_done;

    private static readonly TimeSpan s_poolTime = TimeSpan.FromMilliseconds(10);

    private static readonly PollBudget[] s_budgets =
        [default, new(1), new(TimeSpan.Zero), new(1_000, TimeSpan.Zero), new(TimeSpan.FromMilliseconds(1)), new(100)];

    /// <summary>Gets the network to make a loop on.</summary>
    public static INetwork Around(INetwork network) => s_seed is { } seed ? new HostileNetwork(network, seed) : network;

    private static PollBudget BudgetOf(int frame) => s_seed is { } seed ? s_budgets[(frame + seed) % s_budgets.Length] : default;

    /// <summary>Polls a loop in a frame of its own budget; false when time has to move for anything to happen.</summary>
    public static bool Poll(PollLoop loop, int frame) => loop.Poll(BudgetOf(frame)) || (s_seed is not null && PollAfterThreadPool(loop));

    /// <inheritdoc cref="PollLoop.Run(Func{PollLoop, Task}, INetwork)"/>
    public static void Run(Func<PollLoop, Task> main, INetwork network)
    {
        if (s_seed is null)
        {
            PollLoop.Run(main, network);
        }
        else
        {
            RunInFrames(main, network).GetAwaiter().GetResult();
        }
    }

    /// <inheritdoc cref="PollLoop.Run{T}(Func{PollLoop, Task{T}}, INetwork)"/>
    public static T Run<T>(Func<PollLoop, Task<T>> main, INetwork network) =>
        s_seed is null ? PollLoop.Run(main, network) : ((Task<T>)RunInFrames(main, network)).GetAwaiter().GetResult();

    /// <summary>
    /// Contents whose continuations want no context go on in the thread pool under a budgeted poll. Virtual time must not run away from
    /// them: the pool gets some real time first, since an item that comes back does not prove that the one before it has ended.
    /// </summary>
    private static bool PollAfterThreadPool(PollLoop loop)
    {
        for (long begun = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(begun) < s_poolTime;)
        {
            t_done ??= new(0);
            ThreadPool.UnsafeQueueUserWorkItem(static done => done.Release(), t_done, preferLocal: false);
            t_done.Wait();
            if (loop.Poll())
            {
                return true;
            }
        }

        return false;
    }

    private static Task RunInFrames(Func<PollLoop, Task> main, INetwork network)
    {
        SynchronizationContext? previous = SynchronizationContext.Current;
        using PollLoop loop = new(Around(network));
        try
        {
            SynchronizationContext.SetSynchronizationContext(loop.SynchronizationContext);
            Task task = main(loop);
            if (!task.IsCompleted)
            {
                task.ConfigureAwait(false).GetAwaiter().UnsafeOnCompleted(loop.Wake);
            }

            for (int frame = 0; !task.IsCompleted; frame++)
            {
                if (!Poll(loop, frame))
                {
                    loop.RunInputOutput(Timeout.InfiniteTimeSpan); // moves the time to what comes next
                }
            }

            return task;
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(previous);
        }
    }
}
