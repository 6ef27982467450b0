using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace PollHttp.Compare;

/// <summary>
/// Starts the servers; then, scenario by scenario, starts the contestants and lets them run one after another, round by round
/// (A B C D A B C D …, so that a noisy minute hits all alike), and reports medians.
/// </summary>
internal sealed class Harness(Settings settings)
{
    /// <summary>Rounds that are measured however slow the machine is.</summary>
    private const int LeastRounds = 3;

    /// <summary>Rounds in a row without compiling before one counts.</summary>
    private const int QuietRounds = 4;

    /// <summary>How long one scenario may be measured before it is cut to <see cref="LeastRounds"/>, for each contestant, and at least: a whole
    /// run stays within 25 minutes.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan s_leastPatience = TimeSpan.FromSeconds(30);

    /// <summary>How long one contestant may warm up.</summary>
    private static readonly TimeSpan s_warmUpPatience = TimeSpan.FromSeconds(8);

    /// <summary>Longer than the tenth of a second for which the runtime wants nothing new to run before it compiles again what runs often.</summary>
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(150);
    private readonly List<Result> _results = [];
    private bool _failed;

    public async Task<int> RunAsync()
    {
        using ServerSet servers = await ServerSet.StartAsync(settings.KestrelOnly);
        string conditions = Conditions(servers);
        Console.WriteLine(conditions);
        List<Result[]> runs = [];
        for (int run = 0; run < settings.Runs; run++)
        {
            _results.Clear();
            foreach (Scenario scenario in settings.Scenarios)
            {
                await RunAsync(scenario, servers);
                Console.WriteLine(MarkdownReport.Table(scenario, _results));
                if (!settings.IsHeadline)
                {
                    await WriteResultsAsync(conditions, servers); // a run that is stopped leaves what it has
                }
            }

            runs.Add([.. _results]);
        }

        if (settings.IsHeadline)
        {
            await WriteHeadlineAsync(Headline.Of(settings.Scenarios, runs), ChartNote(servers));
            return _failed ? 1 : 0;
        }

        if (settings.ResultsFolder is { } folder)
        {
            Console.WriteLine($"Written into {folder}.");
        }

        bool guarded = !settings.IsGate || Gate.Check(_results);
        return _failed || !guarded ? 1 : 0;
    }

    private async Task WriteResultsAsync(string conditions, ServerSet servers)
    {
        if (settings.JsonFile is { } file)
        {
            await JsonReport.WriteAsync(file, _results);
        }

        if (settings.ResultsFolder is { } folder)
        {
            IReadOnlyList<Scenario> measured = [.. settings.Scenarios.Where(s => _results.Exists(r => r.IsFor(s)))];
            Directory.CreateDirectory(folder);
            await JsonReport.WriteAsync(Path.Combine(folder, "results.json"), _results);
            await File.WriteAllTextAsync(Path.Combine(folder, "results.md"), MarkdownReport.Page(conditions, measured, _results));
            await File.WriteAllTextAsync(Path.Combine(folder, "small-get.svg"), Chart.SmallGet(_results, $"64 connections; {ChartNote(servers)}"));
        }
    }

    private async Task WriteHeadlineAsync(IReadOnlyList<Headline> lines, string note)
    {
        Console.WriteLine(Headline.Table(lines));
        if (settings.ResultsFolder is { } folder)
        {
            string file = Path.Combine(folder, "headline.svg");
            Directory.CreateDirectory(folder);
            await File.WriteAllTextAsync(file, HeadlineChart.Draw(lines, $"{settings.Runs} runs; {note}"));
            Console.WriteLine($"Written into {file}.");
        }
    }

    private async Task RunAsync(Scenario scenario, ServerSet servers)
    {
        Job job = new(scenario.Work, servers.UrlOf(scenario), scenario.Connections, scenario.ExpectedBytes, scenario.Rate, scenario.IsHttp2);
        List<Entry> entries = [];
        try
        {
            foreach (string name in scenario.Contestants)
            {
                if (Create(name, job, scenario.IsParallel ? Pinning.AllCores : Pinning.ClientCores) is { } contestant)
                {
                    entries.Add(new(contestant));
                }
            }

            int rounds = Math.Min(settings.Rounds, scenario.MostRounds);
            TimeSpan patience = TimeSpan.FromTicks(Math.Max(s_leastPatience.Ticks, s_patience.Ticks * entries.Count));
            foreach (Entry entry in entries)
            {
                await WarmUpAsync(entry, scenario);
            }

            Stopwatch watch = Stopwatch.StartNew();
            for (int round = 0; round < rounds && (round < LeastRounds || watch.Elapsed < patience); round++)
            {
                foreach (Entry entry in entries.Where(e => e.Failure is null))
                {
                    await MeasureAsync(entry, scenario.Operations);
                    if (scenario.Work == Work.Idle)
                    {
                        entry.Dispose(); // or what it holds open would fill the server's table of files, which the next one needs
                    }
                }
            }

            for (int round = 0; scenario.WithLatency && round < (watch.Elapsed < patience ? LeastRounds : 1); round++)
            {
                foreach (Entry entry in entries.Where(e => e.Failure is null && e.Contestant is ResidentContestant))
                {
                    await RunRoundAsync(entry, scenario.Operations, entry.Timed, withLatency: true);
                }
            }
        }
        finally
        {
            entries.ForEach(e => e.Dispose());
        }

        _results.AddRange(entries.Where(e => e.Failure is null).Select(e => Result.Of(scenario, e.Contestant.Name, e.Rounds, e.Timed)));
        foreach (Entry entry in entries.Where(e => e.Failure is not null))
        {
            _failed = true;
            await Console.Error.WriteLineAsync($"{scenario.Title}: {entry.Contestant.Name} failed: {entry.Failure}");
        }
    }

