namespace PollHttp.Swarm;

/// <summary>What the scenarios of one name are made of, as percentages. One that dwells on a theme finds what others would hide.</summary>
internal sealed record Family(string Name)
{
    /// <summary>Gets how often a seed is of this family when none is asked for.</summary>
    public int Weight { get; init; } = 1;

    public int Coded { get; init; } = 35;

    public int Cut { get; init; } = 20;

    /// <summary>Gets how often a body is left before its end, and how often by dropping it for the garbage collector.</summary>
    public int Left { get; init; } = 30;

    public int Dropped { get; init; } = 10;

    public int Pipe { get; init; } = 20;

    public int Content { get; init; } = 45;

    /// <summary>Gets how often a content throws, stalls, pauses or goes on elsewhere.</summary>
    public int Trouble { get; init; } = 30;

    /// <summary>Gets how often a server stops reading at the head of a request.</summary>
    public int Deaf { get; init; } = 4;

    public int Canceled { get; init; } = 15;

    public int Blocking { get; init; } = 25;

    /// <summary>Gets how often a loop of the user's is polled with a budget.</summary>
    public int Budget { get; init; } = 30;

    /// <summary>Gets how often a server closes a connection after a response without having said so.</summary>
    public int Closing { get; init; } = 10;

    public int Redirected { get; init; } = 8;

    public int Body { get; init; } = 200_000;

    /// <summary>Gets the largest request content.</summary>
    public int Upload { get; init; } = 300_000;

    /// <summary>Gets whether nothing in it takes long, so that a call that runs into its timeout has failed for no reason.</summary>
    public bool IsBrisk { get; init; }

    /// <summary>Gets how often a client is disposed while calls are under way.</summary>
    public int Abandoned { get; init; } = 10;

    public static IReadOnlyList<Family> All { get; } =
    [
        new("mixed") { Weight = 8 },
        new("calm") { Cut = 0, Left = 0, Dropped = 0, Trouble = 0, Deaf = 0, Canceled = 0, Closing = 0, Abandoned = 0 },
        new("gzip-abort") { Coded = 100, Left = 70, Dropped = 0, Content = 0, Cut = 5, Canceled = 5, Deaf = 0 },
        new("leave") { Coded = 0, Left = 80, Dropped = 0, Content = 10, Cut = 5, Deaf = 0, Canceled = 5 },
        new("pipe") { Coded = 10, Pipe = 100, Cut = 60, Left = 5, Dropped = 0, Content = 10, Deaf = 0 },
        new("drop") { Coded = 10, Left = 100, Dropped = 100, Content = 80, Trouble = 0, Cut = 0, Deaf = 0, Canceled = 0, Blocking = 20 },
        new("upload")
        {
            IsBrisk = true, Content = 100, Trouble = 90, Budget = 100, Cut = 0, Left = 0, Dropped = 0, Canceled = 0, Blocking = 10, Deaf = 0, Closing = 0, Redirected = 0, Abandoned = 0,
            Body = 10_000, Upload = 1_000_000, Coded = 0,
        },
        new("deaf") { Content = 90, Deaf = 40, Trouble = 30, Cut = 5, Left = 10, Blocking = 50, Canceled = 40, Upload = 3_000_000, Body = 10_000, Coded = 0 },
        new("streams") { Weight = 2, Closing = 0, Deaf = 0, Cut = 40, Left = 40, Canceled = 25, Trouble = 40, Abandoned = 0 },
        new("closing") { Closing = 60, Cut = 30, Left = 20, Content = 40, Deaf = 0, Body = 20_000 },
        new("cancel") { Canceled = 80, Left = 20 },
    ];

    /// <summary>Gets the family of a seed: the one asked for, or one drawn.</summary>
    public static Family Of(long seed, string? only)
    {
        if (only is not null)
        {
            return All.FirstOrDefault(f => f.Name == only)
                ?? throw new ArgumentException($"There is no family {only}; there are {string.Join(", ", All.Select(static f => f.Name))}.");
        }

        int place = new Draw(seed, 1).Below(All.Sum(static f => f.Weight));
        return All.First(f => (place -= f.Weight) < 0);
    }
}
