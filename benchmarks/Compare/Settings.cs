namespace PollHttp.Compare;

/// <summary>What a run measures, and how long.</summary>
internal sealed record Settings
{
    public const string Usage = "usage: dotnet run -c Release --project benchmarks/Compare -- [--quick] [--json FILE]";

    /// <summary>Connections, and so requests under way at once; the same for every contestant.</summary>
    public const int Connections = 64;

    /// <summary>Requests of one measured round; enough that the clock's resolution does not matter.</summary>
    public required int RequestsPerRound { get; init; }

    /// <summary>Measured rounds; odd, so that the median is one of them.</summary>
    public required int Rounds { get; init; }

    /// <summary>Rounds before the first measured one: the JIT recompiles what runs often, and that is not to be measured.</summary>
    public required int WarmUpRounds { get; init; }

    /// <summary>Where the results go as JSON, or null.</summary>
    public string? JsonFile { get; init; }

    /// <summary>The settings, or null when the arguments make no sense.</summary>
    public static Settings? Parse(string[] args)
    {
        bool quick = false;
        string? json = null;
        for (int i = 0; i < args.Length; i++)
        {
            switch (args[i])
            {
                case "--quick":
                    quick = true;
                    break;
                case "--json" when i + 1 < args.Length:
                    json = args[++i];
                    break;
                default:
                    return null;
            }
        }

        return quick
            ? new() { RequestsPerRound = 20_000, Rounds = 7, WarmUpRounds = 3, JsonFile = json }
            : new() { RequestsPerRound = 60_000, Rounds = 11, WarmUpRounds = 4, JsonFile = json };
    }
}