    /// <summary>
    /// Until next to nothing has been compiled for several rounds: the runtime compiles what runs often several times over, each time
    /// not before all has been quiet for a while, and on a thread of its own, which gets the core in the pauses. Who doesn't say what it
    /// compiles is warm when a round is hardly cheaper than the one before.
    /// </summary>
    private async Task WarmUpAsync(Entry entry, Scenario scenario)
    {
        Stopwatch watch = Stopwatch.StartNew();
        int most = scenario.Work is Work.Idle or Work.Cold ? 0 : scenario.IsLarge ? settings.MostWarmUpRounds / 2 : settings.MostWarmUpRounds;
        List<Round> warm = [];
        while (warm.Count < most && !IsWarm(warm) && entry.Failure is null && watch.Elapsed < s_warmUpPatience)
        {
            await RunRoundAsync(entry, scenario.Operations, warm, withLatency: false);
            await Task.Delay(s_pause);
        }
    }

    private static bool IsWarm(List<Round> rounds)
    {
        const double Settled = 0.95;
        return rounds is [.., { } before, { } last]
            && (last.CompilingMicros is null
                ? last.CpuMicros / last.Operations > Settled * before.CpuMicros / before.Operations
                : rounds.Count >= QuietRounds && rounds.TakeLast(QuietRounds).All(IsQuiet));
    }

    private static bool IsQuiet(Round round) => (round.CompilingMicros ?? 0) < 0.01 * round.CpuMicros;

    /// <summary>A round that counts; run again, twice at most, when the runtime still compiled meanwhile.</summary>
    private static async Task MeasureAsync(Entry entry, int operations)
    {
        const int Attempts = 3;
        List<Round> rounds = [];
        while (rounds.Count < Attempts && entry.Failure is null && !(rounds is [.., { } last] && IsQuiet(last)))
        {
            await RunRoundAsync(entry, operations, rounds, withLatency: false);
        }

        entry.Rounds.AddRange(rounds.TakeLast(1));
    }

    private static IContestant? Create(string name, Job job, ulong cores) =>
        job.Work == Work.Cold ? new ColdContestant(name, job.Url)
        : ContestantProcess.Knows(name) ? ResidentContestant.Own(name, job, cores)
        : Driver.Find(name, job) is { } driver ? ResidentContestant.TryDrive(driver, job)
        : ToolContestant.TryCreate(name, job);

    private static async Task RunRoundAsync(Entry entry, int operations, List<Round>? into, bool withLatency)
    {
        try
        {
            Round round = await entry.Contestant.RunAsync(operations, withLatency);
            into?.Add(round);
        }
        catch (ContestantException e)
        {
            entry.Failure = e.Message;
        }
    }

    private string Conditions(ServerSet servers) => string.Create(CultureInfo.InvariantCulture, $"""
        {DateTime.UtcNow:yyyy-MM-dd}, {RuntimeInformation.FrameworkDescription}, {RuntimeInformation.OSDescription}, {Environment.ProcessorCount} cores ({Processor()}).
        Server of the small requests: {servers.Name}; of everything else: Kestrel. Each in a process of its own.
        {(Pinning.Available ? "Clients pinned to one core, servers to the others." : "Clients and servers not pinned: expect noise.")}
        Medians of {settings.Rounds} rounds (9 of starts, 3 of large bodies; fewer where the machine was slow), contestants taking turns.

        """);

    private static string ChartNote(ServerSet servers) =>
        $"{servers.Name}, client on one core, {RuntimeInformation.FrameworkDescription}, {Environment.ProcessorCount} × {Processor()}, {DateTime.UtcNow:yyyy-MM-dd}";

    private static string Processor()
    {
        const string File = "/proc/cpuinfo";
        string? line = System.IO.File.Exists(File)
            ? System.IO.File.ReadLines(File).FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal))
            : null;
        return line is null ? RuntimeInformation.ProcessArchitecture.ToString() : line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim();
    }

    private sealed record Entry(IContestant Contestant) : IDisposable
    {
        private bool _isDisposed;

        public List<Round> Rounds { get; } = [];

        public List<Round> Timed { get; } = [];

        public string? Failure { get; set; }

        public void Dispose()
        {
            if (!_isDisposed)
            {
                _isDisposed = true;
                Contestant.Dispose();
            }
        }
    }
}
