using BenchmarkDotNet.Attributes;
using PollHttp.Core;

namespace PollHttp.Micro;

/// <summary>A whole exchange without content, of which reading the head is most.</summary>
[MemoryDiagnoser]
public class HeadParsing
{
    private readonly Exchanges _exchanges = new();
    private readonly RequestHead _head = new() { Authority = "example.org" };
    private byte[] _response = [];

    [Params(1, 6, 30)]
    public int Fields { get; set; }

    [GlobalSetup]
    public void Setup() => _response = Exchanges.Bytes(
        "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n"
        + string.Concat(Enumerable.Range(1, Fields - 1).Select(i => $"X-Field-Number-{i}: a value of some length, {i}\r\n"))
        + "\r\n");

    [Benchmark]
    public long Read() => _exchanges.Run(_head, _response);
}
