using System.Runtime.InteropServices;

namespace PollHttp.Compare;

/// <summary>User and system time of all children that have ended; none but the one measured ends during its round.</summary>
internal static class ChildTimes
{
    public static TimeSpan Now()
    {
        long[] usage = new long[18]; // struct rusage: two timevals first
        const int Children = -1;
        if (GetUsage(Children, usage) != 0)
        {
            throw new ContestantException("the time of children can't be read here");
        }

        return TimeSpan.FromSeconds(usage[0] + usage[2]) + TimeSpan.FromMicroseconds(usage[1] + usage[3]);
    }

    /// <summary>Whether it can be read here.</summary>
    public static bool Available => OperatingSystem.IsLinux() && Environment.Is64BitProcess;

    [DllImport("libc", EntryPoint = "getrusage")]
    private static extern int GetUsage(int who, long[] usage);
}
