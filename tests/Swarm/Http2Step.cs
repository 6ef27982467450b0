namespace PollHttp.Swarm;

/// <summary>One thing that a server of HTTP/2 does on a stream while it answers.</summary>
internal readonly record struct Http2Step(Http2StepKind Kind)
{
    public (string Name, string Value)[] Fields { get; init; } = [];

    public ReadOnlyMemory<byte> Bytes { get; init; }

    public bool EndsStream { get; init; }

    public uint Code { get; init; }

    public TimeSpan Time { get; init; }
}
