using System.Globalization;
using System.Text.Json;

namespace PollHttp.Compare;

/// <summary>
/// The guard against sliding back: ratios to another contestant of the same run, each the median over the rounds, of which both did one
/// in turn. What else the machine does hits the two alike.
/// </summary>
internal static class Gate
{
    /// <summary>Whom it needs results of.</summary>
    public static string[] Contestants() => [.. Floors().SelectMany(f => new[] { f.Contestant, f.Against }).Distinct()];

    /// <summary>False when a ratio is under its floor, or one of the two has no result.</summary>
    public static bool Check(IReadOnlyList<Result> results)
    {
        bool sound = true;
        foreach (Floor floor in Floors())
        {
            double[] ours = Find(results, floor, floor.Contestant);
            double[] theirs = Find(results, floor, floor.Against);
            double ratio = ours.Length == 0 || theirs.Length == 0 ? 0 : Result.Median(theirs.Zip(ours, (their, our) => their / our));
            bool holds = ratio >= floor.Ratio;
            sound &= holds;
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{(holds ? "ok  " : "FAIL")} {floor.Scenario}: {floor.Contestant} against {floor.Against}: {ratio:0.00} (floor {floor.Ratio:0.00})"));
        }

        return sound;
    }

    private static Floor[] Floors()
    {
        string file = Path.Combine(AppContext.BaseDirectory, "floors.json");
        return JsonSerializer.Deserialize<Floor[]>(File.ReadAllText(file), JsonSerializerOptions.Web)!;
    }

    private static double[] Find(IReadOnlyList<Result> results, Floor floor, string contestant) =>
        results.FirstOrDefault(r => r.Scenario == floor.Scenario && r.Contestant == contestant)?.CpuMicrosOfRounds ?? [];

    private sealed record Floor(string Scenario, string Contestant, string Against, double Ratio);
}
