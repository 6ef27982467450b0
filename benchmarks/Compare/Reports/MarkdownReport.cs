using System.Globalization;
using System.Text;

namespace PollHttp.Compare;

/// <summary>Tables for people: on the screen while it runs, and as a page.</summary>
internal static class MarkdownReport
{
    private const string Yardstick = "httpclient";

    public static string Page(string conditions, IReadOnlyList<Scenario> scenarios, IReadOnlyList<Result> results)
    {
        StringBuilder page = new("# Results\n\n");
        page.Append(conditions.Replace("\n", "  \n", StringComparison.Ordinal));
        foreach (Result result in results.Where(r => r.Version is not null).DistinctBy(r => r.Contestant))
        {
            page.Append(CultureInfo.InvariantCulture, $"{result.Contestant}: {result.Version}.  \n");
        }

        page.Append("\n![Requests a CPU second](small-get.svg)\n\n");
        foreach (Scenario scenario in scenarios)
        {
            page.Append(Table(scenario, results)).Append('\n');
        }

        return page.ToString();
    }

    public static string Table(Scenario scenario, IReadOnlyList<Result> results)
    {
        Result[] rows = [.. results.Where(r => r.IsFor(scenario))];
        Result? yardstick = rows.FirstOrDefault(static r => r.Contestant == Yardstick);
        bool latency = rows.Any(r => r.LatencyMicrosP50 is not null);
        bool idle = scenario.Work == Work.Idle;
        bool sparse = scenario.Rate is > 0 and < 1000;
        StringBuilder table = new();
        Line(table, [
            scenario.Title, $"client CPU a {scenario.Unit} (best–worst round)", $"allocated a {scenario.Unit}", $"{scenario.Units}/s",
            scenario.IsParallel ? $"{scenario.Units}/s, vs. HttpClient" : $"{scenario.Units} a CPU second, vs. HttpClient", .. Column(sparse, $"wake-ups a {scenario.Unit}"), .. Column(latency, "p50 / p99 / p99.9"), .. Column(idle, "memory a connection"),
        ]);
        Line(table, [.. Enumerable.Repeat("---", 5), .. Column(sparse, "---"), .. Column(latency, "---"), .. Column(idle, "---")]);
        foreach (Result row in rows)
        {
            Line(table, [.. Cells(row, scenario, yardstick), .. Column(sparse, $"{row.WakeUpsPerRequest:0.0}"), .. Column(latency, Latency(row)), .. Column(idle, Bytes(row.HeldBytesPerConnection))]);
        }

        return table.ToString();
    }

    private static IEnumerable<string> Cells(Result row, Scenario scenario, Result? yardstick)
    {
        bool large = scenario.IsLarge;
        yield return row.Contestant;
        yield return $"{Time(row.CpuMicrosPerRequest, large)} ({Time(row.BestCpuMicros, large)}–{Time(row.WorstCpuMicros, large)})";
        yield return Bytes(row.AllocatedBytesPerRequest);
        yield return row.RequestsPerSecond.ToString(large ? "0.00" : "#,0", CultureInfo.InvariantCulture);
        yield return yardstick is not null && row.CpuMicrosPerRequest > 0
            ? (scenario.IsParallel ? row.RequestsPerSecond / yardstick.RequestsPerSecond : yardstick.CpuMicrosPerRequest / row.CpuMicrosPerRequest).ToString("0.00", CultureInfo.InvariantCulture) + " ×"
            : "–";
    }

    private static string Latency(Result row) => row.LatencyMicrosP50 is null
        ? "–"
        : string.Create(CultureInfo.InvariantCulture, $"{row.LatencyMicrosP50:#,0} / {row.LatencyMicrosP99:#,0} / {row.LatencyMicrosP999:#,0} µs");

    private static void Line(StringBuilder table, IReadOnlyList<string> cells) => table.Append("| ").AppendJoin(" | ", cells).Append(" |\n");

    private static IEnumerable<string> Column(bool present, string cell) => present ? [cell] : [];

    private static string Time(double micros, bool large) => large
        ? (micros / 1e6).ToString("0.000", CultureInfo.InvariantCulture) + " s"
        : micros.ToString("0.0", CultureInfo.InvariantCulture) + " µs";

    private static string Bytes(double? bytes) => bytes is { } b ? b.ToString("#,0", CultureInfo.InvariantCulture) + " B" : "–";
}
