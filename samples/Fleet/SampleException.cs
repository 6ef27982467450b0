namespace PollHttp.Fleet;

/// <summary>What the sample needs is not here; the message says what.</summary>
internal sealed class SampleException(string message) : Exception(message);
