using System.Net;
using PollHttp.Core;
using PollHttp.Testing;
using Xunit;

namespace PollHttp.Tests.Exchanges;

[Trait("ask", "A-09")]
public class IdleReserveTests
{
    private const string Address = "http://a.test/";

    private static readonly IPEndPoint s_server = new(IPAddress.Parse("10.0.0.9"), 80);

    /// <summary>Answers with 200, and can end all its connections.</summary>
    private sealed class Host : IServerScript
    {
        private readonly List<ServerPeer> _peers = [];

        public ScriptedHttpServer Http { get; init; } = new(_ => World.Reply(200));

        public static Host In(World world, ScriptedHttpServer? http = null)
        {
            Host host = http is null ? new() : new() { Http = http };
            world.Network.AddHost("a.test", s_server.Address);
            world.Network.Listen(s_server, host);
            return host;
        }

        public void OnConnected(ServerPeer peer)
        {
            _peers.Add(peer);
            Http.OnConnected(peer);
        }

        public void OnReceived(ServerPeer peer) => Http.OnReceived(peer);

        public void OnEnd(ServerPeer peer) => Http.OnEnd(peer);

        public void EndAll()
        {
            _peers.ForEach(static p => p.Close());
            _peers.Clear();
        }
    }

    private static World NewWorld(int size, Action<PollHttpClientOptions>? configure = null) => new(o =>
    {
        o.MinIdleConnectionsPerServer = size;
        configure?.Invoke(o);
    }, isSteady: true); // its callers count dials

    private static ConnectionPool PoolOf(World world) => world.Client.Pool;

    /// <summary>Lets time pass, second by second, on a loop that is polled.</summary>
    private static void Pass(World world, int seconds, Action<int>? afterEach = null)
    {
        Settle(world);
        for (int second = 1; second <= seconds; second++)
        {
            world.Network.Advance(TimeSpan.FromSeconds(1));
            Settle(world);
            afterEach?.Invoke(second);
        }
    }

    private static void Settle(World world)
    {
        do
        {
            while (world.Loop.Poll())
            {
            }
        }
        while (world.Network.Step());
    }

    [Fact]
    public void The_idle_time_leaves_as_many_as_are_to_be_idle()
    {
        using World world = NewWorld(2);
        Host host = Host.In(world);
        world.Wait(world.Client.WarmAsync(new(Address), 4));
        Pass(world, 54);
        Assert.Equal(4, PoolOf(world).IdleConnections);
        Pass(world, 600);
        Assert.Equal((2, 4), (PoolOf(world).IdleConnections, world.Network.TotalDials));
        world.Get(Address).Dispose();
        Assert.InRange(host.Http.Requests[0].ConnectionNumber, 1, 4);
    }

    [Fact]
    public void One_that_stays_is_used_even_if_nobody_polled_meanwhile()
    {
        using World world = NewWorld(1);
        Host host = Host.In(world);
        world.Wait(world.Client.WarmAsync(new(Address)));
        world.Network.Advance(TimeSpan.FromHours(1));
        world.Get(Address).Dispose();
        Assert.Equal(1, host.Http.Requests[0].ConnectionNumber);
    }

    [Fact]
    public void While_requests_use_connections_others_are_idle()
    {
        using World world = NewWorld(2, o => o.MaxConnectionsPerServer = 4);
        Host.In(world, new(_ => new ServerReply("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n")));
        using Response first = world.Get(Address);
        world.Drive(() => PoolOf(world).IdleConnections == 2);
        Assert.Equal(3, world.Network.TotalDials);
        using Response second = world.Get(Address);
        world.Drive(() => PoolOf(world).IdleConnections == 2);
        Assert.Equal(4, world.Network.TotalDials);
        using Response third = world.Get(Address);
        Pass(world, 5);
        Assert.Equal((1, 4), (PoolOf(world).IdleConnections, world.Network.TotalDials)); // the limit
        third.Abort();
        world.Drive(() => PoolOf(world).IdleConnections == 2);
        first.Abort();
        second.Abort();
    }

    [Fact]
    public void A_blocking_call_has_them_kept_as_well()
    {
        using World world = NewWorld(2);
        Host.In(world);
        world.Client.Send(new Request("GET", Address)).Dispose();
        Pass(world, 10);
        Assert.Equal((2, 2), (PoolOf(world).IdleConnections, world.Network.TotalDials));
        Pass(world, 100);
        Assert.Equal((2, 2), (PoolOf(world).IdleConnections, world.Network.TotalDials));
    }

    [Fact]
    public void Those_that_the_server_ends_are_opened_anew()
    {
        using World world = NewWorld(2);
        Host host = Host.In(world);
        world.Wait(world.Client.WarmAsync(new(Address), 2));
        Pass(world, 40);
        host.EndAll();
        Settle(world);
        Assert.Equal(0, PoolOf(world).IdleConnections);
        Pass(world, 1);
        Assert.Equal((2, 4), (PoolOf(world).IdleConnections, world.Network.TotalDials));
    }

