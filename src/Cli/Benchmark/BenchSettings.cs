namespace PollHttp.Cli.Benchmark;

/// <summary>How long a benchmark runs, and how many requests at a time.</summary>
/// <param name="Connections">Requests at a time.</param>
/// <param name="Requests">Requests in all; null where the duration counts.</param>
/// <param name="Duration">For how long, where <paramref name="Requests"/> is null.</param>
/// <param name="WarmUp">For how long before, without counting.</param>
internal sealed record BenchSettings(int Connections, int? Requests, TimeSpan Duration, TimeSpan WarmUp);
