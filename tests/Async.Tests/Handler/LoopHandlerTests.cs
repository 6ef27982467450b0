using System.Net;
using System.Text;
using PollHttp.Core;
using PollHttp.Testing;
using Xunit;

namespace PollHttp.Tests.Handler;

/// <summary>HttpClient over a handler on a loop of the user's: on the simulated network, in virtual time, and polled by hand.</summary>
public sealed class LoopHandlerTests
{
    private const string Address = "http://server.test/";

    [Theory]
    [InlineData(10)]
    [InlineData(100_000)]
    [InlineData(3_000_000)]
    public void Code_of_HttpClient_runs_on_the_simulated_network(int length)
    {
        string text = new('x', length);
        SimulatedNetwork network = Network(request => ServerReply.Text(request.Method == "POST" ? Encoding.ASCII.GetString(request.Body.Span) : text));
        LoopDrive.Run(
            async loop =>
            {
                using HttpClient client = NewClient(loop);
                int thread = Environment.CurrentManagedThreadId;
                Assert.Equal(text, await client.GetStringAsync(Address));
                Assert.Equal(thread, Environment.CurrentManagedThreadId);

                using HttpResponseMessage response = await client.GetAsync(Address, HttpCompletionOption.ResponseHeadersRead);
                await using Stream stream = await response.Content.ReadAsStreamAsync();
                using StreamReader reader = new(stream);
                Assert.Equal(text, await reader.ReadToEndAsync());

                using HttpResponseMessage posted = await client.PostAsync(Address, new StringContent("content"));
                Assert.Equal("content", await posted.Content.ReadAsStringAsync());
                Assert.Equal(thread, Environment.CurrentManagedThreadId);
                string[] all = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => client.GetStringAsync(Address)));
                Assert.All(all, one => Assert.Equal(text, one));
            },
            network);
    }

    [Fact]
    public void It_runs_in_virtual_time()
    {
        SimulatedNetwork network = new();
        network.Listen("server.test", 80, new ScriptedHttpServer(new ServerReply("HTTP/1.1 204 No Content\r\n\r\n") { Delay = TimeSpan.FromHours(1) }));
        DateTimeOffset start = network.TimeProvider.GetUtcNow();
        LoopDrive.Run(
            async loop =>
            {
                using HttpClient client = NewClient(loop);
                using HttpResponseMessage response = await client.GetAsync(Address);
                Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
                Assert.InRange(network.TimeProvider.GetUtcNow() - start, TimeSpan.FromHours(1), TimeSpan.FromMinutes(61));
            },
            network);
    }

    [Fact]
    public void A_token_on_virtual_time_cancels_it()
    {
        SimulatedNetwork network = new();
        network.Listen("server.test", 80, new ScriptedHttpServer(new ServerReply("HTTP/1.1 204 No Content\r\n\r\n") { Delay = TimeSpan.FromHours(1) }));
        DateTimeOffset start = network.TimeProvider.GetUtcNow();
        LoopDrive.Run(
            async loop =>
            {
                using HttpClient client = NewClient(loop);
                using CancellationTokenSource source = new(TimeSpan.FromSeconds(5), network.TimeProvider);
                TaskCanceledException error = await Assert.ThrowsAsync<TaskCanceledException>(() => client.GetAsync(Address, source.Token));
                Assert.Equal(source.Token, error.CancellationToken);
                Assert.Equal(TimeSpan.FromSeconds(5), network.TimeProvider.GetUtcNow() - start);
            },
            network);
    }

    [Fact]
    public void A_name_that_is_unknown_there_fails_as_elsewhere()
    {
        SimulatedNetwork network = new();
        LoopDrive.Run(
            async loop =>
            {
                using HttpClient client = new(new PollHttpHandler(loop)) { Timeout = Timeout.InfiniteTimeSpan };
                HttpRequestException error = await Assert.ThrowsAsync<HttpRequestException>(() => client.GetAsync("http://unknown.test/"));
                Assert.Equal(HttpRequestError.NameResolutionError, error.HttpRequestError);
            },
            network);
    }

    [Fact]
    public void Redirects_cookies_and_decoding_work_there_too()
    {
        SimulatedNetwork network = Network(request => request.Target == "/"
            ? new ServerReply("HTTP/1.1 302 Found\r\nLocation: /next\r\nSet-Cookie: a=b\r\nContent-Length: 0\r\n\r\n")
            : ServerReply.Text(request.Target));
        LoopDrive.Run(
            async loop =>
            {
                using HttpClient client = new(new PollHttpHandler(loop) { AutomaticDecompression = DecompressionMethods.All })
                {
                    Timeout = Timeout.InfiniteTimeSpan,
                };
                Assert.Equal("/next", await client.GetStringAsync(Address));
            },
            network);
    }

    [Fact]
    public async Task It_can_be_polled_by_hand()
    {
        SimulatedNetwork network = Network(static _ => ServerReply.Text("text"));
        network.Link = new LinkOptions { Latency = TimeSpan.FromMilliseconds(10) };
        using PollLoop loop = new(network);
        using HttpClient client = NewClient(loop);
        Task<string> get = client.GetStringAsync(Address);
        int polls = 0;
        while (!get.IsCompleted)
        {
            Assert.InRange(++polls, 1, 1000);
            if (!loop.Poll())
            {
                network.Clock.Advance(TimeSpan.FromMilliseconds(1));
            }
        }

        Assert.Equal("text", await get);
        Assert.InRange(polls, 2, 1000);
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nA: b\r\n\r\n", "HTTP/1.1 200 OK, 2 header fields")]
    [InlineData("HTTP/1.0 204\r\nA: b\r\n\r\n", "HTTP/1.0 204, 1 header field")]
    public void A_response_tells_of_itself(string head, string text)
    {
        SimulatedNetwork network = Network(_ => new ServerReply(head));
        Assert.Equal(text, LoopDrive.Run(
            static async loop =>
            {
                await using PollHttpClient client = new(loop);
                using Response response = await client.GetAsync(Address);
                return response.ToString();
            },
            network));
    }

    [Fact]
    public void A_synchronous_call_polls_by_itself()
    {
        SimulatedNetwork network = Network(static _ => ServerReply.Text("text"));
        using PollLoop loop = new(network);
        using HttpClient client = NewClient(loop);
        using HttpRequestMessage request = new(HttpMethod.Get, Address);
        using HttpResponseMessage response = client.Send(request);
        using StreamReader reader = new(response.Content.ReadAsStream());
        Assert.Equal("text", reader.ReadToEnd());
    }

    private static SimulatedNetwork Network(Func<ServerRequest, ServerReply> reply)
    {
        SimulatedNetwork network = new();
        network.Listen("server.test", 80, new ScriptedHttpServer(reply));
        return network;
    }

    private static HttpClient NewClient(PollLoop loop) => new(new PollHttpHandler(loop)) { Timeout = Timeout.InfiniteTimeSpan };
}
