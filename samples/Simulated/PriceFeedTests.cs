using PollHttp.Core;
using PollHttp.Testing;

namespace PollHttp.Simulated;

/// <summary>Tests without a network, in virtual time: minutes of waiting take milliseconds, and a run can be repeated byte for byte.</summary>
public sealed class PriceFeedTests
{
    private readonly SimulatedNetwork _network = new(seed: 1) { Link = new LinkOptions { Latency = TimeSpan.FromMilliseconds(40) } };

    [Fact]
    public void A_price_is_read()
    {
        _network.Listen("prices.example", 80, new ScriptedHttpServer(static request => ServerReply.Text(request.Target == "/green%20tea" ? "4.20" : "1")));

        Assert.Equal(4.20m, Get("green tea"));
    }

    [Fact]
    public void A_busy_server_is_waited_for_as_long_as_it_asks()
    {
        int requests = 0;
        _network.Listen("prices.example", 80, new ScriptedHttpServer(_ => ++requests == 1
            ? "HTTP/1.1 429 Too Many Requests\r\nRetry-After: 120\r\nContent-Length: 0\r\n\r\n"
            : ServerReply.Text("4.20")));
        long started = _network.TimeProvider.GetTimestamp();

        Assert.Equal(4.20m, Get("tea"));

        Assert.Equal(2, requests);
        Assert.InRange(_network.TimeProvider.GetElapsedTime(started), TimeSpan.FromSeconds(120), TimeSpan.FromSeconds(121));
    }

    [Fact]
    public void A_connection_that_breaks_in_the_body_is_tried_again()
    {
        int requests = 0;
        _network.Listen("prices.example", 80, new ScriptedHttpServer(_ => ++requests == 1
            ? new ServerReply("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n4.") { Then = AfterReply.Reset }
            : ServerReply.Text("4.20")));

        Assert.Equal(4.20m, Get("tea"));
        Assert.Equal(2, requests);
    }

    [Fact]
    public void A_host_that_is_not_there_is_an_error_that_says_so()
    {
        PollHttpException error = Assert.Throws<PollHttpException>(() => Get("tea"));

        Assert.Equal(FaultKind.ResolveFailed, error.Fault.Kind);
    }

    private decimal Get(string item) => PollLoop.Run(
        async loop =>
        {
            using PollHttpClient client = new(loop);
            return await new PriceFeed(client, _network.TimeProvider).GetAsync(item);
        },
        _network);
}
