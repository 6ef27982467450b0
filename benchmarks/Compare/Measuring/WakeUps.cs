using System.Globalization;

namespace PollHttp.Compare;

/// <summary>How often the threads of this process have gone to sleep, as Linux counts it: each time costs a switch and a wake-up.</summary>
internal static class WakeUps
{
    private const string Field = "voluntary_ctxt_switches:";

    /// <summary>Gets the count of the threads that live, or null where the system has none.</summary>
    public static long? Count()
    {
        const string Threads = "/proc/self/task";
        return Directory.Exists(Threads) ? Directory.EnumerateDirectories(Threads).Sum(CountOf) : null;
    }

    private static long CountOf(string thread)
    {
        try
        {
            string line = File.ReadLines(Path.Combine(thread, "status")).First(static line => line.StartsWith(Field, StringComparison.Ordinal));
            return long.Parse(line.AsSpan(Field.Length), CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return 0; // it has ended meanwhile
        }
    }
}
