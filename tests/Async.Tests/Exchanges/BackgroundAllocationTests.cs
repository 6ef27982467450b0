using System.Net;
using System.Net.Sockets;
using Xunit;

namespace PollHttp.Tests.Exchanges;

/// <summary>What a GET allocates in background drive, on all threads, over sockets. Alone: it counts what the whole process allocates.</summary>
[Collection(Alone.Name)]
public sealed class BackgroundAllocationTests
{
    private const int Requests = 2000;

    /// <summary>The least of them counts: a process has other things to do now and then.</summary>
    private const int Passes = 5;

    /// <summary>The task that the caller gets is not counted: it is what was asked for.</summary>
    private const int TaskBytes = 72;

    [Theory]
    [InlineData(ContinuationMode.Adaptive)]
    [InlineData(ContinuationMode.ThreadPool)]
    public async Task A_GET_whose_body_is_read_as_slices_allocates_at_most_400_bytes(ContinuationMode mode)
    {
        using Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        Thread server = new(() => Serve(listener)) { IsBackground = true, Name = "server without allocations" };
        server.Start();
        using PollHttpClient client = new(new PollHttpClientOptions { Continuations = mode });
        Uri address = new($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndPoint!).Port}/");
        long least = long.MaxValue;
        long read = 0;
        await Task.Run(async () =>
        {
            for (int pass = 0; pass <= Passes; pass++)
            {
                long before = GC.GetTotalAllocatedBytes(precise: true);
                for (int i = 0; i < Requests; i++)
                {
                    using Response response = await client.GetAsync(address);
                    await foreach (ReadOnlyMemory<byte> slice in response.Body)
                    {
                        read += slice.Length;
                    }
                }

                least = Math.Min(least, GC.GetTotalAllocatedBytes(precise: true) - before);
            }
        });

        Assert.Equal(13 * Requests * (Passes + 1), read);
        Assert.InRange((least / Requests) - TaskBytes, 1, 400);
    }

    private static void Serve(Socket listener)
    {
        using Socket connection = listener.Accept();
        connection.NoDelay = true;
        byte[] request = new byte[4096];
        ReadOnlySpan<byte> response = "HTTP/1.1 200 OK\r\nServer: x\r\nContent-Type: text/plain\r\nContent-Length: 13\r\n\r\nHello, World!"u8;
        while (connection.Receive(request) > 0)
        {
            connection.Send(response);
        }
    }
}
