namespace PollHttp.Quickstart;

/// <summary>When the sample can't go on, with the one sentence to print.</summary>
internal sealed class SampleException(string message) : Exception(message);
