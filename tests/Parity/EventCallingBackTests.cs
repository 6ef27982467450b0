using System.Diagnostics.Tracing;

namespace PollHttp.Parity;

/// <summary>
/// A listener to the event source is user code: it may send a request through the same client and wait for the answer, as other code that is
/// called back (<see cref="ClientCallingBackTests"/>). Alone, since it is called for every request of the process.
/// </summary>
[Collection(Alone.Name)]
public sealed class EventCallingBackTests
{
    /// <summary>Only a test that hangs waits so long.</summary>
    private static readonly TimeSpan s_guard = TimeSpan.FromMinutes(1);

    [Theory]
    [Trait("fault", "F-61")]
    [InlineData("RequestStart", false)]
    [InlineData("RequestStart", true)]
    [InlineData("RequestStop", false)]
    [InlineData("RequestStop", true)]
    [InlineData("ConnectionOpened", false)]
    [InlineData("ConnectionOpened", true)]
    [InlineData("ConnectionClosed", false)]
    [InlineData("ConnectionClosed", true)]
    public async Task A_listener_gets_its_answer(string name, bool isBlocking)
    {
        await using RawServer server = new(static async connection =>
        {
            while (await connection.ReadRequestAsync() is { } request)
            {
                bool isLast = request.Line.StartsWith("GET / ", StringComparison.Ordinal);
                await connection.WriteAsync($"HTTP/1.1 200 OK\r\n{(isLast ? "Connection: close\r\n" : "")}Content-Length: 4\r\n\r\nfine");
                if (isLast)
                {
                    return;
                }
            }
        });
        using PollHttpClient client = new(new PollHttpClientOptions { UseProxy = false, MaxConnectionsPerServer = 2, Timeout = s_guard });
        CallBack back = new(() =>
        {
            using Response inner = client.Send(new Request(HttpMethod.Get, server.Uri("/inner")));
            return inner.ReadAsString();
        });
        using Listener listener = new(name, back);
        back.Arm();
        Request request = new(HttpMethod.Get, server.Uri("/"));
        Response response = isBlocking ? await Task.Run(() => client.Send(request)).WaitAsync(s_guard) : await client.SendAsync(request).WaitAsync(s_guard);
        using (response)
        {
            Assert.Equal("fine", await response.ReadAsStringAsync());
        }

        Assert.Equal("fine", await back.Answer.WaitAsync(s_guard));
    }

    private sealed class Listener : EventListener
    {
        private readonly string _name;
        private readonly CallBack _back;

        public Listener(string name, CallBack back)
        {
            _name = name;
            _back = back;
            foreach (EventSource source in EventSource.GetSources().Where(static source => source.Name == "PollHttp"))
            {
                EnableEvents(source, EventLevel.Informational);
            }
        }

        protected override void OnEventWritten(EventWrittenEventArgs eventData)
        {
            if (eventData.EventName == _name)
            {
                _back.Pass(0);
            }
        }
    }
}
