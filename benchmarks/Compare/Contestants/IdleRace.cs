using System.Diagnostics;
using System.Runtime;

namespace PollHttp.Compare;

/// <summary>
/// What connections cost that do nothing: opens them all (the server answers when the last request has come), collects garbage,
/// and looks at the process; then at the CPU time of two seconds in which nothing happens and nothing is compiled.
/// </summary>
internal static class IdleRace
{
    private const int Batch = 200;
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan s_slice = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan s_watched = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    /// <summary>Has each worker do one operation, all at once.</summary>
    public static Task ServeAsync(Job job, Func<int, ValueTask> operation) => ServeAsync(job, () => OpenAsync(job, operation), Task.Delay);

    /// <param name="job">How many connections.</param>
    /// <param name="open">Opens them all and waits until each has had its answer.</param>
    /// <param name="rest">Does for so long what a program does that waits for all of them.</param>
    public static async Task ServeAsync(Job job, Func<Task> open, Func<TimeSpan, Task> rest)
    {
        await ContestantProcess.AnswerAsync(async _ =>
        {
            long before = ResidentBytes();
            await open();
            long after = ResidentBytes();
            (TimeSpan cpu, TimeSpan wall) = await WatchAsync(rest);
            return new Round
            {
                Operations = job.Connections,
                CpuMicros = cpu.TotalMicroseconds,
                WallMicros = wall.TotalMicroseconds,
                HeldBytes = after - before,
            };
        });
    }

    /// <summary>A pause after some of them: a server's backlog is short.</summary>
    public static void Pace(int opened)
    {
        if (opened % Batch == Batch - 1)
        {
            Thread.Sleep(s_pause);
        }
    }

    /// <summary>The runtime goes on compiling for some seconds, as it finds the time: those are left out.</summary>
    private static async Task<(TimeSpan Cpu, TimeSpan Wall)> WatchAsync(Func<TimeSpan, Task> rest)
    {
        TimeSpan cpu = TimeSpan.Zero;
        TimeSpan wall = TimeSpan.Zero;
        Stopwatch total = Stopwatch.StartNew();
        while (wall < s_watched && total.Elapsed < s_patience)
        {
            TimeSpan compiling = JitInfo.GetCompilationTime();
            TimeSpan before = Environment.CpuUsage.TotalTime;
            Stopwatch slice = Stopwatch.StartNew();
            await rest(s_slice);
            if (JitInfo.GetCompilationTime() == compiling)
            {
                cpu += Environment.CpuUsage.TotalTime - before;
                wall += slice.Elapsed;
            }
        }

        return (cpu, wall);
    }

    private static async Task OpenAsync(Job job, Func<int, ValueTask> operation)
    {
        Task[] workers = new Task[job.Connections];
        for (int i = 0; i < workers.Length; i++)
        {
            workers[i] = operation(i).AsTask();
            if (i % Batch == Batch - 1)
            {
                await Task.Delay(s_pause);
            }
        }

        await Task.WhenAll(workers);
    }

    private static long ResidentBytes()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        GC.WaitForPendingFinalizers();
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        using Process self = Process.GetCurrentProcess();
        return self.WorkingSet64;
    }
}
