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

    /// <summary>Gets where code goes on in background drive.</summary>
    public ContinuationMode Continuations { get; init; }

    public required int MinIdle { get; init; }

    public required int HighWater { get; init; }

    /// <summary>Gets when the client is disposed with calls under way, if it is.</summary>
    public required TimeSpan? DisposedAt { get; init; }

    /// <summary>Gets the most decoded bytes of a body, if they are limited.</summary>
    public int? MaxDecoded { get; init; }

    /// <summary>Gets whether requests go through a proxy; on the simulated network only.</summary>
    public bool UsesProxy { get; init; }

    /// <summary>Gets how often a proxy does not make the tunnel that it is asked for, in per cent.</summary>
    public int ProxyTrouble { get; init; }

    /// <summary>Gets when the server breaks all its connections and is away for <see cref="RestartTakes"/>, if it is.</summary>
    public TimeSpan? RestartAt { get; init; }

    public TimeSpan RestartTakes { get; init; }

    /// <summary>Gets how HTTP/2 is spoken, if it is.</summary>
    public Http2Plan? Http2 { get; init; }

    /// <summary>Gets whether a call may fail for what the scenario does to all of them.</summary>
    public bool IsDisturbed => ProxyTrouble > 0 || RestartAt is not null;

    public static ClientPlan Make(Draw draw, Draw more, Family family, bool isSimulated)
    {
        ClientPlan plan = Make(draw, family, isSimulated);
        bool isProxied = isSimulated && more.Chance(20);
        bool usesHandler = isSimulated && more.Chance(20) && plan.Drive == DriveKind.Manual && !family.IsBrisk;
        return plan with
        {
            MaxDecoded = more.Chance(15) ? more.Between(1, 50) * 1000 : null,
            UsesProxy = isProxied,
            ProxyTrouble = isProxied && plan.IsTls && family.Cut > 0 ? more.Pick(0, 10, 30) : 0,
            RestartAt = isSimulated && family.Cut > 0 && more.Chance(15) ? more.Milliseconds(500, 10_000) : null,
            RestartTakes = more.Milliseconds(0, 2000),
            UsesHandler = plan.UsesHandler || usesHandler,
            Continuations = more.Pick(ContinuationMode.Adaptive, ContinuationMode.Adaptive, ContinuationMode.Inline, ContinuationMode.ThreadPool),
            HasContext = plan.HasContext && !usesHandler, // HttpClient's own awaits would go to the thread pool, outside of virtual time
        };
    }

    private static ClientPlan Make(Draw draw, Family family, bool isSimulated)
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
        $"{(UsesHandler ? "handler" : "client")}, {Drive} drive, {Continuations}, budget {Budget.Time?.TotalMilliseconds} ms/{Budget.Bytes} B, frame {Frame.TotalMilliseconds} ms, "
        + $"{(HasContext ? "a context" : "no context")}, limit {MaxConnections}, {(IsTls ? "TLS" : "plain")}, timeout {Timeout.TotalSeconds} s, body idle {BodyIdle.TotalSeconds} s, "
        + $"send stall {SendStall?.TotalSeconds} s, head {Head?.TotalSeconds} s, decodes {Decodes}, cookies {UsesCookies}, reserve {MinIdle}, high water {HighWater}, disposed at {DisposedAt}"
        + (MaxDecoded is null ? "" : $", decodes at most {MaxDecoded} B") + (UsesProxy ? $", by a proxy that fails at {ProxyTrouble} %" : "")
        + (Http2 is null ? "" : $", {Http2}") + (RestartAt is { } at ? $", server away at {at.TotalSeconds} s for {RestartTakes.TotalSeconds} s" : "");
}
