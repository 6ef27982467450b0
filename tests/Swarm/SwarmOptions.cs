using System.Globalization;

namespace PollHttp.Swarm;

/// <summary>The command line.</summary>
internal sealed record SwarmOptions
{
    public long Seed { get; init; } = Random.Shared.Next(1, 1_000_000_000);

    public int? Seeds { get; init; }

    public double? Minutes { get; init; }

    public bool IsSimulated { get; init; } = true;

    public bool IsOnSockets { get; init; } = true;

    /// <summary>Gets a value indicating whether scenarios speak HTTP/2 beside HTTP/1.1; null if the seed decides.</summary>
    public bool? UsesHttp2 { get; init; }

    public string? Only { get; init; }

    /// <summary>Gets the numbers of the calls that stay; null for all.</summary>
    public IReadOnlySet<int>? Keep { get; init; }

    public bool Shrinks { get; init; } = true;

    /// <summary>Gets a value indicating whether this process runs seeds itself, for the one that the user started.</summary>
    public bool IsChild { get; init; }

    /// <summary>Gets after how many seconds a thread counts as spinning.</summary>
    public int? Patience { get; init; }

    public bool PrintsScenario { get; init; }

    public static SwarmOptions Parse(string[] args)
    {
        SwarmOptions options = new();
        for (int i = 0; i < args.Length; i++)
        {
            string Value() => ++i < args.Length ? args[i] : throw new ArgumentException($"{args[^1]} needs a value.");
            options = args[i] switch
            {
                "--seed" => options with { Seed = long.Parse(Value(), CultureInfo.InvariantCulture) },
                "--seeds" => options with { Seeds = int.Parse(Value(), CultureInfo.InvariantCulture) },
                "--minutes" => options with { Minutes = double.Parse(Value(), CultureInfo.InvariantCulture) },
                "--sim" => options with { IsOnSockets = false },
                "--http1" => options with { UsesHttp2 = false },
                "--http2" => options with { UsesHttp2 = true },
                "--sockets" => options with { IsSimulated = false },
                "--only" => options with { Only = Value() },
                "--keep" => options with { Keep = Value().Split(',').Select(static n => int.Parse(n, CultureInfo.InvariantCulture)).ToHashSet() },
                "--patience" => options with { Patience = int.Parse(Value(), CultureInfo.InvariantCulture) },
                "--no-shrink" => options with { Shrinks = false },
                "--child" => options with { IsChild = true },
                "--print" => options with { PrintsScenario = true },
                _ => throw new ArgumentException($"unknown option {args[i]}"),
            };
        }

        if (!options.IsSimulated && !options.IsOnSockets)
        {
            throw new ArgumentException("--sim and --sockets exclude each other.");
        }

        return options with { Seeds = options.Seeds ?? (options.Minutes is null ? 20 : int.MaxValue) };
    }
}
