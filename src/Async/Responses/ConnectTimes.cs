namespace PollHttp.Responses;

/// <summary>Holds when the phases of connecting ended. One object serves all responses of a connection.</summary>
internal sealed record ConnectTimes(Instant Resolved, Instant Connected, Instant Secured);
