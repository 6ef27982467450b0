using System.Net;
using PollHttp.Core;
using PollHttp.Testing;
using Xunit;

namespace PollHttp.Tests.EndToEnd;

public sealed class PoolTests
{
    public static TheoryData<string> Settings() => Setting.All();

    [Theory]
    [MemberData(nameof(Settings))]
    public void No_more_connections_than_the_limit_serve_any_number_of_requests(string setting)
    {
        ScriptedHttpServer server = new(r => ServerReply.Text(r.Target));
        Play.Run(
            setting,
            server,
            async scene =>
            {
                string[] texts = await Task.WhenAll(Enumerable.Range(0, 40).Select(i => scene.Client.GetStringAsync(scene.To($"/{i}"))));
                Assert.Equal(Enumerable.Range(0, 40).Select(i => $"/{i}"), texts);
                Assert.InRange(scene.Client.Pool.OpenConnections, 1, 3);
            },
            options => options.MaxConnectionsPerServer = 3);

        Assert.Equal(40, server.Requests.Count);
        Assert.InRange(server.Requests.Select(r => r.ConnectionNumber).Distinct().Count(), 1, 3);
    }

    [Theory]
    [MemberData(nameof(Settings))]
    public void Requests_one_after_the_other_share_a_connection(string setting)
    {
        ScriptedHttpServer server = new(_ => ServerReply.Text("x"));
        Play.Run(setting, server, async scene =>
        {
            for (int i = 0; i < 20; i++)
            {
                Assert.Equal("x", await scene.Client.GetStringAsync(scene.Address));
            }
        });

        Assert.Single(server.Requests.Select(r => r.ConnectionNumber).Distinct());
    }

    [Theory]
    [MemberData(nameof(Settings))]
    public void A_connection_that_the_server_will_close_is_not_used_again(string setting)
    {
        ScriptedHttpServer server = new(_ => new ServerReply("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 1\r\n\r\nx") { Then = AfterReply.End });
        Play.Run(setting, server, async scene =>
        {
            for (int i = 0; i < 3; i++)
            {
                Assert.Equal("x", await scene.Client.GetStringAsync(scene.Address));
            }
        });

        Assert.Equal(3, server.Requests.Select(r => r.ConnectionNumber).Distinct().Count());
    }

    [Fact]
    public void Requests_that_wait_for_a_connection_are_served_in_order()
    {
        using ManualScene scene = new(configure: o => o.MaxConnectionsPerServer = 1);
        ScriptedHttpServer server = new(_ => ServerReply.Text("x"));
        scene.Serve(server);

        Task[] all = [.. Enumerable.Range(0, 10).Select(i => scene.Client.GetStringAsync($"http://server.test/{i}"))];
        scene.Await(Task.WhenAll(all));

        Assert.Equal(Enumerable.Range(0, 10).Select(i => $"/{i}"), server.Requests.Select(r => r.Target));
        Assert.Equal(1, scene.Network.TotalDials);
    }

    [Fact]
    public void An_idle_connection_is_closed_at_its_time_and_not_before()
    {
        using ManualScene scene = new(configure: o => o.PooledConnectionIdleTimeout = TimeSpan.FromSeconds(20));
        scene.Serve(new ScriptedHttpServer(_ => ServerReply.Text("x")));
        scene.AssertUsable();

        scene.Network.Advance(TimeSpan.FromSeconds(19.9));
        scene.Settle();
        Assert.Equal(1, scene.Network.OpenTransports);

        scene.Network.Advance(TimeSpan.FromSeconds(0.2));
        scene.Settle();
        Assert.Equal(0, scene.Network.OpenTransports);
        scene.AssertUsable();
    }

    [Fact]
    public void A_request_begins_the_idle_time_anew()
    {
        using ManualScene scene = new(configure: o => o.PooledConnectionIdleTimeout = TimeSpan.FromSeconds(20));
        scene.Serve(new ScriptedHttpServer(_ => ServerReply.Text("x")));
        for (int i = 0; i < 5; i++)
        {
            scene.AssertUsable();
            scene.Network.Advance(TimeSpan.FromSeconds(15));
        }

        scene.AssertUsable();
        Assert.Equal(1, scene.Network.TotalDials);
    }

    [Fact]
    [Trait("fault", "F-35")]
    public void Bytes_on_an_idle_connection_condemn_it()
    {
        using ManualScene scene = new();
        ServerPeer? last = null;
        scene.Network.Listen("server.test", 80, peer =>
        {
            last = peer;
            peer.Consume(peer.Received.Length);
            peer.Send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        });
        scene.AssertUsable();
        last!.Send("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison");
        scene.Settle();

        Assert.Equal(0, scene.Network.OpenTransports);
        using Response response = scene.Await(scene.Client.GetAsync("http://server.test/"));
        Assert.Equal(0, response.ContentLength);
        Assert.Equal(2, scene.Network.TotalDials);
    }

    [Theory]
    [InlineData("GET", 2)]
    [InlineData("POST", 1)]
    [Trait("fault", "F-23")]
    public void A_kept_connection_that_ends_under_the_request_is_retried_once_and_only_where_allowed(string method, int arrived)
    {
        using ManualScene scene = new();
        int requests = 0;
        scene.Network.Listen("server.test", 80, peer =>
        {
            peer.Consume(peer.Received.Length);
            if (++requests == 2)
            {
                peer.Close(); // the request has been read, no answer comes
                return;
            }

            peer.Send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        });
        scene.AssertUsable();

        Task<Response> second = scene.Client.SendAsync(new Request(method, "http://server.test/"));
        if (arrived == 2)
        {
            Assert.Equal(HttpStatusCode.OK, scene.Await(second).StatusCode);
        }
        else
        {
            PollHttpException error = Assert.Throws<PollHttpException>(() => scene.Await(second));
            Assert.Equal(HttpRequestError.ResponseEnded, error.HttpRequestError);
            Assert.True(error.RequestMayHaveBeenProcessed);
        }

        Assert.Equal(1 + arrived, requests);
    }
}
