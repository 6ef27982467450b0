namespace PollHttp.Parity.Differential;

/// <summary>A difference between the two handlers that is meant, for the values to which it applies.</summary>
/// <param name="Reason">What differs, and why.</param>
/// <param name="Applies">Whether it applies to a value, of which the platform made this.</param>
internal sealed record Accepted(string Reason, Func<string, Observation, bool> Applies);
