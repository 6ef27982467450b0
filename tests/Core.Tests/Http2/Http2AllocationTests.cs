using PollHttp.Testing;
using PollHttp.Testing.Http2;
using Xunit;

namespace PollHttp.Core.Tests.Http2;

/// <summary>What a request costs on a connection of HTTP/2 that is polled by hand, once it is warm: nothing.</summary>
[Collection(Alone.Name)]
public sealed class Http2AllocationTests
{
    private const int Rounds = 20;
    private const int Passes = 4;

    [Theory]
    [InlineData(1)]
    [InlineData(100)]
    public void Requests_allocate_nothing_however_many_are_under_way(int atOnce)
    {
        SimulatedNetwork network = new();
        network.Listen("a.test", 80, new FixedHttp2Server());
        ConnectionTarget target = new() { Host = "a.test", Port = 80, Versions = HttpVersions.Http2 };
        using PollConnection connection = new(network, target);
        RequestHead head = new() { Authority = "a.test", Target = "/steady" };
        head.Headers.Add("X-Frame", "1");
        Run(connection, network, head, atOnce);
        long least = long.MaxValue;
        for (int pass = 0; pass < Passes; pass++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            int read = Run(connection, network, head, atOnce);
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
            Assert.Equal(13 * Rounds * atOnce, read);
        }

        Assert.Equal(new Version(2, 0), connection.Http.Protocol);
        Assert.Equal(0, least);
    }

    private static int Run(PollConnection connection, SimulatedNetwork network, RequestHead head, int atOnce)
    {
        int toBegin = Rounds * atOnce;
        int underWay = 0;
        int read = 0;
        while (toBegin + underWay > 0)
        {
            connection.Poll();
            bool moved = (connection.Interest & TransportInterest.Immediate) != 0;
            for (ConnectionEvent happened = connection.NextEvent(); happened.Kind != EventKind.None; happened = connection.NextEvent())
            {
                moved = true;
                if (happened.Kind == EventKind.BodyData)
                {
                    int length = new HttpExchange(connection.Http, happened.Exchange).BodySlice.Length;
                    read += length;
                    connection.Http.ConsumeBody(happened.Exchange, length);
                }
                else if (happened.Kind == EventKind.EndOfResponse)
                {
                    connection.Http.Release(happened.Exchange);
                    underWay--;
                }
            }

            for (; toBegin > 0 && underWay < atOnce && connection.IsReusable; toBegin--, underWay++)
            {
                connection.Http.Begin(head, ContentFraming.None, connection.Now);
                moved = true;
            }

            if (!moved)
            {
                network.Step();
            }
        }

        return read;
    }
}
