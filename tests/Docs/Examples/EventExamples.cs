using System.Diagnostics.Tracing;
using PollHttp.Testing;

namespace PollHttp.Docs.Tests.Examples;

/// <summary>The examples of events and statistics. Alone, since a listener is told of what every client of the process does.</summary>
[Collection(Alone.Name)]
public sealed class EventExamples
{
    [Fact]
    public void Statistics_and_events()
    {
        SimulatedNetwork network = new();
        network.Listen("api.example", 80, new ScriptedHttpServer(_ => new ServerReply("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok") { Then = AfterReply.End }));
        StringWriter Console = new();
        using ConnectionEnds ends = new(Console);
        PollLoop.Run(
            async loop =>
            {
                using var client = new PollHttpClient(loop);
                await client.GetStringAsync("http://api.example/");
                // example: statistics
                LoopStatistics now = client.LoopStatistics;
                Console.WriteLine($"{now.Active} active, {now.Idle} idle, {now.Connecting} connecting; {now.Waiting} requests wait; "
                    + $"{now.BytesReceived} bytes received");
                // end
                while (client.LoopStatistics.Connections > 0)
                {
                    await Task.Delay(TimeSpan.FromSeconds(1), network.TimeProvider);
                }
            },
            network);
        Assert.Equal("0 active, 1 idle, 0 connecting; 0 requests wait; 40 bytes received\nConnectionClosed 1 api.example 80 ServerAsked\n", WithoutIds(Console.ToString()));
    }

    /// <summary>Puts one number in place of the connection's, and leaves out the time that passed.</summary>
    private static string WithoutIds(string text) =>
        System.Text.RegularExpressions.Regex.Replace(text, @"ConnectionClosed \d+ (.*) [\d.E-]+\n", "ConnectionClosed 1 $1\n");

    // example: events
    internal sealed class ConnectionEnds(TextWriter output) : EventListener
    {
        protected override void OnEventSourceCreated(EventSource eventSource)
        {
            if (eventSource.Name == PollHttpTelemetry.EventSourceName)
            {
                EnableEvents(eventSource, EventLevel.Informational, (EventKeywords)2);   // connections
            }
        }

        protected override void OnEventWritten(EventWrittenEventArgs eventData)
        {
            if (eventData.EventName == "ConnectionClosed")
            {
                output.WriteLine($"{eventData.EventName} {string.Join(' ', eventData.Payload!)}");
            }
        }
    }
    // end
}
