using System.Net;
using System.Runtime.CompilerServices;
using PollHttp.Core;
using PollHttp.Testing;
using PollHttp.Tests.Exchanges;
using Xunit;

namespace PollHttp.Tests.Handler;

/// <summary>Tunnels that are dropped without being disposed: the garbage collector finds them, and their stream or connection ends.</summary>
public sealed class DroppedTunnelTests
{
    private const string Switched = "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: own\r\n\r\n";
    private const string Connected = "HTTP/1.1 200 Connected\r\n\r\n";

    /// <summary>Specifies what was done with a tunnel before it was dropped.</summary>
    public enum Use
    {
        /// <summary>Its response was not looked at.</summary>
        None,

        /// <summary>Its stream was opened.</summary>
        Opened,

        /// <summary>Bytes went both ways.</summary>
        Echoed,
    }

    [Theory, Trait("rule", "R2-134"), Trait("fault", "F-58")]
    [InlineData(Use.None, false)]
    [InlineData(Use.Opened, false)]
    [InlineData(Use.Echoed, false)]
    [InlineData(Use.None, true)]
    [InlineData(Use.Opened, true)]
    public void Stream_of_an_extended_CONNECT_is_reset_and_its_place_is_free(Use use, bool serverEndsFirst)
    {
        ScriptedHttp2Server server = new(request => request.Method != "CONNECT" ? "next"
            : serverEndsFirst ? new Http2Reply { Frames = [Http2Frame.Headers(request.StreamId, true, (":status", "200"))] }
            : new Http2Reply { Tunnel = static piece => piece })
        {
            Settings = [(8, 1), (3, 1)],
        };
        using World world = NewWorld(server, out HttpClient client);
        HttpRequestMessage connect = new(HttpMethod.Connect, "http://a.test/")
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Headers = { Protocol = "websocket" },
        };
        Open(world, client, connect, use);
        Task<string> next = client.GetStringAsync("http://a.test/"); // waits for the only place
        Collect(world, () => next.IsCompleted);
        Assert.Equal("next", world.Run(next));
        Assert.Equal((1, 8u), (server.ConnectionCount, server.Requests[0].ResetCode));
        Assert.Empty(server.Problems);
        client.Dispose();
        world.Drive(() => world.Network.OpenTransports == 0);
    }

    [Theory, Trait("fault", "F-58")]
    [InlineData(Use.None, true)]
    [InlineData(Use.Opened, true)]
    [InlineData(Use.Echoed, true)]
    [InlineData(Use.None, false)]
    [InlineData(Use.Opened, false)]
    [InlineData(Use.Echoed, false)]
    public void Connection_that_left_HTTP_1_is_closed(Use use, bool isUpgrade)
    {
        using World world = NewWorld(new EchoServer(isUpgrade ? Switched : Connected), out HttpClient client);
        HttpRequestMessage request = new(isUpgrade ? HttpMethod.Get : HttpMethod.Connect, "http://a.test/");
        if (isUpgrade)
        {
            request.Headers.Connection.Add("Upgrade");
            request.Headers.Upgrade.ParseAdd("own");
        }
        else
        {
            request.Headers.Host = "far.test:443";
        }

        Open(world, client, request, use);
        Assert.Equal(1, world.Network.OpenTransports);
        Collect(world, () => world.Network.OpenTransports == 0);
        Assert.Equal(0, world.Network.OpenTransports);
        client.Dispose();
    }

    [Fact, Trait("fault", "F-58")]
    public void Read_that_waits_keeps_its_tunnel()
    {
        using World world = NewWorld(new EchoServer(Switched) { Delay = TimeSpan.FromSeconds(5) }, out HttpClient client);
        HttpRequestMessage request = new(HttpMethod.Get, "http://a.test/");
        request.Headers.Connection.Add("Upgrade");
        request.Headers.Upgrade.ParseAdd("own");
        byte[] buffer = new byte[10];
        Task<int> reading = BeginToRead(world, client, request, buffer);
        for (int i = 0; i < 5; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            _ = world.Loop.Poll();
        }

        Assert.False(reading.IsCompleted);
        Assert.Equal(4, world.Run(reading));
        reading = Task.FromResult(0);
        Collect(world, () => world.Network.OpenTransports == 0);
        Assert.Equal(0, world.Network.OpenTransports);
        client.Dispose();
    }

    private static World NewWorld(IServerScript server, out HttpClient client)
    {
        SynchronizationContext.SetSynchronizationContext(null);
        World world = new();
        world.Network.Listen("a.test", 80, server);
        client = new(new PollHttpHandler(world.Loop))
        {
            Timeout = Timeout.InfiniteTimeSpan,
            DefaultRequestVersion = HttpVersion.Version20,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        return world;
    }

    private static void Collect(World world, Func<bool> isOver)
    {
        for (int i = 0; i < 20 && !isOver(); i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            for (int j = 0; j < 20; j++)
            {
                _ = world.Loop.Poll();
            }
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Open(World world, HttpClient client, HttpRequestMessage request, Use use)
    {
        Task<HttpResponseMessage> sending = client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        world.Drive(() => sending.IsCompleted);
        if (use == Use.None)
        {
            return;
        }

        Stream stream = sending.Result.Content.ReadAsStream();
        if (use == Use.Echoed)
        {
            Task writing = stream.WriteAsync("echo"u8.ToArray()).AsTask();
            world.Drive(() => writing.IsCompleted);
            Assert.Equal(4, world.Run(stream.ReadAsync(new byte[10]).AsTask()));
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Task<int> BeginToRead(World world, HttpClient client, HttpRequestMessage request, byte[] buffer)
    {
        Task<HttpResponseMessage> sending = client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        world.Drive(() => sending.IsCompleted);
        Stream stream = sending.Result.Content.ReadAsStream();
        Task writing = stream.WriteAsync("echo"u8.ToArray()).AsTask();
        world.Drive(() => writing.IsCompleted);
        return stream.ReadAsync(buffer).AsTask();
    }

    /// <summary>A server that leaves HTTP after the first head, and sends back what comes after it.</summary>
    private sealed class EchoServer(string head) : IServerScript
    {
        /// <summary>Gets the time before each echo.</summary>
        public TimeSpan Delay { get; init; }

        public void OnConnected(ServerPeer peer)
        {
        }

        public void OnReceived(ServerPeer peer)
        {
            if (peer.State is not null)
            {
                peer.SendAfter(Delay, peer.Received);
                peer.Consume(peer.Received.Length);
                return;
            }

            int end = peer.Received.IndexOf("\r\n\r\n"u8);
            if (end >= 0)
            {
                peer.State = this;
                peer.Consume(end + 4);
                peer.Send(head);
            }
        }

        public void OnEnd(ServerPeer peer) => peer.Close();
    }
}
