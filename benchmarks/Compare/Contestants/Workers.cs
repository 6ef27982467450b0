using System.Diagnostics;

namespace PollHttp.Compare;

/// <summary>As many asynchronous loops as there are connections, which share one count of operations to do.</summary>
internal static class Workers
{
    public static Func<int, LatencyLog?, ValueTask> Of(Job job, Func<int, ValueTask> operation) =>
        (operations, latencies) => job.Rate > 0
            ? FixedRate.RunAsync(job.Rate, operations, operation, latencies)
            : RunAsync(job, operations, operation, latencies);

    private static async ValueTask RunAsync(Job job, int operations, Func<int, ValueTask> operation, LatencyLog? latencies)
    {
        SlowReading.IsOver = false;
        int left = operations;
        Task[] workers = new Task[job.Connections];
        for (int i = 0; i < workers.Length; i++)
        {
            // The slow one asks once, and is neither counted nor timed: what is measured is what it does to the others.
            workers[i] = job.IsSlow(i) ? operation(i).AsTask() : WorkAsync(i);
        }

        await Task.WhenAll(workers.Where((_, i) => !job.IsSlow(i)));
        SlowReading.IsOver = true;
        await Task.WhenAll(workers);

        async Task WorkAsync(int worker)
        {
            while (Interlocked.Decrement(ref left) >= 0)
            {
                long start = latencies is null ? 0 : Stopwatch.GetTimestamp();
                await operation(worker);
                job.Use();
                latencies?.Add(start);
            }
        }
    }
}
