using System.Net;
using PollHttp.Core;
using PollHttp.Testing;
using PollHttp.Testing.Http2;
using Xunit;

namespace PollHttp.Tests.Exchanges;

/// <summary>What a GET allocates with default options, an address that is used again, and no token.</summary>
/// <remarks>
/// Where the bytes go, on 64 bits: the exchange 144, what completes the task 24, the response 128, its body 64, the bytes of the body 24 and as
/// many as it has. The simulated network allocates nothing. To be lowered when it gets better, not raised.
/// </remarks>
[Trait("ask", "A-23")]
public sealed class ExchangeAllocationTests
{
    private const int Requests = 1000;

    /// <summary>The least of them counts: on a busy machine something else happens on the thread now and then (once a pass had two bytes a
    /// request more than all others), but what a request allocates it allocates in each.</summary>
    private const int Passes = 3;

    /// <summary>The task that the caller gets is not counted: it is what was asked for.</summary>
    private const int TaskBytes = 72;

    [Fact]
    public void A_GET_whose_body_is_read_as_slices_allocates_at_most_400_bytes() =>
        Assert.InRange(BytesOf("HTTP/1.1 200 OK\r\nServer: x\r\nContent-Type: text/plain\r\nContent-Length: 13\r\n\r\nHello, World!", readsBody: true), 1, 400);

    [Fact]
    public void A_GET_of_which_the_status_is_enough_allocates_less() =>
        Assert.InRange(BytesOf("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nServer: x\r\n\r\nok", readsBody: false), 1, 328);

    [Fact]
    public void A_GET_over_HTTP_2_allocates_at_most_400_bytes() => Assert.InRange(BytesOf(new FixedHttp2Server(), readsBody: true, isHttp2: true), 1, 400);

    private static long BytesOf(string response, bool readsBody) => BytesOf(new FixedResponseServer(response), readsBody, isHttp2: false);

    private static long BytesOf(IServerScript server, bool readsBody, bool isHttp2)
    {
        SimulatedNetwork network = new();
        network.Listen("a.test", 80, server);
        using PollLoop loop = new(network);
        using PollHttpClient client = new(loop, new() { Slabs = new SlabPool() });
        if (isHttp2)
        {
            client.DefaultRequestVersion = HttpVersion.Version20;
            client.DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact;
        }

        Uri address = new("http://a.test/");
        Get(loop, client, address, readsBody);
        long least = long.MaxValue;
        for (int pass = 0; pass < Passes; pass++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            Get(loop, client, address, readsBody);
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return (least / Requests) - TaskBytes;
    }

    private static void Get(PollLoop loop, PollHttpClient client, Uri address, bool readsBody)
    {
        int read = 0;
        for (int i = 0; i < Requests; i++)
        {
            Task<Response> sending = client.GetAsync(address);
            while (!sending.IsCompleted)
            {
                loop.Poll();
            }

            using Response response = sending.Result;
            if (readsBody)
            {
                foreach (ReadOnlyMemory<byte> slice in response.Body)
                {
                    read += slice.Length;
                }
            }
        }

        Assert.Equal(readsBody ? 13 * Requests : 0, read);
    }
}
