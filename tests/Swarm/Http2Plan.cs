using System.Globalization;

namespace PollHttp.Swarm;

/// <summary>How HTTP/2 is spoken in a scenario: most calls ask for it, and the others share client and server with them.</summary>
internal sealed record Http2Plan
{
    /// <summary>Gets how many streams the server takes at a time on a connection; null, as many as come.</summary>
    public required uint? Streams { get; init; }

    /// <summary>Gets the window that a stream of the client's begins with.</summary>
    public required uint Window { get; init; }

    /// <summary>Gets by how much the window of the connection is larger than at first; on the simulated network only.</summary>
    public uint More { get; init; }

    /// <summary>Gets how often the server refuses a request at first, in per cent.</summary>
    public required int Refused { get; init; }

    /// <summary>Gets how often the server chooses HTTP/1.1 on a new connection although HTTP/2 is offered, in per cent; with TLS only.</summary>
    public required int Declined { get; init; }

    /// <summary>Gets how often the server has one of the calls made in HTTP/1.1, in per cent; with TLS, on the simulated network only.</summary>
    public int Http11Required { get; init; }

    /// <summary>Gets how many of the calls over the handler open tunnels, in per cent.</summary>
    public int Tunnels { get; init; }

    /// <summary>Gets the table of fields that the server keeps; on the simulated network only.</summary>
    public uint Table { get; init; } = 4096;

    /// <summary>Gets how the server lets the client send on; on the simulated network only.</summary>
    public CreditKind Credit { get; init; }

    /// <summary>Gets a value indicating whether a call asks for HTTP/2.</summary>
    public static bool IsFor(CallPlan call) => call.Polled == PolledKind.None && call.Number % 5 != 0;

    /// <summary>Gets the policy of calls that ask for it: prior knowledge without TLS, the choice of the server with it.</summary>
    public static HttpVersionPolicy PolicyOf(Scenario scenario) =>
        scenario.Client.IsTls ? HttpVersionPolicy.RequestVersionOrLower : HttpVersionPolicy.RequestVersionExact;

    public static Http2Plan Make(Draw draw, Family family, bool isTls, bool isSimulated)
    {
        Http2Plan plan = new()
        {
            Streams = family.IsBrisk ? 100 : draw.Pick<uint?>(1, 3, 10, 100, null),
            Window = family.IsBrisk ? 65_535 : draw.Pick<uint>(65_535, 65_535, 1_000_000, 16_000, 1_000),
            Refused = draw.Pick(0, 10, 30),
            Declined = isTls ? draw.Pick(0, 0, 20, 60) : 0,
        };
        return !isSimulated || family.IsBrisk ? plan with { More = 100_000_000 } : plan with
        {
            Streams = draw.Chance(30) ? (uint)draw.Between(1, 1000) : plan.Streams,
            Window = draw.Chance(30) ? draw.Pick<uint>(0, 1, 100, int.MaxValue) : plan.Window,
            Http11Required = isTls && draw.Chance(10) ? 3 : 0,
            Table = draw.Pick<uint>(4096, 4096, 0, 100, 65_536),
            Credit = draw.Pick(CreditKind.AtOnce, CreditKind.Late, CreditKind.Dribble),
            More = draw.Pick<uint>(0, 0, 1_000_000),
        };
    }

    public override string ToString() =>
        $"HTTP/2 with {Streams?.ToString(CultureInfo.InvariantCulture) ?? "any number of"} streams, windows of {Window} ({Credit}), table of {Table}, {Refused} % refused at first, "
        + $"{Declined} % of connections declined, {Http11Required} % required in HTTP/1.1, {Tunnels} % tunnels";
}
