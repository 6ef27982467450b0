using System.Diagnostics;
using PollHttp.Testing;
using Xunit;

namespace PollHttp.Tests.EndToEnd;

/// <summary>
/// Runs a scenario, written once, under one <see cref="Setting"/>, and checks that it came to a good end: nothing is left of
/// it, neither here nor (on sockets) at the server.
/// </summary>
internal static class Play
{
    /// <summary>Only a test that hangs waits so long.</summary>
    private static readonly TimeSpan s_guard = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan s_frame = TimeSpan.FromMilliseconds(1);

    /// <summary>No limit of the client is as long.</summary>
    private static readonly TimeSpan s_longest = TimeSpan.FromMinutes(10);

    public static void Run(
        string setting, IServerScript script, Func<Scene, Task> scenario, Action<PollHttpClientOptions>? configure = null)
    {
        Setting chosen = Setting.Of(setting);
        using Stage stage = Stage.Set(chosen, script, configure);
        SynchronizationContext? context = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            switch (chosen.Drive)
            {
                case Drive.Manual:
                    RunManual(stage, scenario);
                    break;
                case Drive.Run:
                    PollLoop.Run(loop => RunOnAsync(loop, stage, scenario), stage.Network);
                    break;
                case Drive.Sync:
                    RunSync(stage, scenario);
                    break;
                default:
                    RunInBackground(stage, scenario);
                    break;
            }
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(context);
        }

        stage.AssertNothingIsLeft();
    }

    /// <summary>Drives a loop until something is so, as a frame-driven program does.</summary>
    public static void DriveUntil(PollLoop loop, SimulatedNetwork? network, Func<bool> isOver)
    {
        long start = Stopwatch.GetTimestamp();
        TimeSpan virtualStart = network?.Clock.Elapsed ?? default;
        while (!isOver())
        {
            if (loop.Poll())
            {
                continue;
            }

            if (network is not null)
            {
                Assert.True(network.Clock.Elapsed - virtualStart < s_longest, "The scenario hangs: much virtual time has passed.");
                network.Advance(s_frame);
                continue;
            }

            Assert.True(Stopwatch.GetElapsedTime(start) < s_guard, "The scenario hangs.");
            Thread.Sleep(s_frame);
        }
    }

    private static void RunManual(Stage stage, Func<Scene, Task> scenario)
    {
        using PollLoop loop = new(stage.Network);
        PollHttpClient client = new(loop, stage.Options);
        Task task = scenario(stage.SceneOf(client));
        DriveUntil(loop, stage.Simulation, () => task.IsCompleted);
        task.GetAwaiter().GetResult();
        DriveUntil(loop, stage.Simulation, () => GoodEnd.IsQuiet(client.Pool));
        client.Dispose();
        GoodEnd.AssertClosed(client.Pool);
        GoodEnd.AssertClosed(loop);
    }

    private static void RunSync(Stage stage, Func<Scene, Task> scenario)
    {
        using PollLoop unused = new(stage.Network); // polls nothing: calls must not need it
        PollHttpClient client = new(unused, stage.Options);
        Task task = scenario(stage.SceneOf(client));
        Assert.True(task.IsCompleted, "Something was not synchronous.");
        task.GetAwaiter().GetResult();
        if (stage.Setting.IsSimulated)
        {
            GoodEnd.AssertQuiet(client.Pool);
            client.Dispose();
            GoodEnd.AssertClosed(client.Pool);
            return;
        }

        Assert.True(SpinWait.SpinUntil(() => GoodEnd.IsQuiet(client.Pool), s_guard), GoodEnd.Describe(client.Pool));
        client.Dispose();
        Assert.True(SpinWait.SpinUntil(() => client.Pool.OpenConnections == 0, s_guard), GoodEnd.Describe(client.Pool));
    }

    private static async Task RunOnAsync(PollLoop loop, Stage stage, Func<Scene, Task> scenario)
    {
        PollHttpClient client = new(loop, stage.Options);
        Task task = scenario(stage.SceneOf(client));
        await (loop.IsVirtual ? task : task.WaitAsync(s_guard)); // virtual time finds a deadlock by itself
        Assert.True(loop.IsOnThread, "A continuation left the thread of the loop.");
        long end = Stopwatch.GetTimestamp();
        while (!GoodEnd.IsQuiet(client.Pool) && Stopwatch.GetElapsedTime(end) < s_guard)
        {
            await Task.Delay(s_frame, loop.TimeProvider); // what is left of an unwanted body is skipped meanwhile
        }

        GoodEnd.AssertQuiet(client.Pool);
        client.Dispose();
        GoodEnd.AssertClosed(client.Pool);
        GoodEnd.AssertClosed(loop);
    }

    private static void RunInBackground(Stage stage, Func<Scene, Task> scenario)
    {
        PollHttpClient client = new(stage.Options);
        Task task = scenario(stage.SceneOf(client));
        Assert.True(((IAsyncResult)task).AsyncWaitHandle.WaitOne(s_guard), "The scenario hangs.");
        task.GetAwaiter().GetResult();
        Assert.True(SpinWait.SpinUntil(() => GoodEnd.IsQuiet(client.Pool), s_guard), GoodEnd.Describe(client.Pool));
        client.Dispose();
        Assert.True(SpinWait.SpinUntil(() => client.Pool.OpenConnections == 0, s_guard), GoodEnd.Describe(client.Pool));
    }
}
