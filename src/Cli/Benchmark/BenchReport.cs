using System.Text;
using PollHttp.Cli.Display;

namespace PollHttp.Cli.Benchmark;

/// <summary>Draws the result of a benchmark: figures, percentiles, the distribution of latencies, and the rate over time.</summary>
internal static class BenchReport
{
    private const int Rows = 12;
    private const int LabelWidth = 22;
    private const int MaxBarWidth = 60;
    private const string Levels = "▁▂▃▄▅▆▇█";

    private static readonly (string Name, double Share)[] s_percentiles =
        [("p50", 0.5), ("p75", 0.75), ("p90", 0.9), ("p99", 0.99), ("p99.9", 0.999), ("p99.99", 0.9999)];

    public static string Draw(string method, Uri address, BenchSettings settings, BenchResult result, int width, Ink ink)
    {
        StringBuilder text = new();
        double seconds = Math.Max(result.Elapsed.TotalSeconds, 1e-9);
        string connections = settings.Connections == 1 ? "1 connection" : $"{settings.Connections:N0} connections";
        Line($"{ink.Bold($"{method} {address.GetLeftPart(UriPartial.Path)}")}  {connections}, one thread, {Units.Time(result.Elapsed)}");
        text.Append('\n');
        Line($"  requests  {result.Latencies.Count,12:N0}   {ink.Bold($"{result.Latencies.Count / seconds:N0}/s")}");
        Line($"  bodies    {Units.Bytes(result.BodyBytes),12}   {Units.Bytes(result.BodyBytes / seconds)}/s");
        foreach ((int status, long count) in result.Statuses)
        {
            Line($"  {ink.Status(status, $"{status,-8}")}  {count,12:N0}");
        }

        foreach ((string failure, long count) in result.Failures)
        {
            Line($"  {ink.Red("failed")}    {count,12:N0}   {failure}, first: {result.FirstFailure!.Value.Message}");
        }

        if (result.Latencies.Count > 0)
        {
            DrawLatencies(text, result.Latencies, width, ink);
            DrawRate(text, result, width, ink);
        }

        return text.ToString();

        void Line(FormattableString line) => text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
    }

    private static void DrawLatencies(StringBuilder text, LatencyHistogram latencies, int width, Ink ink)
    {
        text.Append(CultureInfo.InvariantCulture, $"\n  latency   min {Units.Time(latencies.Min)}, mean {Units.Time(latencies.Mean)}, max {Units.Time(latencies.Max)}\n");
        foreach ((string name, double share) in s_percentiles)
        {
            text.Append(CultureInfo.InvariantCulture, $"  {name,-8}  {Units.Time(latencies.Percentile(share)),12}\n");
        }

        text.Append('\n');
        TimeSpan[] edges = Edges(latencies);
        long[] counts = [.. edges.Zip(edges.Skip(1), latencies.CountBetween)];
        int columns = Math.Clamp(width - LabelWidth - 14, 10, MaxBarWidth);
        long most = Math.Max(1, counts.Max());
        for (int i = 0; i < counts.Length; i++)
        {
            string bar = new('█', (int)Math.Ceiling((double)counts[i] / most * columns));
            text.Append("  ").Append($"to {Units.Time(edges[i + 1])}".PadLeft(LabelWidth - 8)).Append("  ")
                .Append(ink.Cyan(bar)).Append(CultureInfo.InvariantCulture, $" {counts[i]:N0}\n");
        }
    }

    /// <summary>
    /// Returns edges that grow by a constant factor, from the fastest to the slowest time, so that outliers are visible and do not hide the
    /// rest.
    /// </summary>
    private static TimeSpan[] Edges(LatencyHistogram latencies)
    {
        double least = Math.Max(1, latencies.Min.TotalMicroseconds);
        double factor = Math.Pow(Math.Max(latencies.Max.TotalMicroseconds, least * 1.1) * 1.04 / least, 1.0 / Rows);
        return [TimeSpan.Zero, .. Enumerable.Range(1, Rows).Select(row => TimeSpan.FromMicroseconds(least * Math.Pow(factor, row)))];
    }

    private static void DrawRate(StringBuilder text, BenchResult result, int width, Ink ink)
    {
        int whole = Math.Max(1, result.Intervals.Count - 1); // the last interval was cut short by the end
        int columns = Math.Clamp(Math.Min(width - LabelWidth, whole), 1, MaxBarWidth);
        double[] rates = [.. Enumerable.Range(0, columns).Select(column =>
            result.Intervals.Take((column * whole / columns)..Math.Max((column + 1) * whole / columns, (column * whole / columns) + 1)).Average())];
        double most = Math.Max(1, rates.Max());
        string line = string.Concat(rates.Select(rate => Levels[(int)Math.Min(rate / most * Levels.Length, Levels.Length - 1)]));
        text.Append("\n  over time ").Append(ink.Green(line)).Append('\n');
    }
}
