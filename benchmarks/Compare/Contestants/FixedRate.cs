using System.Diagnostics;
using System.Runtime.InteropServices;

namespace PollHttp.Compare;

/// <summary>
/// Starts operations at a fixed rate, whether or not earlier ones have ended: all that fall into a millisecond at its beginning. Each is
/// timed from when it was due, not from when it could begin: one that waits for a slow one before it shows that wait, which a loop of
/// one request after the other would leave out (coordinated omission).
/// </summary>
internal static partial class FixedRate
{
    public static async ValueTask RunAsync(int perSecond, int operations, Func<int, ValueTask> operation, LatencyLog? latencies)
    {
        TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        int left = operations;
        Thread pacer = new(() =>
        {
            long tick = Stopwatch.Frequency / 1000;
            long start = Stopwatch.GetTimestamp() + tick;
            for (int begun = 0; begun < operations;)
            {
                int millisecond = (int)(begun * 1000L / perSecond);
                long due = start + (millisecond * tick);
                SleepUntil(due);
                for (int target = Math.Max(begun + 1, (int)Math.Min(operations, (millisecond + 1L) * perSecond / 1000)); begun < target; begun++)
                {
                    _ = OperateAsync(due);
                }
            }
        });
        pacer.Start();
        await done.Task;
        pacer.Join();

        async Task OperateAsync(long due)
        {
            try
            {
                await operation(0);
                latencies?.Add(due);
                if (Interlocked.Decrement(ref left) == 0)
                {
                    done.SetResult();
                }
            }
            catch (Exception e)
            {
                done.TrySetException(e);
            }
        }
    }

    private static void SleepUntil(long due)
    {
        long nanoseconds = (due - Stopwatch.GetTimestamp()) * (1_000_000_000 / Stopwatch.Frequency);
        if (nanoseconds <= 0)
        {
            return;
        }

        if (OperatingSystem.IsLinux() && Environment.Is64BitProcess)
        {
            _ = NanoSleep([0, nanoseconds], 0);
        }
        else
        {
            Thread.Sleep(1);
        }
    }

    [LibraryImport("libc", EntryPoint = "nanosleep")]
    private static partial int NanoSleep(long[] time, nint remaining);
}
