using System.Net;
using PollHttp.Core;
using PollHttp.Testing;
using PollHttp.Tests.EndToEnd;
using Xunit;

namespace PollHttp.Tests.Exchanges;

public class PoolTests
{
    private const string Address = "http://a.test/";

    private static readonly LinkOptions s_slow = new() { Latency = TimeSpan.FromMilliseconds(40) };

    [Theory]
    [Trait("rule", "R-118")]
    [InlineData(1000, 1)]
    [InlineData(120 * 1024, 2)]
    public void A_body_left_early_is_skipped_when_it_is_short(int size, int connection)
    {
        using World world = new();
        ScriptedHttpServer server = world.Serve("a.test", _ => World.Reply(200, body: new string('x', size)), link: new() { Latency = TimeSpan.FromMilliseconds(1), SegmentSize = 500 });
        world.Get(Address).Dispose();
        world.Drive(() => GoodEnd.IsQuiet(world.Client.Pool));
        world.Get(Address).Dispose();
        Assert.Equal(connection, server.Requests[1].ConnectionNumber);
    }

    [Fact]
    [Trait("rule", "R-118")]
    public void A_body_left_early_that_does_not_come_closes_the_connection_after_a_tenth_of_a_second()
    {
        using World world = new();
        world.Serve("a.test", _ => new ServerReply("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n12345"));
        world.Get(Address).Dispose();
        TimeSpan start = world.Network.Clock.Elapsed;
        world.Drive(() => world.Client.Pool.OpenConnections == 0);
        Assert.Equal(TimeSpan.FromMilliseconds(100), world.Network.Clock.Elapsed - start);
    }

    [Fact]
    [Trait("rule", "R-118")]
    [Trait("parity", "P-031")]
    public void A_body_left_early_that_is_known_to_be_long_closes_the_connection_at_once()
    {
        using World world = new();
        world.Serve("a.test", _ => new ServerReply("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n12345"));
        world.Get(Address).Dispose();
        Assert.Equal(0, world.Client.Pool.OpenConnections);
    }

    [Fact]
    [Trait("parity", "P-058")]
    [Trait("parity", "P-154")]
    public void Requests_beyond_the_limit_are_served_in_order()
    {
        using World world = new(o => o.MaxConnectionsPerServer = 1);
        ScriptedHttpServer server = world.Serve("a.test", r => World.Reply(200, body: r.Target));
        Task<Response>[] sending = [.. Enumerable.Range(0, 6).Select(i => world.Client.GetAsync($"http://a.test/{i}"))];
        foreach (Task<Response> one in sending)
        {
            world.Run(one).Dispose();
        }

        Assert.Equal(["/0", "/1", "/2", "/3", "/4", "/5"], server.Requests.Select(r => r.Target));
        Assert.Equal(1, world.Network.TotalDials);
    }

    [Fact]
    [Trait("parity", "P-058")]
    [Trait("fault", "F-66")]
    public void A_canceled_waiter_is_taken_out()
    {
        using World world = new(o => o.MaxConnectionsPerServer = 1);
        ScriptedHttpServer server = world.Serve("a.test", _ => World.Reply(200), link: s_slow);
        using CancellationTokenSource cancel = new();
        Task<Response> first = world.Client.GetAsync("http://a.test/1");
        Task<Response> second = world.Client.GetAsync("http://a.test/2", cancel.Token);
        Task<Response> third = world.Client.GetAsync("http://a.test/3");
        cancel.Cancel();
        world.Fails<OperationCanceledException>(second);
        Assert.Equal(3, world.Client.Pool.ActiveExchanges); // the connection that is made, and the two that wait for it
        world.Run(first).Dispose();
        world.Run(third).Dispose();
        Assert.Equal(["/1", "/3"], server.Requests.Select(r => r.Target));
    }

