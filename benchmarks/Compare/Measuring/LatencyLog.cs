using System.Diagnostics;

namespace PollHttp.Compare;

/// <summary>The time each operation took, all of them kept: percentiles are exact. Any thread may add.</summary>
internal sealed class LatencyLog(int capacity)
{
    private readonly long[] _ticks = new long[capacity];
    private int _count;

    /// <summary>An operation that began at a <see cref="Stopwatch"/> time has ended.</summary>
    public void Add(long start) => _ticks[Interlocked.Increment(ref _count) - 1] = Stopwatch.GetTimestamp() - start;

    /// <summary>The 50th, 99th and 99.9th percentile in microseconds.</summary>
    public double[] Percentiles()
    {
        Array.Sort(_ticks, 0, _count);
        return [At(0.5), At(0.99), At(0.999)];
    }

    private double At(double part) =>
        Math.Round(_ticks[Math.Min(_count - 1, (int)(_count * part))] * 1e6 / Stopwatch.Frequency, 1);
}
