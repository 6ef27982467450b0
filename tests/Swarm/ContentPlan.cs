namespace PollHttp.Swarm;

/// <summary>What a request carries, and how its content behaves.</summary>
internal sealed record ContentPlan
{
    public required ContentKind Kind { get; init; }

    public required int Length { get; init; }

    public required bool KnowsLength { get; init; }

    public required bool HasTrailers { get; init; }

    public required int Piece { get; init; }

    public required TroubleKind Trouble { get; init; }

    /// <summary>Gets the offset at which the trouble comes.</summary>
    public required int TroubleAt { get; init; }

    public required TimeSpan Pause { get; init; }

    public static ContentPlan Make(Draw draw, Family family, bool isBlocking, bool isSimulated)
    {
        ContentKind kind = draw.Pick(ContentKind.Bytes, ContentKind.Stream, ContentKind.Stream, ContentKind.Pieces, ContentKind.Writer, ContentKind.Own, ContentKind.HttpContent);
        int length = draw.Size(family.Upload);
        TroubleKind trouble = kind == ContentKind.Bytes || !draw.Chance(family.Trouble)
            ? TroubleKind.None
            : draw.Pick(TroubleKind.Throw, family.IsBrisk ? TroubleKind.Elsewhere : TroubleKind.Stall, TroubleKind.Pause, TroubleKind.Elsewhere, TroubleKind.Elsewhere, TroubleKind.Elsewhere);
        if (isBlocking && trouble != TroubleKind.Throw)
        {
            trouble = TroubleKind.None; // the thread that would go on is the one that is blocked
        }

        return new()
        {
            Kind = kind,
            Length = length,
            KnowsLength = draw.Chance(50),
            HasTrailers = draw.Chance(15),
            Piece = draw.Pick(1000, 4096, 20_000, 100_000),
            Trouble = trouble,
            TroubleAt = length == 0 ? 0 : draw.Below(length + 1),
            Pause = draw.Milliseconds(0, isSimulated ? 500 : 20),
        };
    }

    /// <summary>Makes it of another kind. A file is read by the library alone, so that it has no trouble.</summary>
    public ContentPlan As(ContentKind kind) =>
        kind == ContentKind.File ? this with { Kind = kind, KnowsLength = true, Trouble = TroubleKind.None } : this with { Kind = kind };

    public override string ToString() =>
        $"{Kind} of {Length}{(KnowsLength ? "" : ", length unknown")}{(HasTrailers ? ", trailers" : "")}, pieces of {Piece}"
        + (Trouble == TroubleKind.None ? "" : $", {Trouble} at {TroubleAt} ({Pause.TotalMilliseconds} ms)");
}
