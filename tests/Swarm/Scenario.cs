namespace PollHttp.Swarm;

/// <summary>Everything that follows from one seed.</summary>
internal sealed class Scenario
{
    public Scenario(long seed, bool isSimulated, string? only, IReadOnlySet<int>? keep, bool? usesHttp2)
    {
        Seed = seed;
        IsSimulated = isSimulated;
        Family = Family.Of(seed, only);
        Draw draw = new(seed, isSimulated ? 2 : 3);
        Client = ClientPlan.Make(draw, new(seed, isSimulated ? 4 : 5), Family, isSimulated);
        if (usesHttp2 ?? new Draw(seed, 7).Chance(60))
        {
            int tunnels = Client.UsesHandler ? new Draw(seed, 8).Pick(0, 0, 10, 30) : 0;
            Client = Client with { Http2 = Http2Plan.Make(new(seed, 6), Family, Client.IsTls, isSimulated) with { Tunnels = tunnels } };
        }

        int count = isSimulated ? draw.Between(40, 300) : draw.Between(30, 200);
        // On one thread, a blocked call stops all others: few of them, or nothing else.
        int blocking = !isSimulated ? Family.Blocking : Family.Blocking == 0 ? 0 : draw.Chance(Family.Blocking) ? draw.Pick(Family.IsBrisk ? 100 : 10, 100) : 0;
        TimeSpan span = isSimulated ? TimeSpan.FromSeconds(2 + (count * draw.Pick(0.1, 0.6) / Client.MaxConnections)) : TimeSpan.FromMilliseconds(100 + (count * draw.Pick(2, 20) / Client.MaxConnections));
        Calls = [.. Enumerable.Range(0, count).Where(n => keep?.Contains(n) ?? true).Select(n => WithHttp2(CallPlan.Make(seed, n, Family, isSimulated, blocking, span)))];
        Latency = draw.Pick(TimeSpan.Zero, draw.Milliseconds(1, 100));
        Segment = draw.Pick(int.MaxValue, int.MaxValue, 1400, 4096);
        HasRandomSegments = draw.Chance(40);
        Window = draw.Pick(16, 64, 256) * 1024;
        Count = count;
    }

    public long Seed { get; }

    public bool IsSimulated { get; }

    public Family Family { get; }

    public ClientPlan Client { get; }

    public IReadOnlyList<CallPlan> Calls { get; }

    /// <summary>Gets the number of calls before any were taken out.</summary>
    public int Count { get; }

    public TimeSpan Latency { get; }

    public int Segment { get; }

    public bool HasRandomSegments { get; }

    public int Window { get; }

    /// <summary>Gets a value indicating whether a call asks for HTTP/2; over TLS the server may choose otherwise. To a proxy, requests without TLS are
    /// made in HTTP/1.1.</summary>
    public bool AsksForHttp2(CallPlan call) =>
        Client.Http2 is not null && Http2Plan.IsFor(call) && (Client.IsTls || !Client.UsesProxy) && (!call.IsBlocking || SharesBlocked);

    /// <summary>Gets a value indicating whether blocking calls share connections: those of the client where a loop polls meanwhile, which is one in
    /// background drive or that of the calling thread.</summary>
    private bool SharesBlocked => !Client.UsesHandler && (IsSimulated || Client.Drive == DriveKind.Background);

    /// <summary>Gets a value indicating whether the server that speaks HTTP/2 answers a call. Over TLS it speaks both protocols; without it, HTTP/1.1 has a
    /// server of its own.</summary>
    public bool IsOfHttp2Server(CallPlan call) => Client.Http2 is not null && (Client.IsTls || AsksForHttp2(call));

    /// <summary>Returns how long the body of a call is under way because of the frames of the program alone: a poll without a budget is one pass, which
    /// takes one segment, and random ones are smaller. In HTTP/2, all others share the connection, and their frames have heads and padding.</summary>
    public TimeSpan TransferTime(CallPlan call) => Client.Budget != default ? TimeSpan.Zero : call.Http2 is null
        ? Client.Frame * (call.Answer.Length * 4.0 / Segment)
        : Client.Frame * (Calls.Sum(static c => c.Http2?.OctetsOf(c.Answer.Length) ?? 0) * 4.0 / Segment);

    /// <summary>Returns how long the content of a call goes on after an early response: a window each time that the far side has taken one, and a segment a
    /// frame.</summary>
    public TimeSpan UploadTime(CallPlan call) => call is { Answer.IsEarly: true, Content: { } content }
        ? (Latency * (2.0 * content.Length / Window)) + (Client.Budget == default ? Client.Frame * (content.Length * 4.0 / Segment) : TimeSpan.Zero)
        : TimeSpan.Zero;

    private CallPlan WithHttp2(CallPlan call)
    {
        if (!AsksForHttp2(call))
        {
            return call;
        }

        CallPlan plan = IsSimulated ? call with { Http2 = Http2CallPlan.Make(new(Seed, 4_000_000 + call.Number), Client.Http2!, Family) } : call;
        return new Draw(Seed, 6_000_000 + call.Number).Chance(Client.Http2!.Tunnels) ? plan.AsTunnel() : plan;
    }

    public override string ToString() =>
        $"seed {Seed}, {(IsSimulated ? "simulated" : "sockets")}, family {Family.Name}, {Calls.Count} calls; {Client}; latency {Latency.TotalMilliseconds} ms, segments {Segment}, window {Window}";
}
