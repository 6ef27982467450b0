using System.Diagnostics;

namespace PollHttp.Compare;

/// <summary>As many asynchronous loops as there are connections, which share one count of operations to do.</summary>
internal static class Workers
{
    public static Func<int, LatencyLog?, ValueTask> Of(Job job, Func<int, ValueTask> operation) =>
        (operations, latencies) => RunAsync(job.Connections, operations, operation, latencies);

    private static async ValueTask RunAsync(int connections, int operations, Func<int, ValueTask> operation, LatencyLog? latencies)
    {
        int left = operations;
        Task[] workers = new Task[connections];
        for (int i = 0; i < workers.Length; i++)
        {
            workers[i] = WorkAsync(i);
        }

        await Task.WhenAll(workers);

        async Task WorkAsync(int worker)
        {
            while (Interlocked.Decrement(ref left) >= 0)
            {
                long start = latencies is null ? 0 : Stopwatch.GetTimestamp();
                await operation(worker);
                latencies?.Add(start);
            }
        }
    }
}
