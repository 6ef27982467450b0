namespace PollHttp.Cli.Benchmark;

/// <summary>Holds the result of a benchmark.</summary>
internal sealed class BenchResult
{
    /// <summary>The interval of the rate over time.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    private readonly List<int> _intervals = [];
    private readonly SortedDictionary<int, long> _statuses = [];
    private readonly SortedDictionary<string, long> _failures = new(StringComparer.Ordinal);

    public LatencyHistogram Latencies { get; } = new();

    public TimeSpan Elapsed { get; set; }

    public long BodyBytes { get; private set; }

    public long FailureCount { get; private set; }

    /// <summary>Gets the first failure; null for none.</summary>
    public Failure? FirstFailure { get; private set; }

    /// <summary>Gets the number of responses by status.</summary>
    public IReadOnlyDictionary<int, long> Statuses => _statuses;

    /// <summary>Gets the number of failed requests by message.</summary>
    public IReadOnlyDictionary<string, long> Failures => _failures;

    /// <summary>Gets the number of responses that ended in each <see cref="Interval"/>.</summary>
    public IReadOnlyList<int> Intervals => _intervals;

    public void AddResponse(int status, long bytes, TimeSpan latency, TimeSpan endedAt)
    {
        Latencies.Add(latency);
        BodyBytes += bytes;
        _statuses[status] = _statuses.GetValueOrDefault(status) + 1;
        int interval = (int)(endedAt / Interval);
        while (_intervals.Count <= interval)
        {
            _intervals.Add(0);
        }

        _intervals[interval]++;
    }

    public void AddFailure(Failure failure)
    {
        FirstFailure ??= failure;
        FailureCount++;
        string line = failure.Code.ToString();
        _failures[line] = _failures.GetValueOrDefault(line) + 1;
    }
}
