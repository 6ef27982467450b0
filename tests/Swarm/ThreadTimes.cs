using System.Diagnostics;

namespace PollHttp.Swarm;

/// <summary>Processor times of the threads of this process.</summary>
internal static class ThreadTimes
{
    public static Dictionary<int, TimeSpan> Now()
    {
        Dictionary<int, TimeSpan> times = [];
        using Process process = Process.GetCurrentProcess();
        foreach (ProcessThread thread in process.Threads)
        {
            try
            {
                times[thread.Id] = thread.TotalProcessorTime;
            }
            catch (Exception error) when (error is InvalidOperationException or System.ComponentModel.Win32Exception)
            {
                // It has ended.
            }
        }

        return times;
    }

    /// <summary>Gets the thread that has worked most since then.</summary>
    public static (string Name, TimeSpan? Time) Most(Dictionary<int, TimeSpan> before)
    {
        (string Name, TimeSpan? Time) most = ("no thread", null);
        foreach ((int id, TimeSpan time) in Now())
        {
            TimeSpan used = time - before.GetValueOrDefault(id);
            if (most.Time is null || used > most.Time)
            {
                most = ($"thread {id}", used);
            }
        }

        return most;
    }
}
