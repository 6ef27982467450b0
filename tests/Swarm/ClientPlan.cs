namespace PollHttp.Swarm;

/// <summary>How the client of a scenario is driven and what its limits are.</summary>
internal sealed record ClientPlan
{
    public required DriveKind Drive { get; init; }

    /// <summary>Gets the budget of each poll in manual drive; none is one pass.</summary>
    public required PollBudget Budget { get; init; }

    /// <summary>Gets how far the clock moves between polls in manual drive; zero jumps to what comes next.</summary>
    public required TimeSpan Frame { get; init; }

    public required bool HasContext { get; init; }

    public required int MaxConnections { get; init; }

    public required bool IsTls { get; init; }

    public required bool UsesHandler { get; init; }

    public required TimeSpan Timeout { get; init; }

    public required TimeSpan BodyIdle { get; init; }

    public required TimeSpan? SendStall { get; init; }

    public required TimeSpan? Head { get; init; }

    public required bool Decodes { get; init; }

    public required bool UsesCookies { get; init; }

    public required int MinIdle { get; init; }

    public required int HighWater { get; init; }

    /// <summary>Gets when the client is disposed with calls under way, if it is.</summary>
    public required TimeSpan? DisposedAt { get; init; }

    public static ClientPlan Make(Draw draw, Family family, bool isSimulated)
    {
        DriveKind drive = isSimulated
            ? draw.Pick(DriveKind.Manual, DriveKind.Manual, DriveKind.Run)
            : family.Budget == 100 ? DriveKind.Manual : draw.Pick(DriveKind.Background, DriveKind.Background, DriveKind.Manual, DriveKind.Run);
        bool hasBudget = draw.Chance(family.Budget);
        int factor = isSimulated ? 10 : 1;
        return new()
        {
            Drive = drive,
            Budget = !hasBudget ? default : draw.Chance(50)
                ? new(TimeSpan.FromMilliseconds(2))
                : new(draw.Between(16, 512) * 1024, isSimulated ? null : TimeSpan.FromMilliseconds(2)),
            Frame = TimeSpan.FromMilliseconds(draw.Pick(0, 0, 1, 5, 16)),
            HasContext = draw.Chance(60),
            MaxConnections = draw.Pick(family.IsBrisk ? 4 : 1, family.IsBrisk ? 20 : 2, 4, 6, 50),
            IsTls = draw.Chance(40),
            UsesHandler = !isSimulated && drive == DriveKind.Background && draw.Chance(50),
            Timeout = family.IsBrisk ? TimeSpan.FromSeconds(isSimulated ? 120 : 25) : draw.Milliseconds(500, 3000) * factor,
            BodyIdle = family.IsBrisk ? TimeSpan.FromSeconds(20) : draw.Milliseconds(300, 1500) * factor,
            SendStall = family.IsBrisk || draw.Chance(50) ? null : draw.Milliseconds(500, 3000) * factor,
            Head = family.IsBrisk || draw.Chance(50) ? null : draw.Milliseconds(500, 3000) * factor,
            Decodes = draw.Chance(90),
            UsesCookies = draw.Chance(30),
            MinIdle = draw.Chance(15) ? draw.Between(1, 3) : 0,
            HighWater = draw.Pick(512, 64, 16) * 1024,
            DisposedAt = draw.Chance(family.Abandoned) ? draw.Milliseconds(20, 300) * factor : null,
        };
    }

    public override string ToString() =>
        $"{(UsesHandler ? "handler" : "client")}, {Drive} drive, budget {Budget.Time?.TotalMilliseconds} ms/{Budget.Bytes} B, frame {Frame.TotalMilliseconds} ms, "
        + $"{(HasContext ? "a context" : "no context")}, limit {MaxConnections}, {(IsTls ? "TLS" : "plain")}, timeout {Timeout.TotalSeconds} s, body idle {BodyIdle.TotalSeconds} s, "
        + $"send stall {SendStall?.TotalSeconds} s, head {Head?.TotalSeconds} s, decodes {Decodes}, cookies {UsesCookies}, reserve {MinIdle}, high water {HighWater}, disposed at {DisposedAt}";
}
