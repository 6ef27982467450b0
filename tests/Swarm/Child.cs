using System.Diagnostics;
using System.Globalization;

namespace PollHttp.Swarm;

/// <summary>Runs seeds one after the other and reports each in a line; ends with its process where a run hangs.</summary>
internal static class Child
{
    /// <summary>The exit code after a run that hung.</summary>
    public const int Hung = 3;

    public static int Run(SwarmOptions options)
    {
        Scenario? current = null;
        object writing = new();
        Leftovers.WatchUnobserved();
        ThreadPool.SetMinThreads(16, 4);
        AppDomain.CurrentDomain.UnhandledException += (_, e) => Report(current, new($"unhandled {e.ExceptionObject.GetType().Name}", $"{e.ExceptionObject}"));
        Watchdog watchdog = new(TimeSpan.FromSeconds(options.Patience ?? 4), (kind, text) =>
        {
            Report(current, new(kind, text));
            Environment.Exit(Hung);
        });
        long started = Stopwatch.GetTimestamp();
        new Thread(EndWithParent) { IsBackground = true, Name = "parent" }.Start();
        for (long seed = options.Seed; seed < options.Seed + options.Seeds; seed++)
        {
            if (options.Minutes is { } minutes && Stopwatch.GetElapsedTime(started).TotalMinutes > minutes)
            {
                break;
            }

            current = new(seed, options.IsSimulated, options.Only, options.Keep, options.UsesHttp2);
            if (options.PrintsScenario)
            {
                Print(current);
            }

            Line("begin", current, "");
            (Ledger ledger, bool isStuck) = RunOne(current, watchdog);
            foreach (Failure failure in ledger.Failures)
            {
                Report(current, failure);
            }

            string outcomes = string.Join(',', ledger.Outcomes.Select(static o => $"{o.Key}={o.Value}"));
            Line("end", current, $"{current.Calls.Count}|{ledger.Bytes}|{outcomes}");
            if (isStuck)
            {
                Environment.Exit(Hung);
            }
        }

        return 0;

        void Report(Scenario? scenario, Failure failure) => Line("failure", scenario, $"{failure.Kind}|{failure.Text.Replace("\\", "\\\\").Replace("\n", "\\n")}");

        void Line(string what, Scenario? scenario, string rest)
        {
            lock (writing)
            {
                Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"@{what}|{scenario?.Seed}|{scenario?.Family.Name}|{rest}"));
                Console.Out.Flush();
            }
        }
    }

    private static void EndWithParent()
    {
        while (Console.In.Read() >= 0)
        {
        }

        Environment.Exit(0);
    }

    private static (Ledger Ledger, bool IsStuck) RunOne(Scenario scenario, Watchdog watchdog)
    {
        if (scenario.IsSimulated)
        {
            SimulatedRun simulated = new(scenario, watchdog);
            simulated.Run();
            return (simulated.Ledger, false);
        }

        using SocketRun sockets = new(scenario, watchdog);
        sockets.Run();
        return (sockets.Ledger, sockets.IsStuck);
    }

    private static void Print(Scenario scenario)
    {
        Console.Out.WriteLine(scenario);
        foreach (CallPlan call in scenario.Calls)
        {
            Console.Out.WriteLine("  " + call);
        }
    }
}
