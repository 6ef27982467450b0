using System.Net;
using PollHttp.Core;
using PollHttp.Testing;
using PollHttp.Tests.EndToEnd;
using PollHttp.Tests.Exchanges;
using Xunit;

namespace PollHttp.Tests.Handler;

/// <summary>
/// A content that goes on after a whole response holds its connection, or its place on one. It is given up when the server takes no more of it,
/// and not before. The handler has no timeout that would end it.
/// </summary>
public sealed class UnwantedContentTests
{
    private const string Address = "http://a.test/";
    private const string Early = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nearly";

    private const int WholeInOneRead = 60_000;

    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);

    [Theory, Trait("rule", "R2-105"), Trait("rule", "R2-033"), Trait("parity", "P-013")]
    [InlineData(5, true)]
    [InlineData(5, false)]
    [InlineData(200_000, true)]
    [InlineData(200_000, false)]
    public void Stream_whose_window_stays_shut_is_reset_after_its_response(int size, bool isRead)
    {
        ScriptedHttp2Server server = new(request => request.Method == "POST" ? new Http2Reply { Body = new byte[size] } : "next")
        {
            AnswersEarly = true,
            GivesCredit = false,
            Settings = [(3, 1)],
        };
        using World world = NewWorld(server, HttpVersion.Version20, out HttpClient client);
        Post(world, client, new MemoryStream(new byte[500_000]), isRead, size);
        string next = world.Run(client.GetStringAsync(Address));
        TimeSpan elapsed = world.Network.Clock.Elapsed;
        End(world, client);
        Assert.Equal("next", next);
        TimeSpan waited = !isRead && size > WholeInOneRead ? TimeSpan.Zero : s_limit; // a response that is disposed before its end is reset at once
        Assert.InRange(elapsed, waited, waited + TimeSpan.FromSeconds(1));
        Assert.Equal((1, 8u), (server.ConnectionCount, server.Requests[0].ResetCode));
        Assert.Empty(server.Problems);
    }

    [Fact, Trait("rule", "R-113"), Trait("parity", "P-013")]
    public void Connection_of_HTTP_1_whose_server_reads_no_more_is_closed_after_its_response()
    {
        HeadServer server = new(static peer =>
        {
            peer.Send(Early);
            peer.StopReading();
        });
        using World world = NewWorld(server, HttpVersion.Version11, out HttpClient client);
        Post(world, client, new MemoryStream(new byte[500_000]), isRead: true, 5);
        Assert.Equal("early", world.Run(client.GetStringAsync(Address)));
        Assert.InRange(world.Network.Clock.Elapsed, s_limit, s_limit + TimeSpan.FromSeconds(1));
        End(world, client);
        Assert.Equal(2, server.Connections);
    }

    [Fact, Trait("rule", "R-113"), Trait("parity", "P-013")]
    public void Content_that_the_server_takes_slowly_goes_on_to_its_end()
    {
        HeadServer server = new(static peer =>
        {
            peer.Send(Early);
            peer.StopReading();
            peer.CallAfter(TimeSpan.FromSeconds(40), 0);
        })
        {
            OnContent = static peer => peer.StopReading(),
            OnTime = static peer =>
            {
                peer.ResumeReading();
                peer.CallAfter(TimeSpan.FromSeconds(40), 0);
            },
        };
        using World world = NewWorld(server, HttpVersion.Version11, out HttpClient client);
        Post(world, client, new MemoryStream(new byte[500_000]), isRead: true, 5);
        world.Drive(() => server.Contents[0].Length >= 500_000);
        Assert.True(world.Network.Clock.Elapsed > 3 * s_limit);
        End(world, client);
        Assert.Equal(1, server.Connections);
    }

    [Fact, Trait("rule", "R2-150"), Trait("parity", "P-013")]
    public void Content_that_pauses_itself_is_not_given_up()
    {
        ScriptedHttp2Server server = new("early") { AnswersEarly = true };
        using World world = NewWorld(server, HttpVersion.Version20, out HttpClient client);
        TaskCompletionSource goesOn = new();
        PausingContent content = new(goesOn.Task);
        using HttpRequestMessage request = new(HttpMethod.Post, Address) { Content = content, Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        Task<HttpResponseMessage> sending = client.SendAsync(request);
        Assert.Equal("early", world.Run(world.Run(sending).Content.ReadAsStringAsync()));
        for (int minute = 0; minute < 10; minute++)
        {
            world.Network.Advance(TimeSpan.FromMinutes(1));
            for (int i = 0; i < 10; i++)
            {
                _ = world.Loop.Poll();
            }
        }

        goesOn.SetResult();
        world.Drive(() => server.Requests[0].IsWhole);
        End(world, client);
        Assert.Equal(("onetwo", null), (server.Requests[0].BodyText, server.Requests[0].ResetCode));
        Assert.Empty(server.Problems);
    }

    private static void End(World world, HttpClient client)
    {
        client.Dispose();
        world.Drive(() => world.Network.OpenTransports == 0);
    }

    private static void Post(World world, HttpClient client, Stream content, bool isRead, int size)
    {
        using HttpRequestMessage request = new(HttpMethod.Post, Address)
        {
            Content = new StreamContent(content),
            Version = client.DefaultRequestVersion,
            VersionPolicy = client.DefaultVersionPolicy,
        };
        Task<HttpResponseMessage> sending = client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        world.Drive(() => sending.IsCompleted);
        using HttpResponseMessage response = sending.Result;
        if (isRead)
        {
            Assert.Equal(size, world.Run(response.Content.ReadAsByteArrayAsync()).Length);
        }
    }

    private static World NewWorld(IServerScript server, Version version, out HttpClient client)
    {
        SynchronizationContext.SetSynchronizationContext(null); // contents would go on in that of the test runner, on other threads, while time moves
        World world = new();
        world.Network.Listen("a.test", 80, server, new ListenOptions { Link = new() { SendWindow = 50_000 } });
        PollHttpHandler handler = new(world.Loop) { MaxConnectionsPerServer = 1 };
        client = new(handler)
        {
            Timeout = Timeout.InfiniteTimeSpan,
            DefaultRequestVersion = version,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        return world;
    }

    private sealed class PausingContent(Task goesOn) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync("one"u8.ToArray());
            await goesOn;
            await stream.WriteAsync("two"u8.ToArray());
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
