using System.Runtime.InteropServices;

namespace PollHttp.Compare;

/// <summary>
/// Starts a process on given cores. A process started by a pinned thread is pinned from its first instruction, so the runtime
/// in it also sees that number of processors; setting the affinity of a running process would reach only one of its threads.
/// </summary>
internal static class Pinning
{
    /// <summary>Whether client and server can be kept apart here.</summary>
    public static bool Available => OperatingSystem.IsLinux() && Environment.ProcessorCount is > 1 and <= 64;

    /// <summary>The client's core: the first this process may use.</summary>
    public static ulong ClientCores => Allowed() & (~Allowed() + 1);

    /// <summary>All cores that this process may use.</summary>
    public static ulong AllCores => Allowed();

    /// <summary>The server's cores: all others.</summary>
    public static ulong ServerCores => Allowed() & ~ClientCores;

    /// <summary>Runs <paramref name="start"/> on a thread that is pinned to <paramref name="cores"/>.</summary>
    public static T On<T>(ulong cores, Func<T> start)
    {
        if (!Available)
        {
            return start();
        }

        T? result = default;
        Exception? failure = null;
        Thread thread = new(() =>
        {
            try
            {
                // Failing to pin is no reason not to measure: 0 or −1 alike.
                _ = SetAffinity(0, sizeof(ulong), ref cores);
                result = start();
            }
            catch (Exception e)
            {
                failure = e;
            }
        });
        thread.Start();
        thread.Join();
        return failure is null ? result! : throw new InvalidOperationException(failure.Message, failure);
    }

    private static ulong Allowed()
    {
        ulong cores = 0;
        return GetAffinity(0, sizeof(ulong), ref cores) > 0 || cores != 0 ? cores : ulong.MaxValue;
    }

    [DllImport("libc", EntryPoint = "sched_setaffinity")]
    private static extern int SetAffinity(int thread, nint size, ref ulong cores);

    [DllImport("libc", EntryPoint = "sched_getaffinity")]
    private static extern int GetAffinity(int thread, nint size, ref ulong cores);
}
