namespace PollHttp.Responses;

/// <summary>When the phases of connecting ended. One object for all responses of a connection.</summary>
internal sealed record ConnectTimes(Instant Resolved, Instant Connected, Instant Secured);
