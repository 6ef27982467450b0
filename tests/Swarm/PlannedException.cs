namespace PollHttp.Swarm;

/// <summary>What a content or destination of the swarm throws: it must reach the caller.</summary>
internal sealed class PlannedException() : Exception("planned");
