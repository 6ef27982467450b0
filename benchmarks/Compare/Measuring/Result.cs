namespace PollHttp.Compare;

/// <summary>Medians over the rounds of one contestant in one scenario; one object of the JSON file.</summary>
internal sealed record Result
{
    public required string Scenario { get; init; }

    public required int Connections { get; init; }

    public required string Contestant { get; init; }

    /// <summary>Of somebody else's client, where it says so.</summary>
    public string? Version { get; init; }

    /// <summary>Client CPU time an operation (a request; a body; an upload; a connection), user and system, all threads.</summary>
    public required double CpuMicrosPerRequest { get; init; }

    public double? AllocatedBytesPerRequest { get; init; }

    public required double RequestsPerSecond { get; init; }

    /// <summary>The headline.</summary>
    public required double RequestsPerCpuSecond { get; init; }

    /// <summary>The same, round by round, in the order of the rounds: those of two contestants with the same index lay side by side.</summary>
    public required double[] CpuMicrosOfRounds { get; init; }

    public required double BestCpuMicros { get; init; }

    public required double WorstCpuMicros { get; init; }

    public double? WakeUpsPerRequest { get; init; }

    public double? CollectionsPerThousandRequests { get; init; }

    public long? PeakBytes { get; init; }

    public double? HeldBytesPerConnection { get; init; }

    public double? LatencyMicrosP50 { get; init; }

    public double? LatencyMicrosP99 { get; init; }

    public double? LatencyMicrosP999 { get; init; }

    public bool IsFor(Scenario scenario) => Scenario == scenario.Name && Connections == scenario.Connections;

    public static Result Of(Scenario scenario, string contestant, IReadOnlyList<Round> rounds, IReadOnlyList<Round> timed)
    {
        double cpu = Median(rounds.Select(r => r.CpuMicros / r.Operations));
        return new()
        {
            Scenario = scenario.Name,
            Connections = scenario.Connections,
            Contestant = contestant,
            Version = rounds[0].Version,
            CpuMicrosPerRequest = Math.Round(cpu, 2),
            AllocatedBytesPerRequest = rounds[0].AllocatedBytes is null ? null : Math.Round(Median(rounds.Select(r => (double)r.AllocatedBytes! / r.Operations)), 1),
            RequestsPerSecond = Math.Round(Median(rounds.Select(r => r.Operations * 1e6 / r.WallMicros)), 2),
            RequestsPerCpuSecond = Math.Round(1e6 / Math.Max(cpu, 0.01), 2),
            CpuMicrosOfRounds = [.. rounds.Select(r => Math.Round(r.CpuMicros / r.Operations, 2))],
            BestCpuMicros = Math.Round(rounds.Min(r => r.CpuMicros / r.Operations), 2),
            WorstCpuMicros = Math.Round(rounds.Max(r => r.CpuMicros / r.Operations), 2),
            WakeUpsPerRequest = rounds[0].WakeUps is null ? null : Math.Round(Median(rounds.Select(r => (double)r.WakeUps! / r.Operations)), 2),
            CollectionsPerThousandRequests = rounds[0].Collections is null ? null : Math.Round(Median(rounds.Select(r => 1000.0 * r.Collections!.Value / r.Operations)), 3),
            PeakBytes = rounds.Max(r => r.PeakBytes),
            HeldBytesPerConnection = rounds[0].HeldBytes is { } held ? Math.Round((double)held / rounds[0].Operations) : null,
            LatencyMicrosP50 = Percentile(timed, 0),
            LatencyMicrosP99 = Percentile(timed, 1),
            LatencyMicrosP999 = Percentile(timed, 2),
        };
    }

    private static double? Percentile(IReadOnlyList<Round> timed, int index) =>
        timed.Count == 0 || timed[0].LatencyMicros is null ? null : Median(timed.Select(r => r.LatencyMicros![index]));

    public static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }
}
