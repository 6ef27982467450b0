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

    private static readonly PollBudget[] s_budgets =
        [default, new(1), new(TimeSpan.Zero), new(1_000, TimeSpan.Zero), new(TimeSpan.FromMilliseconds(1)), new(100)];

    /// <summary>Gets the network to make a loop on.</summary>
    public static INetwork Around(INetwork network) => s_seed is { } seed ? new HostileNetwork(network, seed) : network;

    /// <summary>Gets the budget of a frame.</summary>
    public static PollBudget BudgetOf(int frame) => s_seed is { } seed ? s_budgets[(frame + seed) % s_budgets.Length] : default;

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
                if (!loop.Poll(BudgetOf(frame)))
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