    [Fact]
    [Trait("parity", "P-059")]
    public void A_request_takes_the_connection_that_is_free_first_and_the_new_one_is_kept()
    {
        using World world = new(isSteady: true);
        ScriptedHttpServer server = world.Serve("a.test", _ => World.Reply(200), link: s_slow);
        world.Get(Address).Dispose();
        Task<Response> onIdle = world.Client.GetAsync("http://a.test/1");
        while (server.Requests.Count < 2)
        {
            world.Loop.Poll();
            Assert.True(world.Network.Step()); // event by event: now its answer is on the way
        }

        Task<Response> waits = world.Client.GetAsync("http://a.test/2");
        world.Run(onIdle).Dispose();
        world.Run(waits).Dispose();
        Assert.Equal(1, server.Requests[2].ConnectionNumber);
        world.Drive(() => world.Client.Pool.IdleConnections == 2);
    }

    [Fact]
    [Trait("parity", "P-059")]
    public void Canceling_the_request_that_a_connection_is_made_for_does_not_give_up_the_connection()
    {
        using World world = new(o => o.MaxConnectionsPerServer = 1);
        world.Serve("a.test", _ => World.Reply(200), link: s_slow);
        using CancellationTokenSource cancel = new();
        Task<Response> first = world.Client.GetAsync(Address, cancel.Token);
        world.Loop.Poll();
        Task<Response> second = world.Client.GetAsync(Address);
        cancel.Cancel();
        world.Fails<OperationCanceledException>(first);
        world.Run(second).Dispose();
        Assert.Equal(1, world.Network.TotalDials);
    }

    [Fact]
    public void When_no_connection_can_be_made_every_waiting_request_fails_by_itself()
    {
        using World world = new(o => o.MaxConnectionsPerServer = 2);
        world.Network.AddHost("a.test", IPAddress.Parse("10.0.0.99"));
        Task<Response>[] sending = [.. Enumerable.Range(0, 5).Select(_ => world.Client.GetAsync(Address))];
        foreach (Task<Response> one in sending)
        {
            Assert.Equal(HttpRequestError.ConnectionError, world.Fails<PollHttpException>(one).HttpRequestError);
        }
    }

    [Theory]
    [Trait("rule", "R-119")]
    [Trait("parity", "P-068")]
    [InlineData("timeout=5, max=100", 3900, 1)]
    [InlineData("timeout=5, max=100", 4100, 2)]
    [InlineData("Timeout = \"5\"", 4100, 2)]
    [InlineData("timeout=1", 10, 2)]
    [InlineData("timeout=-1, rubbish, =", 50_000, 1)]
    [InlineData("timeout=99999999999999999999", 50_000, 1)]
    [InlineData("timeout=600", 56_000, 2)]
    public void Keep_Alive_limits_how_long_a_connection_is_kept(string value, int milliseconds, int connection)
    {
        using World world = new();
        ScriptedHttpServer server = world.Serve("a.test", _ => World.Reply(200, $"Keep-Alive: {value}"));
        world.Get(Address).Dispose();
        world.Network.Advance(TimeSpan.FromMilliseconds(milliseconds));
        world.Loop.Poll();
        world.Get(Address).Dispose();
        Assert.Equal(connection, server.Requests[1].ConnectionNumber);
    }

    [Theory]
    [Trait("rule", "R-120")]
    [Trait("parity", "P-060")]
    [Trait("fault", "F-53")]
    [InlineData(54_000, 1)]
    [InlineData(56_000, 2)]
    [InlineData(3_600_000, 2)]
    public void An_idle_connection_is_not_used_again_after_its_time_even_if_nobody_polled_meanwhile(int milliseconds, int connection)
    {
        using World world = new();
        ScriptedHttpServer server = world.Serve("a.test", _ => World.Reply(200));
        world.Get(Address).Dispose();
        world.Network.Advance(TimeSpan.FromMilliseconds(milliseconds));
        world.Get(Address).Dispose();
        Assert.Equal(connection, server.Requests[1].ConnectionNumber);
    }

