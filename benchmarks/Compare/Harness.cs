using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace PollHttp.Compare;

/// <summary>
/// Starts the server and every contestant, lets the contestants run one after another, round by round (A B C D A B C D …, so
/// that a noisy minute hits all alike), and prints medians.
/// </summary>
internal static class Harness
{
    private const string Yardstick = "httpclient";

    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public static async Task<int> RunAsync(Settings settings)
    {
        using Child server = Child.Start(Pinning.ServerCores, "--server");
        string port = await server.AskAsync(null);
        PrintConditions(settings);

        List<Entry> entries = [];
        try
        {
            foreach ((string name, _) in ContestantProcess.All)
            {
                entries.Add(new(name, Child.Start(Pinning.ClientCores, "--contestant", name, port)));
            }

            for (int round = -settings.WarmUpRounds; round < settings.Rounds; round++)
            {
                foreach (Entry entry in entries.Where(e => e.Failure is null))
                {
                    await RunRoundAsync(entry, settings.RequestsPerRound, measured: round >= 0);
                }
            }
        }
        finally
        {
            entries.ForEach(e => e.Child.Dispose());
        }

        List<Result> results = [.. entries.Where(e => e.Failure is null).Select(Summarize)];
        PrintTable(results);
        if (settings.JsonFile is { } file)
        {
            await File.WriteAllTextAsync(file, JsonSerializer.Serialize(new { results }, s_json) + "\n");
        }

        foreach (Entry entry in entries.Where(e => e.Failure is not null))
        {
            await Console.Error.WriteLineAsync($"{entry.Name} failed: {entry.Failure}");
        }

        return entries.All(e => e.Failure is null) ? 0 : 1;
    }

    private static async Task RunRoundAsync(Entry entry, int requests, bool measured)
    {
        try
        {
            string answer = await entry.Child.AskAsync(string.Create(CultureInfo.InvariantCulture, $"run {requests}"));
            Round round = JsonSerializer.Deserialize<Round>(answer, JsonSerializerOptions.Web)!;
            if (measured)
            {
                entry.Rounds.Add(round);
            }
        }
        catch (Exception e) when (e is ContestantException or JsonException)
        {
            entry.Failure = e.Message;
        }
    }

    private static void PrintConditions(Settings settings)
    {
        Console.WriteLine($"{RuntimeInformation.FrameworkDescription}, {RuntimeInformation.OSDescription}, {Environment.ProcessorCount} cores.");
        Console.WriteLine("Server: Kestrel, 13-byte body, keep-alive, in a process of its own.");
        Console.WriteLine(Pinning.Available
            ? "Client pinned to one core, server to the others."
            : "Client and server not pinned: expect noise.");
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{Settings.Connections} connections, {settings.Rounds} rounds of {settings.RequestsPerRound} requests each, medians.\n"));
    }

    private static Result Summarize(Entry entry) => new(
        "small-get",
        Settings.Connections,
        entry.Name,
        Math.Round(Median(entry.Rounds.Select(r => r.CpuMicros / r.Requests)), 2),
        Math.Round(Median(entry.Rounds.Select(r => (double)r.AllocatedBytes / r.Requests)), 1),
        Math.Round(Median(entry.Rounds.Select(r => r.Requests * 1e6 / r.WallMicros))))
    {
        BestCpuMicros = entry.Rounds.Min(r => r.CpuMicros / r.Requests),
        WorstCpuMicros = entry.Rounds.Max(r => r.CpuMicros / r.Requests),
    };

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }

    private static void PrintTable(List<Result> results)
    {
        double? yardstick = results.Find(r => r.Contestant == Yardstick)?.CpuMicrosPerRequest;
        Console.WriteLine("| small GET, 64 connections | client CPU a request (best–worst round) | allocated a request | requests/s | requests a CPU second, vs. HttpClient |");
        Console.WriteLine("|---|---|---|---|---|");
        foreach (Result r in results)
        {
            string ratio = yardstick is { } y ? (y / r.CpuMicrosPerRequest).ToString("0.00", CultureInfo.InvariantCulture) + " ×" : "–";
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"| {r.Contestant} | {r.CpuMicrosPerRequest:0.0} µs ({r.BestCpuMicros:0.0}–{r.WorstCpuMicros:0.0}) | {r.AllocatedBytesPerRequest:#,0} B | {r.RequestsPerSecond:#,0} | {ratio} |"));
        }
    }

    private sealed record Entry(string Name, Child Child)
    {
        public List<Round> Rounds { get; } = [];

        public string? Failure { get; set; }
    }

    private sealed record Result(
        string Scenario,
        int Connections,
        string Contestant,
        double CpuMicrosPerRequest,
        double AllocatedBytesPerRequest,
        double RequestsPerSecond)
    {
        /// <summary>How far the rounds lie apart: for the reader of the table, not part of the JSON.</summary>
        [JsonIgnore]
        public double BestCpuMicros { get; init; }

        [JsonIgnore]
        public double WorstCpuMicros { get; init; }
    }
}
