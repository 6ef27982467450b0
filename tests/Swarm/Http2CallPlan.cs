namespace PollHttp.Swarm;

/// <summary>What a server of HTTP/2 on the simulated network does with one call beside the plan of its answer.</summary>
internal sealed record Http2CallPlan
{
    private static readonly uint[] s_codes = [0, 1, 2, 3, 5, 8, 11, 12, 0xABCDEF];

    /// <summary>Gets how many times the call is refused before it is taken.</summary>
    public required int Refusals { get; init; }

    /// <summary>Gets a value indicating whether it is to be made in HTTP/1.1.</summary>
    public required bool RequiresHttp11 { get; init; }

    /// <summary>Gets the octets that each DATA frame is padded with.</summary>
    public required int Padding { get; init; }

    /// <summary>Gets the largest DATA frame, its padding apart.</summary>
    public required int FrameSize { get; init; }

    /// <summary>Gets how many frames a field block is cut into.</summary>
    public required int Fragments { get; init; }

    public required AsideKind Aside { get; init; }

    /// <summary>Gets how the rules are broken where the answer is malformed.</summary>
    public required BreachKind Breach { get; init; }

    /// <summary>Gets the code of a reset.</summary>
    public required uint Code { get; init; }

    /// <summary>Gets a value indicating whether the stream is reset without an error after an early answer.</summary>
    public required bool ResetsContent { get; init; }

    /// <summary>Gets how long the connection is not read by a deaf server; zero, only the stream has no answer.</summary>
    public required TimeSpan DeafFor { get; init; }

    /// <summary>Gets a value indicating whether the connection is reset after that.</summary>
    public required bool EndsDeaf { get; init; }

    /// <summary>Gets a value indicating whether the rules are broken in a way that ends the connection.</summary>
    public bool BreachesConnection => Breach >= BreachKind.DataOnConnection;

    public static Http2CallPlan Make(Draw draw, Http2Plan plan, Family family)
    {
        int frameSize = draw.Pick(16_384, 16_384, 1000, 100);
        return new()
        {
            Refusals = draw.Chance(plan.Refused) ? draw.Pick(1, 1, 2) : 0,
            RequiresHttp11 = draw.Chance(plan.Http11Required),
            Padding = draw.Chance(25) ? draw.Pick(0, 1, 255, draw.Below(256)) : -1,
            FrameSize = frameSize,
            Fragments = draw.Chance(20) ? draw.Between(2, 12) : 1,
            Aside = draw.Chance(20) ? draw.Pick(AsideKind.Ping, AsideKind.Settings, AsideKind.NoStreams, AsideKind.Table, AsideKind.Unknown, AsideKind.Closed) : AsideKind.None,
            Breach = (BreachKind)draw.Below(family.Closing == 0 ? (int)BreachKind.DataOnConnection : (int)BreachKind.GoAway + 1),
            Code = draw.Pick(s_codes),
            ResetsContent = draw.Chance(50),
            DeafFor = family.Closing > 0 && draw.Chance(30) ? draw.Milliseconds(1000, 20_000) : TimeSpan.Zero,
            EndsDeaf = draw.Chance(50),
        };
    }

    /// <summary>Returns how many octets a body takes with the heads and the padding of its frames.</summary>
    public long OctetsOf(long length) => length + (((length / FrameSize) + 1) * (10 + Math.Max(0, Padding)));

    public override string ToString() =>
        $"HTTP/2: frames of {FrameSize}{(Padding < 0 ? "" : $" padded by {Padding}")}, heads in {Fragments}" + (Refusals == 0 ? "" : $", refused {Refusals} times") + (RequiresHttp11 ? ", HTTP/1.1 required" : "")
        + (Aside == AsideKind.None ? "" : $", aside {Aside}") + $", code {Code}, breach {Breach}" + (ResetsContent ? ", resets content" : "")
        + (DeafFor > TimeSpan.Zero ? $", deaf for {DeafFor.TotalMilliseconds} ms{(EndsDeaf ? ", then reset" : "")}" : "");
}
