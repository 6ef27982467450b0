namespace PollHttp.Swarm;

/// <summary>Ends a call about which a failure was noted.</summary>
internal sealed class SwarmStopException : Exception;
