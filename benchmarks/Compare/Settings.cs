using System.Globalization;

namespace PollHttp.Compare;

/// <summary>What a run measures, and how long.</summary>
internal sealed record Settings
{
    public const string Usage = """
        usage: dotnet run -c Release --project benchmarks/Compare -- [--quick | --headline | --gate | body [--gib N]] [--scenario NAMES] [--only NAMES] [--json FILE] [--results FOLDER]
          (nothing)        every scenario, 35 to 45 minutes; Markdown, JSON and a chart go into benchmarks/results
          --quick          the small GET alone, two to three minutes
          --headline       what most programs use against HttpClient, three times over, five minutes; a chart goes into benchmarks/results
          --gate           the same as --quick for those that have a floor; fails when a ratio falls under it: benchmarks/Compare/floors.json
          body --gib N     one large body over http and https, with its length and in chunks
          --scenario NAMES those of these scenarios that would run anyway, by the names they have in the JSON; separated by commas
          --only NAMES     these contestants; separated by commas
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

    /// <summary>How often all of it is measured, each time with processes of its own.</summary>
    public int Runs { get; init; } = 1;

    public bool IsHeadline { get; init; }

    public bool IsGate { get; init; }

    public bool KestrelOnly { get; init; }

    /// <summary>The settings, or null when the arguments make no sense.</summary>
    public static Settings? Parse(string[] args)
    {
        bool quick = false;
        bool headline = false;
        bool gate = false;
        bool body = false;
        bool kestrel = false;
        int gib = 1;
        string? json = null;
        string? results = null;
        string[]? only = null;
        string[]? names = null;
        for (int i = 0; i < args.Length; i++)
        {
            switch (args[i])
            {
                case "--quick":
                    quick = true;
                    break;
                case "--headline":
                    headline = true;
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
                case "--only" when i + 1 < args.Length:
                    only = args[++i].Split(',');
                    break;
                case "--scenario" when i + 1 < args.Length:
                    names = args[++i].Split(',');
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

        IReadOnlyList<Scenario> all = body ? [.. Scenario.Bodies(gib)] : headline ? Scenario.Headline : quick || gate ? Scenario.Short : Scenario.Full;
        bool isPart = quick || gate || body || names is not null || only is not null;
        if (Select(all, names, only ?? (gate ? Gate.Contestants() : null)) is not { } scenarios)
        {
            return null;
        }

        return new()
        {
            Scenarios = scenarios,
            Rounds = body ? 3 : gate ? 15 : 7,
            MostWarmUpRounds = 20,
            JsonFile = json,
            ResultsFolder = results ?? (isPart ? null : "benchmarks/results"),
            IsGate = gate,
            IsHeadline = headline,
            Runs = headline ? 3 : 1,
            KestrelOnly = kestrel,
        };
    }

    /// <summary>The named part of them; null where a name fits nothing.</summary>
    private static IReadOnlyList<Scenario>? Select(IReadOnlyList<Scenario> all, string[]? names, string[]? contestants)
    {
        Scenario[] chosen = [.. all.Where(s => names?.Contains(s.Name) != false)];
        string[] known = [.. chosen.SelectMany(s => s.Contestants)];
        if (names?.All(n => Array.Exists(chosen, s => s.Name == n)) == false || contestants?.All(known.Contains) == false)
        {
            return null;
        }

        return contestants is null
            ? chosen
            : [.. chosen.Select(s => s with { Contestants = [.. s.Contestants.Where(contestants.Contains)] }).Where(s => s.Contestants.Count > 0)];
    }
}
