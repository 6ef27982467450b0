namespace PollHttp.Swarm;

/// <summary>Something that must not be: of what kind, and what was seen.</summary>
internal sealed record Failure(string Kind, string Text);
