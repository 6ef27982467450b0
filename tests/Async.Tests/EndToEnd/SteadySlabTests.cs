using PollHttp.Core;
using PollHttp.Testing;
using Xunit;

namespace PollHttp.Tests.EndToEnd;

/// <summary>Buffers of 64 and 256 KiB lie where only a full collection frees them, so making them again and again would cause these.</summary>
public sealed class SteadySlabTests
{
    private const int Connections = 8;
    private const int BodySize = 2_000_000;

    private int _made;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Downloads_side_by_side_make_their_buffers_once(bool isChunked)
    {
        SlabPool slabs = new((size, isPinned) =>
        {
            _made++;
            return GC.AllocateUninitializedArray<byte>(size, isPinned);
        });
        byte[] body = new byte[BodySize];
        string framing = isChunked ? "Transfer-Encoding: chunked\r\n\r\n1e8480\r\n" : $"Content-Length: {BodySize}\r\n\r\n"; // 2,000,000 in hexadecimal
        byte[] reply = [.. "HTTP/1.1 200 OK\r\n"u8, .. System.Text.Encoding.ASCII.GetBytes(framing), .. body, .. isChunked ? "\r\n0\r\n\r\n"u8 : ""u8];
        SimulatedNetwork network = new();
        network.Listen("assets.example", 80, new ScriptedHttpServer(_ => new ServerReply(reply)));
        PollLoop.Run(
            async loop =>
            {
                using PollHttpClient client = new(loop, new() { Slabs = slabs, MaxConnectionsPerServer = Connections });
                await RoundAsync(client);
                await RoundAsync(client);
                int made = _made;
                Assert.InRange(made, 1, int.MaxValue);

                for (int round = 0; round < 20; round++)
                {
                    await RoundAsync(client);
                }

                Assert.Equal(made, _made);
            },
            network);
    }

    private static Task RoundAsync(PollHttpClient client) => Task.WhenAll(Enumerable.Range(0, Connections).Select(_ => DownloadAsync(client)));

    private static async Task DownloadAsync(PollHttpClient client)
    {
        using Response response = await client.GetAsync("http://assets.example/");
        long received = 0;
        await foreach (ReadOnlyMemory<byte> slice in response.Body)
        {
            received += slice.Length;
        }

        Assert.Equal(BodySize, received);
    }
}
