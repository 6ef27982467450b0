namespace PollHttp.Swarm;

/// <summary>Failures of one kind in a run.</summary>
internal sealed record Found(string Kind, string Text, long Seed, string Family)
{
    public int Count { get; set; } = 1;
}
