using System.Diagnostics.Tracing;
using System.Net;
using PollHttp.Telemetry;
using PollHttp.Testing;
using PollHttp.Tests.Exchanges;
using Xunit;

namespace PollHttp.Tests.Telemetry;

/// <summary>What the event source tells. Alone, since a listener makes every request of the process allocate.</summary>
[Collection(Alone.Name)]
public sealed class EventSourceTests
{
    private const string Host = "events.test";
    private const string Address = "http://events.test/";

    [Fact]
    public void A_request_that_is_answered_has_a_start_and_a_stop_and_its_connection_is_opened_between_them()
    {
        using World world = new();
        world.Serve(Host, static _ => World.Reply(404, body: "no"));
        using EventLog log = new(Host);
        Assert.Equal("no", world.GetText(Address + "page?token=secret"));
        Assert.Equal("no", world.GetText(Address));
        Assert.Equal(
            [
                "RequestStart GET http://events.test/page?*",
                "ConnectionOpened events.test 80 10.0.0.1:80 1.1",
                "RequestStop 404 1.1",
                "RequestStart GET http://events.test/",
                "RequestStop 404 1.1",
            ],
            log.Lines);
    }

    [Fact]
    public void A_request_that_fails_has_the_kind_of_its_failure_and_stops_without_a_status()
    {
        using World world = new();
        using EventLog log = new(Host);
        PollHttpException error = world.Fails<PollHttpException>(world.Client.GetAsync(Address));
        Assert.Equal(["RequestStart GET " + Address, "RequestFailed name_resolution_error " + error.Message, "RequestStop -1 "], log.Lines);
    }

    [Fact]
    public void A_request_that_is_canceled_fails_too()
    {
        using World world = new();
        world.Serve(Host, static _ => new ServerReply("") { Delay = TimeSpan.FromHours(1) });
        using EventLog log = new(Host);
        using CancellationTokenSource cancellation = new();
        Task<Response> sending = world.Client.GetAsync(Address, cancellation.Token);
        world.Drive(() => log.Lines.Count == 1 || world.Network.TotalDials == 1);
        cancellation.Cancel();
        world.Fails<OperationCanceledException>(sending);
        Assert.Contains("RequestFailed System.Threading.Tasks.TaskCanceledException The request was canceled.", log.Lines);
        Assert.Equal("RequestStop -1 ", log.Lines.Last(static line => line.StartsWith("Request", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("the server says close", "ServerAsked")]
    [InlineData("the server ends it while idle", "ServerAsked")]
    [InlineData("the body is cut", "TruncatedBody")]
    [InlineData("idle for too long", "IdleTimeout")]
    [InlineData("too old", "Lifetime")]
    [InlineData("the client is disposed", "Disposed")]
    [InlineData("the response is left early", "Abandoned")]
    public void The_end_of_a_connection_has_its_reason(string end, string reason)
    {
        using World world = new(options =>
        {
            options.PooledConnectionIdleTimeout = end == "idle for too long" ? TimeSpan.FromSeconds(1) : TimeSpan.FromHours(1);
            options.PooledConnectionLifetime = end == "too old" ? TimeSpan.FromSeconds(1) : Timeout.InfiniteTimeSpan;
        });
        world.Serve(Host, _ => end switch
        {
            "the server says close" => World.Reply(200, "Connection: close", "hi"),
            "the server ends it while idle" => new ServerReply("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi") { Then = AfterReply.End },
            "the body is cut" => new ServerReply("HTTP/1.1 200 OK\r\nContent-Length: 200000\r\n\r\nhi") { Then = AfterReply.End },
            "the response is left early" => new ServerReply("HTTP/1.1 200 OK\r\nContent-Length: 2000000\r\n\r\nhi"),
            _ => World.Reply(200, body: "hi"),
        });
        using EventLog log = new(Host);
        Response response = world.Get(Address);
        if (end == "the body is cut")
        {
            Assert.ThrowsAny<IOException>(() => world.Run(response.ReadAsStringAsync()));
        }

        response.Dispose();
        if (end == "the client is disposed")
        {
            world.Client.Dispose();
        }

        string expected = $"ConnectionClosed {Host} 80 {reason}";
        world.Drive(() => log.Lines.Any(static line => line.StartsWith("ConnectionClosed", StringComparison.Ordinal)));
        Assert.Contains(expected, log.Lines);
    }

    [Fact]
    public void An_HTTP2_connection_is_told_of_once()
    {
        using World world = new();
        ScriptedHttp2Server server = new("hello");
        world.Network.Listen(Host, 80, server);
        world.Client.DefaultRequestVersion = HttpVersion.Version20;
        world.Client.DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact;
        using EventLog log = new(Host);
        Assert.Equal("hello", world.GetText(Address));
        Assert.Equal("hello", world.GetText(Address));
        world.Client.Dispose();
        world.Drive(() => log.Lines.Any(static line => line.StartsWith("ConnectionClosed", StringComparison.Ordinal)));
        Assert.Equal(
            [$"ConnectionOpened {Host} 80 10.0.0.1:80 2", $"ConnectionClosed {Host} 80 ClientAsked"],
            log.Lines.Where(static line => line.StartsWith("Connection", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_loop_is_told_of_when_it_is_made_and_when_it_is_disposed()
    {
        using EventLog log = new(Host);
        PollLoop loop = new(new SimulatedNetwork());
        loop.Poll();
        loop.Dispose();
        Assert.Equal(["LoopStart False", "LoopStop 1"], log.Lines);
    }

    [Fact]
    public void What_listens_to_connections_alone_is_told_of_no_request()
    {
        using World world = new();
        world.Serve(Host, static _ => World.Reply(200, body: "hi"));
        using ConnectionListener listener = new();
        Assert.Equal("hi", world.GetText(Address));
        Assert.Equal(["ConnectionOpened"], listener.Names);
    }

    [Fact]
    public void The_manifest_is_sound() => Assert.Contains(
        "PollHttp", EventSource.GenerateManifest(typeof(PollHttpEventSource), null, EventManifestOptions.Strict), StringComparison.Ordinal);

    private sealed class ConnectionListener : EventListener
    {
        public List<string> Names { get; } = [];

        protected override void OnEventSourceCreated(EventSource eventSource)
        {
            if (eventSource.Name == "PollHttp")
            {
                EnableEvents(eventSource, EventLevel.Informational, PollHttpEventSource.Keywords.Connections);
            }
        }

        protected override void OnEventWritten(EventWrittenEventArgs eventData)
        {
            if (eventData.Payload!.Contains(Host))
            {
                Names.Add(eventData.EventName!);
            }
        }
    }
}
