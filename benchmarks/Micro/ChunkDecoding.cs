using System.Globalization;
using BenchmarkDotNet.Attributes;
using PollHttp.Core;

namespace PollHttp.Micro;

/// <summary>64 KiB of body in chunks of a size.</summary>
[MemoryDiagnoser]
public class ChunkDecoding
{
    private const int Total = 64 * 1024;
    private readonly Exchanges _exchanges = new();
    private readonly RequestHead _head = new() { Authority = "example.org" };
    private byte[] _response = [];

    [Params(16, 1024, 16 * 1024)]
    public int ChunkSize { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        string chunk = ChunkSize.ToString("x", CultureInfo.InvariantCulture) + "\r\n" + new string('x', ChunkSize) + "\r\n";
        _response = Exchanges.Bytes(
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + string.Concat(Enumerable.Repeat(chunk, Total / ChunkSize)) + "0\r\n\r\n");
    }

    [Benchmark]
    public long Decode() => _exchanges.Run(_head, _response);
}
