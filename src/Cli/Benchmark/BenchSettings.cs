namespace PollHttp.Cli.Benchmark;

/// <summary>Specifies how long a benchmark runs, and the number of parallel requests.</summary>
/// <param name="Connections">The number of parallel requests.</param>
/// <param name="Requests">The total number of requests; null if the duration applies.</param>
/// <param name="Duration">How long to run if <paramref name="Requests"/> is null.</param>
/// <param name="WarmUp">How long to run before that without counting.</param>
internal sealed record BenchSettings(int Connections, int? Requests, TimeSpan Duration, TimeSpan WarmUp);
