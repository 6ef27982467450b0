namespace PollHttp.Compare;

/// <summary>What one contestant did in one round, as it reports it itself.</summary>
internal sealed record Round
{
    /// <summary>What the contestant is, where that is not plain from the run's own conditions.</summary>
    public string? Version { get; init; }

    /// <summary>Responses read to the end.</summary>
    public required long Operations { get; init; }

    /// <summary>CPU time of the contestant's whole process, user and system, in microseconds.</summary>
    public required double CpuMicros { get; init; }

    /// <summary>Time that passed, in microseconds.</summary>
    public required double WallMicros { get; init; }

    /// <summary>Time spent compiling, by all threads; null where nothing is compiled.</summary>
    public double? CompilingMicros { get; init; }

    /// <summary>Bytes allocated on the managed heap, by all threads; null where there is none.</summary>
    public long? AllocatedBytes { get; init; }

    /// <summary>How often a thread of the process gave up its processor to wait; null where the system doesn't say.</summary>
    public long? WakeUps { get; init; }

    /// <summary>Garbage collections of any generation.</summary>
    public int? Collections { get; init; }

    /// <summary>The most memory the process ever had resident.</summary>
    public long? PeakBytes { get; init; }

    /// <summary>By how much what is opened made the process grow.</summary>
    public long? HeldBytes { get; init; }

    /// <summary>The 50th, 99th and 99.9th percentile, where they were asked for.</summary>
    public double[]? LatencyMicros { get; init; }
}
