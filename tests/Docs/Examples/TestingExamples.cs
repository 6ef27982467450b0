using PollHttp.Testing;

namespace PollHttp.Docs.Tests.Examples;

/// <summary>The examples of docs/test-without-a-network.md.</summary>
public sealed class TestingExamples
{
    [Fact]
    public void A_simulated_server()
    {
        // example: simulated
        var network = new SimulatedNetwork(seed: 1) { Link = new LinkOptions { Latency = TimeSpan.FromMilliseconds(80) } };
        network.Listen("api.example", 80, new ScriptedHttpServer(
            request => request.Target == "/health" ? ServerReply.Text("fine") : ServerReply.Text("no such page", status: 404)));

        string answer = PollLoop.Run(
            async loop =>
            {
                await using var client = new PollHttpClient(loop);
                return await client.GetStringAsync("http://api.example/health");
            },
            network);
        // end

        Assert.Equal("fine", answer);
    }

    [Fact]
    public void A_timeout_in_no_time()
    {
        SimulatedNetwork network = new();

        // example: simulated-timeout
        var late = new ServerReply("HTTP/1.1 204 No Content\r\n\r\n") { Delay = TimeSpan.FromHours(1) };
        network.Listen("slow.example", 80, new ScriptedHttpServer(late));
        RequestTimeoutException error = Assert.Throws<RequestTimeoutException>(() => PollLoop.Run(
            async loop =>
            {
                await using var client = new PollHttpClient(loop, new PollHttpClientOptions { Timeout = TimeSpan.FromSeconds(5) });
                await client.GetStringAsync("http://slow.example/");
            },
            network));
        Assert.Equal(TimeSpan.FromSeconds(5), error.Limit);
        // end
    }
}
