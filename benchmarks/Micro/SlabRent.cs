using BenchmarkDotNet.Attributes;
using PollHttp.Core;

namespace PollHttp.Micro;

/// <summary>A block taken and given back: twice a request.</summary>
[MemoryDiagnoser]
public class SlabRent
{
    private readonly SlabPool _pool = new();

    [Params(4 * 1024, 16 * 1024, 256 * 1024)]
    public int Size { get; set; }

    [Benchmark]
    public void RentAndReturn() => _pool.Return(_pool.Rent(Size));
}
