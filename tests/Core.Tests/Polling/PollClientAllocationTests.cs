using PollHttp.Testing;
using Xunit;

namespace PollHttp.Core.Tests;

/// <summary>What a request costs once the client is warm: nothing.</summary>
[Collection(Alone.Name)]
public sealed class PollClientAllocationTests
{
    [Fact]
    public void A_thousand_keep_alive_responses_allocate_nothing()
    {
        using PollScene scene = PollScene.Connected();
        scene.AnswerWith("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 1000\r\n\r\n" + new string('x', 1000));
        RequestHead head = new() { Target = "/steady" };
        head.Headers.Add("X-Frame", "1");

        long Fetch(int count)
        {
            long bytes = 0;
            for (int i = 0; i < count; i++)
            {
                scene.Client.Request(head);
                while (scene.Client.Status is PollStatus.Requesting or PollStatus.Body)
                {
                    scene.Client.Poll();
                    while (scene.Client.TryReadResponseBodySlice(out ReadOnlyMemory<byte> slice))
                    {
                        bytes += slice.Length;
                        scene.Client.AdvanceBody(slice.Length);
                    }

                    if (scene.Client.Status is PollStatus.Requesting or PollStatus.Body)
                    {
                        scene.Flow();
                    }
                }
            }

            return bytes;
        }

        Assert.Equal(200_000, Fetch(200));
        Assert.Equal(0, LeastAllocated(() => Fetch(1000), 1_000_000));
        Assert.Equal(200, scene.Client.ResponseCode);
        Assert.Equal(1, scene.Connections);
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(1, 3)]
    [InlineData(64, 0)]
    public void A_thousand_keep_alive_responses_over_the_simulated_network_allocate_nothing(int chunks, int latencyMilliseconds)
    {
        string chunk = "3e8\r\n" + new string('x', 1000) + "\r\n";
        var server = new FixedResponseServer(
            "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n"
            + string.Concat(Enumerable.Repeat(chunk, chunks)) + "0\r\n\r\n");
        var network = new SimulatedNetwork { Link = new() { Latency = TimeSpan.FromMilliseconds(latencyMilliseconds) } };
        network.Listen("example.test", 80, server);
        using var client = new PollClient(network);
        RequestHead head = new() { Target = "/steady" };
        client.ConnectToHost("example.test");
        while (client.Poll() != PollStatus.Connected)
        {
            Assert.True(network.Step() || client.Status == PollStatus.Connecting);
        }

        Assert.Equal(200_000L * chunks, Fetch(client, network, head, 200));
        Assert.Equal(0, LeastAllocated(() => Fetch(client, network, head, 1000), 1_000_000L * chunks));
        Assert.Equal((0, 1), ((server.RequestCount - 200) % 1000, network.TotalDials));
    }

    /// <summary>The least of a few rounds: the runtime compiles again what runs often, on no schedule of ours, and that costs once.</summary>
    private static long LeastAllocated(Func<long> fetch, long expected)
    {
        long least = long.MaxValue;
        for (int round = 0; round < 4 && least > 0; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            long read = fetch();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
            Assert.Equal(expected, read);
        }

        return least;
    }

    private static long Fetch(PollClient client, SimulatedNetwork network, RequestHead head, int count)
    {
        long bytes = 0;
        for (int i = 0; i < count; i++)
        {
            client.Request(head);
            while (client.Status is PollStatus.Requesting or PollStatus.Body)
            {
                client.Poll();
                while (client.TryReadResponseBodySlice(out ReadOnlyMemory<byte> slice))
                {
                    bytes += slice.Length;
                    client.AdvanceBody(slice.Length);
                }

                network.Step();
            }
        }

        return bytes;
    }
}
