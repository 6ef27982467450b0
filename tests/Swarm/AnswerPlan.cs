namespace PollHttp.Swarm;

/// <summary>How the server answers one request.</summary>
internal sealed record AnswerPlan
{
    public required int Length { get; init; }

    public required FramingKind Framing { get; init; }

    /// <summary>Gets gzip, deflate, br or nothing.</summary>
    public required string Coding { get; init; }

    public required int Interims { get; init; }

    /// <summary>Gets whether it answers at the head, without waiting for the content.</summary>
    public required bool IsEarly { get; init; }

    /// <summary>Gets whether it stops reading at the head.</summary>
    public required bool IsDeaf { get; init; }

    public required bool NeverAnswers { get; init; }

    public required TimeSpan Thinks { get; init; }

    /// <summary>Gets how many pieces it goes out in, with <see cref="Gap"/> between them.</summary>
    public required int Pieces { get; init; }

    public required TimeSpan Gap { get; init; }

    public required CutKind Cut { get; init; }

    /// <summary>Gets where it is cut, in thousandths.</summary>
    public required int CutAt { get; init; }

    public required AfterKind After { get; init; }

    public required int Redirects { get; init; }

    /// <summary>Gets how many bytes come where it is cut.</summary>
    public int CutPlace => (int)((long)Length * CutAt / 1000);

    public bool IsWhole => Cut == CutKind.None && !NeverAnswers;

    /// <summary>Gets how long the server takes at most, the client's part apart.</summary>
    public TimeSpan Duration => Thinks + (Gap * Pieces);

    public static AnswerPlan Make(Draw draw, Family family, bool isSimulated)
    {
        bool isDeaf = draw.Chance(family.Deaf);
        return new()
        {
            Length = draw.Size(family.Body),
            Framing = draw.Pick(FramingKind.Length, FramingKind.Chunked, FramingKind.Chunked, FramingKind.Length, FramingKind.Close),
            Coding = draw.Chance(family.Coded) ? draw.Pick("gzip", "gzip", "deflate", "br") : "",
            Interims = draw.Chance(10) ? draw.Between(1, 3) : 0,
            IsEarly = draw.Chance(12),
            IsDeaf = isDeaf,
            NeverAnswers = isDeaf ? draw.Chance(70) : family.Cut > 0 && draw.Chance(2),
            Thinks = draw.Chance(30) ? draw.Milliseconds(0, isSimulated ? 800 : 20) : TimeSpan.Zero,
            Pieces = draw.Chance(50) ? 1 : draw.Pick(2, 3, 10, 40),
            Gap = draw.Milliseconds(0, isSimulated ? 100 : 3),
            Cut = draw.Chance(family.Cut) ? draw.Pick(CutKind.End, CutKind.Reset, CutKind.Stall, CutKind.Malformed) : CutKind.None,
            CutAt = draw.Below(1000),
            After = isDeaf ? AfterKind.Announced : draw.Chance(family.Closing) ? draw.Pick(AfterKind.Announced, AfterKind.Close, AfterKind.Reset, AfterKind.CloseLater) : AfterKind.Keep,
            Redirects = !isDeaf && draw.Chance(family.Redirected) ? draw.Between(1, 3) : 0,
        };
    }

    public override string ToString() =>
        $"{Length} bytes by {Framing}{(Coding.Length == 0 ? "" : " in " + Coding)}, {Pieces} pieces {Gap.TotalMilliseconds} ms apart"
        + (Thinks > TimeSpan.Zero ? $", thinks {Thinks.TotalMilliseconds} ms" : "")
        + (Interims > 0 ? $", {Interims} interim" : "") + (IsEarly ? ", early" : "") + (IsDeaf ? ", deaf" : "") + (NeverAnswers ? ", never answers" : "")
        + (Cut == CutKind.None ? "" : $", {Cut} at {CutAt / 10.0} %") + (After == AfterKind.Keep ? "" : $", then {After}")
        + (Redirects > 0 ? $", after {Redirects} redirects" : "");
}