    [Fact]
    public void An_origin_that_nobody_asks_any_more_gets_no_new_ones_until_it_is_asked()
    {
        using World world = NewWorld(2);
        Host host = Host.In(world);
        world.Wait(world.Client.WarmAsync(new(Address), 2));
        Pass(world, 60);
        Assert.Equal(2, PoolOf(world).IdleConnections);
        host.EndAll();
        Pass(world, 600);
        Assert.Equal((0, 2), (PoolOf(world).IdleConnections, world.Network.TotalDials));
        world.Get(Address).Dispose();
        Pass(world, 1);
        Assert.Equal((3, 5), (PoolOf(world).IdleConnections, world.Network.TotalDials));
    }

    [Fact]
    public void What_cannot_be_opened_is_tried_again_after_pauses_that_grow_until_a_response_comes()
    {
        using World world = NewWorld(1, o => o.PooledConnectionIdleTimeout = TimeSpan.FromHours(1));
        Host host = Host.In(world);
        world.Wait(world.Client.WarmAsync(new(Address)));
        world.Network.Refuse(s_server);
        host.EndAll();
        int dials = world.Network.TotalDials;
        List<int> tries = [];
        Pass(world, 200, second =>
        {
            if (world.Network.TotalDials > dials)
            {
                dials = world.Network.TotalDials;
                tries.Add(second);
            }
        });
        Assert.Equal([1, 3, 7, 15, 31, 63, 123, 183], tries);
        Assert.Equal(1 + tries.Count, world.Network.TotalDials);

        world.Network.Listen(s_server, host);
        world.Get(Address).Dispose(); // during a pause, which it ends
        Settle(world);
        Assert.Equal(1, PoolOf(world).IdleConnections);
        using Response response = world.Get(Address);
        Pass(world, 1);
        Assert.Equal(2, PoolOf(world).OpenConnections);
    }

    [Fact]
    public void The_end_of_the_client_during_a_pause_leaves_nothing()
    {
        using World world = NewWorld(3); // its end looks for connections and timers
        Host host = Host.In(world);
        world.Wait(world.Client.WarmAsync(new(Address), 3));
        world.Network.Refuse(s_server);
        host.EndAll();
        Pass(world, 4);
        Assert.Equal(3 + 6, world.Network.TotalDials);
        Assert.Equal((0, 1), (world.Loop.OpenConnections, world.Loop.PendingTimers));
    }

    [Fact]
    public void A_failure_to_open_one_fails_no_request()
    {
        using World world = NewWorld(2);
        Host host = Host.In(world);
        world.Get(Address).Dispose();
        world.Network.Refuse(s_server);
        for (int i = 0; i < 20; i++)
        {
            world.Get(Address).Dispose(); // on what is open
            Pass(world, 1);
        }

        Assert.Equal(21, host.Http.Requests.Count);
    }

    [Fact]
    public void One_that_is_too_old_is_replaced()
    {
        using World world = NewWorld(1, o => o.PooledConnectionLifetime = TimeSpan.FromSeconds(10));
        Host.In(world);
        world.Wait(world.Client.WarmAsync(new(Address)));
        Pass(world, 10);
        Assert.Equal(0, PoolOf(world).IdleConnections);
        Pass(world, 1);
        Assert.Equal((1, 2), (PoolOf(world).IdleConnections, world.Network.TotalDials));
    }

    [Fact]
    [Trait("rule", "R-119")]
    public void What_the_server_says_in_Keep_Alive_holds_for_those_that_stay()
    {
        using World world = NewWorld(2, o => o.MaxConnectionsPerServer = 2);
        Host.In(world, new(_ => World.Reply(200, "Keep-Alive: timeout=5")));
        world.Get(Address).Dispose();
        Pass(world, 3);
        Assert.Equal((2, 2), (PoolOf(world).IdleConnections, world.Network.TotalDials));
        Pass(world, 1);
        Assert.Equal((2, 3), (PoolOf(world).IdleConnections, world.Network.TotalDials)); // closed, and replaced
    }

    [Theory]
    [InlineData(0, -1)]
    [InlineData(-1, 0)]
    public void Where_each_connection_is_used_once_none_is_kept(int idle, int lifetime)
    {
        using World world = NewWorld(2, o =>
        {
            o.PooledConnectionIdleTimeout = TimeSpan.FromMilliseconds(idle);
            o.PooledConnectionLifetime = TimeSpan.FromMilliseconds(lifetime);
        });
        Host.In(world);
        world.Get(Address).Dispose();
        Pass(world, 5);
        Assert.Equal((0, 1), (PoolOf(world).OpenConnections, world.Network.TotalDials));
    }

    [Fact]
    public void None_is_kept_unless_asked_for()
    {
        using World world = NewWorld(0);
        Host.In(world);
        world.Wait(world.Client.WarmAsync(new(Address), 2));
        Pass(world, 56);
        Assert.Equal((0, 2), (PoolOf(world).OpenConnections, world.Network.TotalDials));
    }

    [Fact]
    public void More_than_the_limit_or_less_than_none_is_refused()
    {
        PollHttpClientOptions options = new() { MinIdleConnectionsPerServer = 3, MaxConnectionsPerServer = 2 };
        using PollLoop loop = new(new SimulatedNetwork());
        Assert.Contains("MaxConnectionsPerServer (2)", Assert.Throws<InvalidOperationException>(() => new PollHttpClient(loop, options)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => options.MinIdleConnectionsPerServer = -1);
    }
}
