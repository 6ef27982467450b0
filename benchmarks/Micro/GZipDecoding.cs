using System.IO.Compression;
using System.Text;
using BenchmarkDotNet.Attributes;
using PollHttp.Decoding;

namespace PollHttp.Micro;

/// <summary>4 MiB of gzip decoded into 64 KiB at a time, next to the platform's stream.</summary>
public class GZipDecoding
{
    private const int Size = 4 * 1024 * 1024;

    private readonly byte[] _room = new byte[64 * 1024];
    private byte[] _coded = [];

    [Params("json", "mixed")]
    public string Content { get; set; } = "json";

    [GlobalSetup]
    public void Setup()
    {
        MemoryStream coded = new();
        using (GZipStream gzip = new(coded, CompressionLevel.Optimal, leaveOpen: true))
        {
            gzip.Write(MakeContent(Content));
        }

        _coded = coded.ToArray();
    }

    [Benchmark]
    public long Ours()
    {
        GZipDecoder decoder = new();
        ReadOnlySpan<byte> rest = _coded;
        long total = 0;
        for (DecodeStatus status = DecodeStatus.OutputFull; status == DecodeStatus.OutputFull;)
        {
            status = decoder.Decode(rest, _room, out int consumed, out int written);
            rest = rest[consumed..];
            total += written;
        }

        return total;
    }

    [Benchmark(Baseline = true)]
    public long Platform()
    {
        using GZipStream gzip = new(new MemoryStream(_coded), CompressionMode.Decompress);
        long total = 0;
        for (int count; (count = gzip.Read(_room)) > 0;)
        {
            total += count;
        }

        return total;
    }

    /// <summary>Records as an API gives them; or pieces of text, of binary records and of noise, 32 KiB each in turn.</summary>
    internal static byte[] MakeContent(string content)
    {
        Random random = new(7);
        MemoryStream bytes = new();
        for (int i = 0; bytes.Length < Size; i++)
        {
            switch (content == "json" ? 0 : i / 32 % 3)
            {
                case 0:
                    for (int n = 0; n < 10; n++)
                    {
                        bytes.Write(Encoding.UTF8.GetBytes(
                            $"{{\"id\":{random.Next(1_000_000)},\"name\":\"item {random.Next(5000)}\",\"price\":{random.Next(100_000) / 100.0},\"tags\":[\"t{random.Next(50)}\",\"t{random.Next(50)}\"],\"ok\":{(random.Next(2) == 0 ? "true" : "false")}}},\n"));
                    }

                    break;
                case 1:
                    for (int n = 0; n < 1024; n++)
                    {
                        bytes.WriteByte((byte)((n % 16) switch { 0 => n >> 4, 1 => i, < 6 => random.Next(16), < 12 => 0, _ => n }));
                    }

                    break;
                default:
                    byte[] noise = new byte[1024];
                    random.NextBytes(noise);
                    bytes.Write(noise);
                    break;
            }
        }

        return bytes.ToArray();
    }
}
