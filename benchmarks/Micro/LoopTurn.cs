using BenchmarkDotNet.Attributes;

namespace PollHttp.Micro;

/// <summary>What a frame pays for a loop in which nothing happens: one look at the poller.</summary>
[MemoryDiagnoser]
public class LoopTurn
{
    private PollLoop _loop = null!;

    [GlobalSetup]
    public void Setup() => _loop = new PollLoop();

    [GlobalCleanup]
    public void Cleanup() => _loop.Dispose();

    [Benchmark]
    public bool Poll() => _loop.Poll();
}