    [Theory]
    [Trait("rule", "R-120")]
    [Trait("parity", "P-153")]
    [Trait("past", "C-62")]
    [InlineData(8_000, 1)]
    [InlineData(11_000, 2)]
    public void A_connection_past_its_lifetime_is_not_used_again(int milliseconds, int connection)
    {
        using World world = new(o => o.PooledConnectionLifetime = TimeSpan.FromSeconds(10));
        ScriptedHttpServer server = world.Serve("a.test", _ => World.Reply(200));
        world.Get(Address).Dispose();
        world.Network.Advance(TimeSpan.FromMilliseconds(milliseconds));
        world.Get(Address).Dispose();
        Assert.Equal(connection, server.Requests[1].ConnectionNumber);
    }

    [Theory]
    [Trait("parity", "P-060")]
    [InlineData(true)]
    [InlineData(false)]
    public void A_time_of_zero_means_that_each_connection_is_used_once(bool isLifetime)
    {
        using World world = new(o =>
        {
            o.MaxConnectionsPerServer = 1;
            if (isLifetime)
            {
                o.PooledConnectionLifetime = TimeSpan.Zero;
            }
            else
            {
                o.PooledConnectionIdleTimeout = TimeSpan.Zero;
            }
        });
        ScriptedHttpServer server = world.Serve("a.test", _ => World.Reply(200));
        Task<Response>[] sending = [.. Enumerable.Range(0, 3).Select(_ => world.Client.GetAsync(Address))];
        foreach (Task<Response> one in sending)
        {
            world.Run(one).Dispose();
        }

        Assert.Equal([1, 2, 3], server.Requests.Select(r => r.ConnectionNumber));
        Assert.Equal(0, world.Client.Pool.OpenConnections);
    }

    [Theory]
    [Trait("rule", "R-215")]
    [Trait("rule", "R-216")]
    [Trait("fault", "F-23")]
    [InlineData("GET", false, true)]
    [InlineData("PUT", true, true)]
    [InlineData("DELETE", false, true)]
    [InlineData("POST", true, false)]
    [InlineData("POST", false, false)]
    [InlineData("PATCH", true, false)]
    public void A_reused_connection_that_ends_before_an_answer_is_a_retry_only_where_that_is_safe(string method, bool hasContent, bool isRetried)
    {
        using World world = new();
        int sent = 0;
        ScriptedHttpServer server = world.Serve("a.test", _ => ++sent == 2 ? new ServerReply("") { Then = AfterReply.End } : World.Reply(200));
        world.Get(Address).Dispose();
        Task<Response> sending = world.Client.SendAsync(new(method, Address) { Content = hasContent ? RequestContent.FromString("x") : null });
        if (isRetried)
        {
            world.Run(sending).Dispose();
            Assert.Equal([1, 1, 2], server.Requests.Select(r => r.ConnectionNumber));
        }
        else
        {
            PollHttpException error = world.Fails<PollHttpException>(sending);
            Assert.True(error.RequestMayHaveBeenProcessed);
            Assert.Equal(2, server.Requests.Count);
        }
    }

    [Fact]
    [Trait("rule", "R-216")]
    public void An_idempotency_key_makes_a_POST_safe_to_repeat()
    {
        using World world = new();
        int sent = 0;
        ScriptedHttpServer server = world.Serve("a.test", _ => ++sent == 2 ? new ServerReply("") { Then = AfterReply.End } : World.Reply(200));
        world.Get(Address).Dispose();
        Request request = new("POST", Address) { Headers = { { "Idempotency-Key", "k" } }, Content = RequestContent.FromString("x") };
        world.Run(world.Client.SendAsync(request)).Dispose();
        Assert.Equal(["", "x", "x"], server.Requests.Select(r => r.BodyText));
    }

    [Fact]
    public void A_request_whose_first_try_was_sent_may_have_been_processed_even_if_the_second_was_not()
    {
        using World world = new();
        IPAddress address = IPAddress.Parse("10.0.0.77");
        world.Network.AddHost("a.test", address);
        int sent = 0;
        world.Serve("a.test", _ =>
        {
            if (++sent == 2)
            {
                world.Network.Refuse(new IPEndPoint(address, 80));
                return new ServerReply("") { Then = AfterReply.End };
            }

            return World.Reply(200);
        });
        world.Get(Address).Dispose();
        PollHttpException error = world.Fails<PollHttpException>(world.Client.GetAsync(Address));
        Assert.Equal(HttpRequestError.ConnectionError, error.HttpRequestError);
        Assert.True(error.RequestMayHaveBeenProcessed);
    }

