using System.Diagnostics;

namespace PollHttp.Swarm;

/// <summary>Has child processes run seeds, goes on behind one that hung or broke down, and tells what came of all.</summary>
internal static class Parent
{
    public static int Run(SwarmOptions options)
    {
        Console.WriteLine($"swarm: seeds from {options.Seed}");
        bool both = options.IsSimulated && options.IsOnSockets;
        int failures = 0;
        if (options.IsSimulated)
        {
            failures += RunOn(options with { IsOnSockets = false, Minutes = both ? options.Minutes / 2 : options.Minutes });
        }

        if (options.IsOnSockets)
        {
            failures += RunOn(options with { IsSimulated = false, Minutes = both ? options.Minutes / 2 : options.Minutes });
        }

        Console.WriteLine($"swarm: {failures} found");
        return failures == 0 ? 0 : 1;
    }

    private static int RunOn(SwarmOptions options)
    {
        long started = Stopwatch.GetTimestamp();
        Tally tally = new();
        long end = options.Seed + options.Seeds!.Value;
        for (long seed = options.Seed; seed < end; seed = tally.LastBegun + 1)
        {
            TimeSpan? left = options.Minutes is { } minutes ? TimeSpan.FromMinutes(minutes) - Stopwatch.GetElapsedTime(started) : null;
            if (left <= TimeSpan.Zero)
            {
                break;
            }

            tally.LastBegun = seed;
            int code = ChildProcess.Run(options with { Seed = seed, Seeds = (int)Math.Min(int.MaxValue, end - seed), Minutes = left?.TotalMinutes }, tally.Take);
            if (code == 0)
            {
                break;
            }

            tally.Broke(code);
        }

        foreach (Found found in tally.All)
        {
            Report(options, found);
        }

        Console.WriteLine($"{(options.IsSimulated ? "simulated" : "sockets")}: {tally} in {Stopwatch.GetElapsedTime(started).TotalSeconds:0} s");
        return tally.All.Count;
    }

    private static void Report(SwarmOptions options, Found found)
    {
        Console.WriteLine($"\n== {found.Kind}: {found.Count} seeds, the first is {found.Seed} ({found.Family}), number {found.Seed - options.Seed + 1} of the run");
        Console.WriteLine(found.Text);
        SwarmOptions one = options with { Seed = found.Seed, Seeds = 1, Minutes = null };
        if (options.IsSimulated && options.Shrinks)
        {
            one = Shrinker.Shrink(one, found);
            if (one.Keep is not null)
            {
                Console.WriteLine("-- shrunk to:");
                ChildProcess.Run(one with { PrintsScenario = true }, static line => Console.WriteLine(line.StartsWith("@failure", StringComparison.Ordinal) ? Tally.TextOf(line) : line));
            }
        }

        Console.WriteLine($"-- again: dotnet run -c Release --project tests/Swarm -- {string.Join(' ', ChildProcess.Arguments(one))}\n");
    }
}
