using System.Diagnostics;

namespace PollHttp.Compare;

/// <summary>This executable started anew for each round, to make one request.</summary>
internal sealed class ColdContestant(string name, Uri url) : IContestant
{
    public string Name => name;

    public Task<Round> RunAsync(int operations, bool withLatency)
    {
        TimeSpan before = ChildTimes.Available ? ChildTimes.Now() : TimeSpan.Zero;
        long start = Stopwatch.GetTimestamp();
        Child.RunToEnd(Pinning.ClientCores, "--cold", name, url.AbsoluteUri);
        TimeSpan wall = Stopwatch.GetElapsedTime(start);
        return Task.FromResult(new Round
        {
            Operations = 1,
            CpuMicros = (ChildTimes.Available ? ChildTimes.Now() - before : wall).TotalMicroseconds,
            WallMicros = wall.TotalMicroseconds,
        });
    }

    public void Dispose()
    {
        // Nothing runs between rounds.
    }
}
