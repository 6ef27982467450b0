using System.Globalization;

namespace PollHttp.Compare;

/// <summary>What a run measures, and how long.</summary>
internal sealed record Settings
{
    public const string Usage = """
        usage: dotnet run -c Release --project benchmarks/Compare -- [--quick | --gate | body [--gib N]] [--json FILE] [--results FOLDER]
          (nothing)        every scenario, about ten minutes; Markdown, JSON and a chart go into benchmarks/results
          --quick          the small GET alone, under a minute
          --gate           like --quick; fails when a ratio falls under its floor in benchmarks/Compare/floors.json
          body --gib N     one large body over http and https, with its length and in chunks
          --server kestrel even where nginx is installed
        """;

    public required IReadOnlyList<Scenario> Scenarios { get; init; }

    /// <summary>Measured rounds; odd, so that the median is one of them.</summary>
    public required int Rounds { get; init; }

    /// <summary>Rounds before the first measured one, at most.</summary>
    public required int MostWarmUpRounds { get; init; }

    /// <summary>Where the results go as JSON, or null.</summary>
    public string? JsonFile { get; init; }

    /// <summary>Where the report goes, or null.</summary>
    public string? ResultsFolder { get; init; }

    public bool IsGate { get; init; }

    public bool KestrelOnly { get; init; }

    /// <summary>The settings, or null when the arguments make no sense.</summary>
    public static Settings? Parse(string[] args)
    {
        bool quick = false;
        bool gate = false;
        bool body = false;
        bool kestrel = false;
        int gib = 1;
        string? json = null;
        string? results = null;
        for (int i = 0; i < args.Length; i++)
        {
            switch (args[i])
            {
                case "--quick":
                    quick = true;
                    break;
                case "--gate":
                    gate = true;
                    break;
                case "body":
                    body = true;
                    break;
                case "--gib" when i + 1 < args.Length && int.TryParse(args[i + 1], NumberStyles.None, CultureInfo.InvariantCulture, out gib) && gib is > 0 and <= 64:
                    i++;
                    break;
                case "--json" when i + 1 < args.Length:
                    json = args[++i];
                    break;
                case "--results" when i + 1 < args.Length:
                    results = args[++i];
                    break;
                case "--server" when i + 1 < args.Length && args[i + 1] is "kestrel":
                    i++;
                    kestrel = true;
                    break;
                default:
                    return null;
            }
        }

        return new()
        {
            Scenarios = body ? [.. Scenario.Bodies(gib)] : quick || gate ? Scenario.Short : Scenario.Full,
            Rounds = body ? 3 : 7,
            MostWarmUpRounds = 10,
            JsonFile = json,
            ResultsFolder = results ?? (quick || gate || body ? null : "benchmarks/results"),
            IsGate = gate,
            KestrelOnly = kestrel,
        };
    }
}
