using System.Globalization;

namespace PollHttp.Swarm;

/// <summary>How HTTP/2 is spoken in a scenario: most calls ask for it, and the others share origin and client with them.</summary>
internal sealed record Http2Plan
{
    /// <summary>Gets how many streams the server takes at a time on a connection; null, as many as come.</summary>
    public required uint? Streams { get; init; }

    /// <summary>Gets the window that a stream of the client's begins with.</summary>
    public required uint Window { get; init; }

    /// <summary>Gets how often the server refuses a request at first, in per cent.</summary>
    public required int Refused { get; init; }

    /// <summary>Gets how often the server chooses HTTP/1.1 on a new connection although HTTP/2 is offered, in per cent; with TLS only.</summary>
    public required int Declined { get; init; }

    /// <summary>Gets a value indicating whether a call asks for HTTP/2.</summary>
    public static bool IsFor(CallPlan call) => !call.IsBlocking && call.Polled == PolledKind.None && call.Number % 5 != 0;

    /// <summary>Gets the policy of calls that ask for it: prior knowledge without TLS, the choice of the server with it.</summary>
    public static HttpVersionPolicy PolicyOf(Scenario scenario) =>
        scenario.Client.IsTls ? HttpVersionPolicy.RequestVersionOrLower : HttpVersionPolicy.RequestVersionExact;

    public static Http2Plan Make(Draw draw, Family family, bool isTls) => new()
    {
        Streams = family.IsBrisk ? 100 : draw.Pick<uint?>(1, 3, 10, 100, null),
        Window = family.IsBrisk ? 65_535 : draw.Pick<uint>(65_535, 65_535, 1_000_000, 16_000, 1_000),
        Refused = draw.Pick(0, 10, 30),
        Declined = isTls ? draw.Pick(0, 0, 20, 60) : 0,
    };

    public override string ToString() =>
        $"HTTP/2 with {Streams?.ToString(CultureInfo.InvariantCulture) ?? "any number of"} streams, windows of {Window}, {Refused} % refused at first, {Declined} % of connections declined";
}