    [Fact]
    [Trait("rule", "R-215")]
    [Trait("parity", "P-062")]
    public void A_retry_happens_once()
    {
        using World world = new();
        int sent = 0;
        world.Serve("a.test", _ => ++sent >= 2 ? new ServerReply("") { Then = AfterReply.End } : World.Reply(200));
        world.Get(Address).Dispose();
        world.Fails<PollHttpException>(world.Client.GetAsync(Address));
        Assert.Equal(3, sent);
    }

    [Fact]
    [Trait("rule", "R-219")]
    [Trait("fault", "F-24")]
    public void A_fresh_connection_that_ends_before_an_answer_is_an_error()
    {
        using World world = new();
        ScriptedHttpServer server = world.Serve("a.test", _ => new ServerReply("") { Then = AfterReply.End });
        Assert.Equal(HttpRequestError.ResponseEnded, world.Fails<PollHttpException>(world.Client.GetAsync(Address)).HttpRequestError);
        Assert.Single(server.Requests);
    }

    [Theory]
    [Trait("rule", "R-220")]
    [InlineData("GET", 200)]
    [InlineData("POST", 408)]
    public void A_408_on_a_reused_connection_counts_as_its_end(string method, int expected)
    {
        using World world = new();
        int sent = 0;
        world.Serve("a.test", _ => ++sent == 2 ? World.Reply(408, "Connection: close") : World.Reply(200));
        world.Get(Address).Dispose();
        using Response response = world.Run(world.Client.SendAsync(new(method, Address)));
        Assert.Equal(expected, (int)response.StatusCode);
    }

    [Fact]
    [Trait("rule", "R-220")]
    public void A_408_on_a_fresh_connection_is_the_response()
    {
        using World world = new();
        int sent = 0;
        world.Serve("a.test", _ => World.Reply(++sent == 1 ? 408 : 200));
        using Response response = world.Get(Address);
        Assert.Equal((HttpStatusCode.RequestTimeout, 1), (response.StatusCode, sent));
    }

    /// <summary>A server that gives a connection up while it is idle, as most do, even before its first request.</summary>
    [Theory]
    [Trait("rule", "R-215")]
    [InlineData("GET", "end", 200)]
    [InlineData("GET", "reset", 200)]
    [InlineData("GET", "408", 200)]
    [InlineData("PUT", "end", 200)]
    [InlineData("POST", "end", 0)]
    [InlineData("POST", "408", 408)]
    public void A_connection_opened_ahead_that_the_server_gave_up_counts_as_reused(string method, string how, int expected)
    {
        using World world = new();
        int sent = 0;
        world.Serve("a.test", _ => (++sent, how) switch
        {
            (1, "408") => World.Reply(408, "Connection: close"),
            (1, _) => new ServerReply("") { Then = how == "reset" ? AfterReply.Reset : AfterReply.End },
            _ => World.Reply(200),
        });
        world.Wait(world.Client.WarmAsync(new(Address)));

        if (expected == 0)
        {
            PollHttpException error = world.Fails<PollHttpException>(world.Client.SendAsync(new(method, Address)));
            Assert.True(error.RequestMayHaveBeenProcessed);
            return;
        }

        using Response response = world.Run(world.Client.SendAsync(new(method, Address)));
        Assert.Equal(expected, (int)response.StatusCode);
    }

