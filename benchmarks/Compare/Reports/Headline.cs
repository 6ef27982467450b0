using System.Globalization;
using System.Text;

namespace PollHttp.Compare;

/// <summary>How many requests a CPU second one contestant makes in one scenario, HttpClient's being 1.</summary>
/// <param name="Title">What was asked for.</param>
/// <param name="Contestant">By whom.</param>
/// <param name="Ratios">One for each run, in ascending order: the median over its rounds, each against HttpClient's of the same turn.</param>
internal sealed record Headline(string Title, string Contestant, double[] Ratios)
{
    private const string Yardstick = "httpclient";

    public double Least => Ratios[0];

    public double Middle => Ratios[Ratios.Length / 2];

    public double Most => Ratios[^1];

    public static IReadOnlyList<Headline> Of(IReadOnlyList<Scenario> scenarios, IReadOnlyList<Result[]> runs) =>
    [
        .. from scenario in scenarios
           from contestant in scenario.Contestants
           where contestant != Yardstick
           let ratios = runs.Select(run => RatioOf(run, scenario, contestant)).OfType<double>().Order().ToArray()
           where ratios.Length > 0
           select new Headline(scenario.Title, contestant, ratios),
    ];

    public static string Table(IReadOnlyList<Headline> lines)
    {
        StringBuilder table = new("| requests a CPU second, HttpClient = 1 | | median of the runs | all runs |\n| --- | --- | --- | --- |\n");
        foreach (Headline line in lines)
        {
            string all = string.Join(", ", line.Ratios.Select(static r => r.ToString("0.00", CultureInfo.InvariantCulture)));
            table.Append(CultureInfo.InvariantCulture, $"| {line.Title} | {line.Contestant} | {line.Middle:0.00} × | {all} |\n");
        }

        return table.ToString();
    }

    private static double? RatioOf(Result[] run, Scenario scenario, string contestant)
    {
        Result? ours = Array.Find(run, r => r.IsFor(scenario) && r.Contestant == contestant);
        Result? theirs = Array.Find(run, r => r.IsFor(scenario) && r.Contestant == Yardstick);
        return ours is null || theirs is null
            ? null
            : Result.Median(theirs.CpuMicrosOfRounds.Zip(ours.CpuMicrosOfRounds, static (their, our) => their / our));
    }
}
