using PollHttp.Testing;

namespace PollHttp.Docs.Tests.Examples;

/// <summary>The examples of docs/troubleshooting.md.</summary>
public sealed class TroubleshootingExamples
{
    private readonly SimulatedNetwork _network = new();
    private readonly Uri _address = new("http://api.example/");

    public TroubleshootingExamples() => _network.Listen("api.example", 80, new ScriptedHttpServer(_ => ServerReply.Text("text")));

    [Fact]
    public void Waiting_on_the_own_loop()
    {
        SimulatedNetwork network = _network;
        Uri address = _address;

        // example: own-loop
        string text = PollLoop.Run(async loop =>
        {
            using var client = new PollHttpClient(loop);

            // Never: client.GetStringAsync(address).Result
            string awaited = await client.GetStringAsync(address);
            string blocking = client.GetString(address);       // polls its connection itself
            return awaited + blocking;
        }, network);
        // end

        Assert.Equal("texttext", text);
    }

    [Fact]
    public void Reading_twice()
    {
        Uri address = _address;
        PollLoop.Run(
            async loop =>
            {
                using var client = new PollHttpClient(loop);
                // example: read-twice
                using Response response = await client.GetAsync(address);
                await response.Content.LoadIntoBufferAsync();
                Console.WriteLine(await response.Content.ReadAsStringAsync());
                string text = await response.Content.ReadAsStringAsync(); // can be read any number of times, through Content
                // end
                Assert.Equal("text", text);
            },
            _network);
    }
}
