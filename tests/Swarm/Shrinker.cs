using System.Diagnostics;

namespace PollHttp.Swarm;

/// <summary>Takes calls out of a scenario as long as it goes on failing in the same way (delta debugging).</summary>
internal static class Shrinker
{
    private const int MostRuns = 80;
    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(60);

    public static SwarmOptions Shrink(SwarmOptions options, Found found)
    {
        long started = Stopwatch.GetTimestamp();
        List<int> calls = options.Keep is { } kept
            ? [.. kept.Order()]
            : [.. new Scenario(options.Seed, options.IsSimulated, options.Only, null, options.UsesHttp2).Calls.Select(static c => c.Number)];
        int runs = 0;
        for (int parts = 2; calls.Count > 1 && parts <= calls.Count * 2;)
        {
            int size = Math.Max(1, calls.Count / parts);
            bool shrunk = false;
            for (int start = 0; start < calls.Count && calls.Count > 1;)
            {
                if (++runs > MostRuns || Stopwatch.GetElapsedTime(started) > s_longest)
                {
                    return options with { Keep = calls.ToHashSet() };
                }

                List<int> fewer = [.. calls.Take(start), .. calls.Skip(start + size)];
                if (fewer.Count > 0 && Fails(options with { Keep = fewer.ToHashSet(), Patience = 1 }, found.Kind))
                {
                    calls = fewer;
                    shrunk = true;
                }
                else
                {
                    start += size;
                }
            }

            if (size == 1 && !shrunk)
            {
                break;
            }

            parts = shrunk ? Math.Max(2, parts) : parts * 2;
        }

        return runs == 0 ? options : options with { Keep = calls.ToHashSet() };
    }

    private static bool Fails(SwarmOptions options, string kind)
    {
        bool fails = false;
        ChildProcess.Run(options, line => fails |= line.StartsWith("@failure", StringComparison.Ordinal) && line.Split('|')[3] == kind);
        return fails;
    }
}
