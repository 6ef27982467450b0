using System.Net.Sockets;
using PollHttp.Testing.Http2;

namespace PollHttp.Parity;

[Collection(Alone.Name)]
public sealed class AllocationTests
{
    private const int Requests = 100;
    private const int Rounds = 60;

    /// <summary>
    /// The median of the later rounds: in the early ones the runtime still compiles, after which it allocates less, and in single
    /// ones somebody else in the process allocates.
    /// </summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_small_GET_through_HttpClient_allocates_no_more_than_with_the_platforms_handler(int version)
    {
        long theirs = await MeasureAsync(isOurs: false, version);
        long ours = await MeasureAsync(isOurs: true, version);
        Assert.True(ours <= theirs, $"{ours} bytes a request; with the platform's handler {theirs}");
    }

    private static async Task<long> MeasureAsync(bool isOurs, int version)
    {
        using Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(1);
        Thread server = new(() => Answer(listener, isHttp2: version == 2));
        server.Start();
        long[] rounds = new long[Rounds];
        using (Subject subject = new(isOurs))
        {
            HttpClient client = subject.Client();
            client.DefaultRequestVersion = new(version, version == 2 ? 0 : 1);
            client.DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact;
            Uri address = new($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndPoint!).Port}/");
            byte[] buffer = new byte[64];
            await GetAsync(client, address, buffer);
            for (int round = 0; round < Rounds; round++)
            {
                long before = GC.GetTotalAllocatedBytes(precise: true);
                await GetAsync(client, address, buffer);
                rounds[round] = (GC.GetTotalAllocatedBytes(precise: true) - before) / Requests;
            }
        }

        server.Join(); // the connection has been closed
        return rounds[(Rounds / 2)..].Order().ElementAt(Rounds / 4);
    }

    private static async Task GetAsync(HttpClient client, Uri address, byte[] buffer)
    {
        for (int i = 0; i < Requests; i++)
        {
            using HttpResponseMessage response = await client.GetAsync(address, HttpCompletionOption.ResponseHeadersRead);
            using Stream body = await response.Content.ReadAsStreamAsync();
            Assert.Equal("Hello, World!".Length, await body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false));
        }
    }

    /// <summary>Allocates nothing for a request.</summary>
    private static void Answer(Socket listener, bool isHttp2)
    {
        if (isHttp2)
        {
            AnswerHttp2(listener);
            return;
        }

        byte[] reply = Encoding.ASCII.GetBytes(
            "HTTP/1.1 200 OK\r\nServer: here\r\nDate: Tue, 24 Nov 2026 12:00:00 GMT\r\nContent-Type: text/plain\r\nContent-Length: 13\r\n\r\nHello, World!");
        byte[] request = new byte[1024];
        using Socket connection = listener.Accept();
        int filled = 0;
        while (connection.Receive(request, filled, request.Length - filled, SocketFlags.None, out _) is > 0 and int count)
        {
            filled += count;
            if (request.AsSpan(0, filled).EndsWith("\r\n\r\n"u8))
            {
                connection.Send(reply);
                filled = 0;
            }
        }
    }

    private static void AnswerHttp2(Socket listener)
    {
        FixedHttp2Answers answers = new();
        byte[] received = new byte[16 * 1024];
        using Socket connection = listener.Accept();
        connection.NoDelay = true;
        int filled = 0;
        while (connection.Receive(received, filled, received.Length - filled, SocketFlags.None, out _) is > 0 and int count)
        {
            filled += count;
            int taken = answers.Answer(received.AsSpan(0, filled), out ReadOnlySpan<byte> output);
            received.AsSpan(taken, filled - taken).CopyTo(received);
            filled -= taken;
            if (!output.IsEmpty)
            {
                connection.Send(output);
            }
        }
    }
}
