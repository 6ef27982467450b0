namespace PollHttp.Compare;

/// <summary>What one contestant did in one round, as it reports it itself.</summary>
/// <param name="Requests">Responses read to the end.</param>
/// <param name="CpuMicros">CPU time of the contestant's whole process, user and system, in microseconds.</param>
/// <param name="WallMicros">Time that passed, in microseconds.</param>
/// <param name="AllocatedBytes">Bytes allocated on the managed heap, by all threads.</param>
internal sealed record Round(long Requests, double CpuMicros, double WallMicros, long AllocatedBytes);
