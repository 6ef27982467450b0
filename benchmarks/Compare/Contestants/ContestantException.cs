namespace PollHttp.Compare;

/// <summary>When a contestant failed: it is out of the race, and the run ends with exit code 1.</summary>
internal sealed class ContestantException(string message) : Exception(message);
