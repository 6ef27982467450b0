namespace PollHttp.GameLoop;

/// <summary>When the sample can't go on, with what to print.</summary>
internal sealed class SampleException(string message) : Exception(message);
