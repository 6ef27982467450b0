using PollHttp.Core;
using PollHttp.Testing;
using Xunit;

namespace PollHttp.Tests.Exchanges;

public class ExchangeAllocationTests
{
    private const int Requests = 1000;

    /// <summary>The task that the caller gets is not counted: it is what was asked for.</summary>
    private const int TaskBytes = 72;

    /// <summary>What was measured, the times of a response included (some 70 bytes): to be lowered when it gets better, not raised.</summary>
    private const int MostBytes = 704;

    [Fact]
    public void A_GET_on_a_kept_connection_allocates_few_bytes()
    {
        SimulatedNetwork network = new();
        network.Listen("a.test", 80, new FixedResponseServer("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nServer: x\r\n\r\nok"));
        using PollLoop loop = new(network);
        using PollHttpClient client = new(loop, new() { Slabs = new SlabPool() });
        Uri address = new("http://a.test/");
        Get(loop, client, address, Requests);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Get(loop, client, address, Requests);
        long each = ((GC.GetAllocatedBytesForCurrentThread() - before) / Requests) - TaskBytes;
        Assert.True(each <= MostBytes, $"{each} bytes were allocated for each request, beyond its task.");
    }

    private static void Get(PollLoop loop, PollHttpClient client, Uri address, int count)
    {
        for (int i = 0; i < count; i++)
        {
            Task<Response> sending = client.GetAsync(address);
            while (!sending.IsCompleted)
            {
                loop.Poll();
            }

            sending.Result.Dispose();
        }
    }
}
