using System.Net;
using PollHttp.Core;
using PollHttp.Testing;
using Xunit;

namespace PollHttp.Tests.Exchanges;

/// <summary>A server gives up an idle connection while a request is on its way to it: at every moment in between.</summary>
[Trait("ask", "A-16")]
public class StaleConnectionTests
{
    public static TheoryData<string, bool, int> Moments
    {
        get
        {
            TheoryData<string, bool, int> data = [];
            foreach (string method in new[] { "GET", "POST" })
            {
                for (int sentAfter = 0; sentAfter <= 60; sentAfter += 3)
                {
                    data.Add(method, false, sentAfter);
                    data.Add(method, true, sentAfter);
                }
            }

            return data;
        }
    }

    [Theory]
    [Trait("fault", "F-25")]
    [Trait("rule", "R-114")]
    [Trait("rule", "R-216")]
    [MemberData(nameof(Moments))]
    public void A_GET_succeeds_and_a_POST_is_never_sent_twice(string method, bool resets, int sentAfter)
    {
        using World world = new();
        world.Network.Link = new() { Latency = TimeSpan.FromMilliseconds(10) };
        List<int> arrived = [];
        world.Network.Listen("a.test", 80, peer =>
        {
            peer.Consume(peer.Received.Length);
            arrived.Add(peer.ConnectionNumber);
            if (arrived.Count == 1 || peer.ConnectionNumber > 1)
            {
                peer.Send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
            }

            if (arrived.Count == 1)
            {
                peer.Pause(TimeSpan.FromMilliseconds(30));
                if (resets)
                {
                    peer.Reset(afterData: true);
                }
                else
                {
                    peer.End();
                }
            }
        });
        world.Get("http://a.test/").Dispose();
        world.Network.Advance(TimeSpan.FromMilliseconds(sentAfter));
        Task<Response> sending = world.Client.SendAsync(new(method, "http://a.test/"));
        world.Drive(() => sending.IsCompleted);
        if (method == "GET" || sending.IsCompletedSuccessfully)
        {
            using Response response = world.Run(sending);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            Assert.Equal(2, arrived[^1]); // on a new connection
            return;
        }

        PollHttpException error = world.Fails<PollHttpException>(sending);
        Assert.True(error.RequestMayHaveBeenProcessed);
        Assert.Equal(1, world.Network.TotalDials);
    }

    [Fact]
    [Trait("rule", "R-114")]
    public void A_transport_that_looks_into_itself_first_is_asked_too_before_a_connection_is_used_again()
    {
        using World world = new(
            static o => (o.Limits.ReceiveHighWater, o.Limits.ReceiveLowWater) = (1000, 500),
            around: static network => new InwardNetwork(network));
        world.Network.Listen("a.test", 80, static peer =>
        {
            peer.Consume(peer.Received.Length);
            peer.Send("HTTP/1.1 200 OK\r\nContent-Length: 2000\r\n\r\n" + new string('x', 2000)); // so much that reading pauses
            peer.End();
        });
        for (int connection = 1; connection <= 2; connection++)
        {
            using Response response = world.Client.Send(new Request("POST", "http://a.test/"));
            Assert.Equal(2000, response.ReadAsString().Length);
            Assert.Equal(connection, world.Network.TotalDials);
            world.Network.Advance(TimeSpan.FromMilliseconds(30));
        }
    }
}