    [Fact]
    [Trait("ask", "A-09")]
    public void Connections_can_be_made_before_they_are_needed()
    {
        using World world = new(o => o.MaxConnectionsPerServer = 3);
        ScriptedHttpServer server = world.Serve("a.test", _ => World.Reply(200), link: s_slow);
        world.Wait(world.Client.WarmAsync(new(Address), 2));
        Assert.Equal((2, 2), (world.Client.Pool.IdleConnections, world.Network.TotalDials));
        world.Wait(world.Client.WarmAsync(new(Address), 2));
        world.Wait(world.Client.WarmAsync(new(Address), 10));
        Assert.Equal((3, 3), (world.Client.Pool.IdleConnections, world.Network.TotalDials));
        world.Get(Address).Dispose();
        Assert.Equal(3, world.Network.TotalDials);
        Assert.Single(server.Requests);
    }

    [Fact]
    [Trait("ask", "A-09")]
    public void A_request_takes_a_connection_that_is_being_made_ahead()
    {
        using World world = new(o => o.MaxConnectionsPerServer = 3);
        world.Serve("a.test", _ => World.Reply(200), link: s_slow);
        Task warming = world.Client.WarmAsync(new(Address));
        Task<Response> sending = world.Client.GetAsync(Address);
        world.Run(sending).Dispose();
        world.Wait(warming);
        Assert.Equal(1, world.Network.TotalDials);
    }

    [Fact]
    [Trait("ask", "A-09")]
    public void A_connection_that_cannot_be_made_ahead_says_so()
    {
        using World world = new();
        world.Network.AddHost("a.test", IPAddress.Parse("10.0.0.99"));
        Task warming = world.Client.WarmAsync(new(Address), 2);
        world.Drive(() => warming.IsCompleted);
        Assert.Contains("http://a.test", Assert.IsType<PollHttpException>(warming.Exception!.InnerException).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Origins_without_a_connection_are_evicted_when_there_are_many()
    {
        using World world = new(isSteady: true);
        ScriptedHttpServer server = new(r => World.Reply(200, "Connection: close"));
        Uri[] addresses = [.. Enumerable.Range(0, 300).Select(i => new Uri($"http://h{i}.test/"))];
        foreach (Uri address in addresses)
        {
            world.Network.Listen(address.Host, 80, server);
            world.Run(world.Client.GetAsync(address)).Dispose();
        }

        Assert.InRange(world.Client.Pool.Origins, 1, 65);
        Exchange held = world.Client.MakeExchange("GET", addresses[0], null, null, false, default);
        Route route = world.Client.Engine.GetRoute(held); // held while its origin is evicted
        foreach (Uri address in addresses[1..])
        {
            world.Run(world.Client.GetAsync(address)).Dispose();
        }

        Assert.True(route.Origin.IsEvicted);
        world.Wait(route.Origin.WarmAsync(1, requiresHttp2: false));
        Assert.Equal(1, world.Client.Pool.IdleConnections);
        world.Run(world.Client.GetAsync(addresses[0])).Dispose();
        Assert.Equal(600, server.Requests.Count);
        Assert.Equal(600, world.Network.TotalDials);
    }

    [Fact]
    public void Disposing_the_loop_fails_those_who_wait_too()
    {
        SimulatedNetwork network = new();
        network.Listen("a.test", 80, new ScriptedHttpServer(_ => World.Reply(200)), new ListenOptions { Link = s_slow });
        PollLoop loop = new(network);
        using PollHttpClient client = new(loop, new() { MaxConnectionsPerServer = 1 });
        Task<Response>[] sending = [client.GetAsync(Address), client.GetAsync(Address)];
        loop.Poll();
        loop.Dispose();
        Assert.All(sending, s => Assert.IsType<ObjectDisposedException>(s.Exception!.InnerException));
        Assert.Equal(0, network.OpenTransports);
    }

    [Fact]
    public void Closed_connections_do_not_pile_up_among_the_timers()
    {
        using World world = new();
        ScriptedHttpServer server = world.Serve("a.test", _ => World.Reply(200, "Connection: close", "ok"));
        for (int i = 0; i < 500; i++)
        {
            Assert.Equal("ok", world.GetText(Address));
        }

        Assert.Equal(500, server.Requests[^1].ConnectionNumber);
        Assert.InRange(world.Loop.TimerEntries, 0, 150);
    }
}
