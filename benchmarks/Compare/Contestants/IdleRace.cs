using System.Diagnostics;

namespace PollHttp.Compare;

/// <summary>
/// What connections cost that do nothing: opens them all (the server answers when the last request has come), collects garbage,
/// and looks at the process; then at the CPU time of two seconds in which nothing happens.
/// </summary>
internal static class IdleRace
{
    public static async Task ServeAsync(Job job, Func<int, ValueTask> operation)
    {
        await ContestantProcess.AnswerAsync(async _ =>
        {
            long before = ResidentBytes();
            Task[] workers = new Task[job.Connections];
            for (int i = 0; i < workers.Length; i++)
            {
                workers[i] = operation(i).AsTask();
                if (i % 200 == 199)
                {
                    await Task.Delay(20); // a server's backlog is short
                }
            }

            await Task.WhenAll(workers);
            Array.Clear(workers);
            long after = ResidentBytes();
            TimeSpan cpu = Environment.CpuUsage.TotalTime;
            Stopwatch wall = Stopwatch.StartNew();
            await Task.Delay(TimeSpan.FromSeconds(2));
            cpu = Environment.CpuUsage.TotalTime - cpu;
            return new Round
            {
                Operations = job.Connections,
                CpuMicros = cpu.TotalMicroseconds,
                WallMicros = wall.Elapsed.TotalMicroseconds,
                HeldBytes = after - before,
            };
        });
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
