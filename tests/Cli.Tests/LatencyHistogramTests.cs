using PollHttp.Cli.Benchmark;

namespace PollHttp.Cli.Tests;

public sealed class LatencyHistogramTests
{
    [Fact]
    public void Percentiles_are_within_two_percent_of_those_of_the_sorted_times()
    {
        Random random = new(1);
        double[] times = [.. Enumerable.Range(0, 20_000).Select(_ => Math.Exp(random.NextDouble() * 16))];
        LatencyHistogram histogram = new();
        foreach (double time in times)
        {
            histogram.Add(TimeSpan.FromMicroseconds(time));
        }

        Array.Sort(times);
        foreach (double share in (double[])[0.01, 0.5, 0.9, 0.99, 0.999, 1])
        {
            double exact = times[(int)Math.Ceiling(share * times.Length) - 1];
            Assert.InRange(histogram.Percentile(share).TotalMicroseconds, exact * 0.98 - 1, exact * 1.02 + 1);
        }

        Assert.Equal(times.Length, histogram.Count);
        Assert.Equal(times.Average(), histogram.Mean.TotalMicroseconds, times.Average() * 0.001);
        Assert.Equal(times.Length, histogram.CountBetween(TimeSpan.Zero, TimeSpan.FromHours(1)));
    }
}
