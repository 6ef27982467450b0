using BenchmarkDotNet.Attributes;
using PollHttp.Core;

namespace PollHttp.Micro;

/// <summary>A whole exchange whose response is the shortest there is, so that the request is most of it.</summary>
[MemoryDiagnoser]
public class RequestWriting
{
    private static readonly byte[] s_response = Exchanges.Bytes("HTTP/1.1 204 No Content\r\n\r\n");
    private readonly Exchanges _exchanges = new();
    private RequestHead _head = new();

    [Params(0, 4, 16)]
    public int Fields { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _head = new RequestHead { Target = "/a/path?of=some&length=1", Authority = "example.org" };
        for (int i = 0; i < Fields; i++)
        {
            _head.Headers.Add($"X-Field-Number-{i}", "a value of some length");
        }
    }

    [Benchmark]
    public long Write() => _exchanges.Run(_head, s_response);
}
