using System.Text;
using PollHttp.Testing;
using Xunit;

namespace PollHttp.Core.Tests;

/// <summary>
/// The way of working that the remarks of <see cref="PollClient"/> describe, against servers that stop at every place of what they
/// say. Nothing that a server does may be thrown, and the statuses come in the order that is promised.
/// </summary>
public class SeedScriptTests
{
    private static readonly TimeSpan s_silence = TimeSpan.FromMilliseconds(20);

    private static readonly string[] s_replies =
    [
        "HTTP/1.1 204 No Content\r\n\r\n",
        "HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n",
        "HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc",
        "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 3\r\n\r\nabc",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nX-T: 1\r\n\r\n",
        "HTTP/1.1 200 OK\r\n\r\n",
        "HTTP/1.0 200 OK\r\n\r\nabc",
        "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\na",
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nabHTTP/1.1 200 OK\r\n\r\n",
        "220 mail.example ESMTP\r\n",
        "\r\n",
        "\0\u0001\u0002\r\n\r\n",
    ];

    public static TheoryData<string, AfterReply, bool> Cases()
    {
        TheoryData<string, AfterReply, bool> cases = [];
        foreach (string reply in s_replies)
        {
            foreach (AfterReply then in (AfterReply[])[AfterReply.End, AfterReply.Reset, AfterReply.KeepOpen])
            {
                cases.Add(reply, then, true);
                cases.Add(reply, then, false);
            }
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Nothing_a_server_does_is_thrown_wherever_it_stops(string reply, AfterReply then, bool afterRequest)
    {
        for (int cut = 0; cut <= reply.Length; cut++)
        {
            Script script = new(Encoding.Latin1.GetBytes(reply[..cut]), then, afterRequest);
            Play(script, 0, "GET");
            Play(script, 1_000, "GET");
            Play(script, 1_000, "POST");
        }
    }

    private static void Play(Script script, int step, string method)
    {
        SimulatedNetwork network = new() { Link = new() { Latency = TimeSpan.FromMilliseconds(1) } };
        network.Listen("h.example", 80, script);
        using (PollClient client = new(network, new() { Timeouts = { ResponseHead = s_silence, BodyIdle = s_silence } }))
        {
            client.ConnectToHost("h.example");
            Until(network, client, step, s => s is not (PollStatus.Resolving or PollStatus.Connecting));
            Assert.Equal(PollStatus.Connected, client.Status);
            for (int i = 0; i < 3 && client.Status == PollStatus.Connected; i++)
            {
                Exchange(network, client, step, method);
            }
        }

        Assert.Equal((0, 0), (network.OpenTransports, network.OpenLookups));
    }

    private static void Exchange(SimulatedNetwork network, PollClient client, int step, string method)
    {
        client.Request(method, "/", (IEnumerable<string>?)null, method == "POST" ? "content" : null);
        Assert.Equal(PollStatus.Requesting, client.Status);
        Until(network, client, step, s => s != PollStatus.Requesting);
        Assert.True(
            client.Status is PollStatus.Body or PollStatus.Connected or PollStatus.ConnectionError,
            $"{client.Status} after Requesting");
        Assert.Equal(client.Status == PollStatus.ConnectionError, client.Fault.Exists);
        int frames = 0;
        while (client.Status == PollStatus.Body)
        {
            Assert.True(++frames < 20_000, "The body does not end.");
            client.Poll();
            if (client.ReadResponseBodyChunk().Length == 0)
            {
                network.Advance(TimeSpan.FromMilliseconds(Math.Max(step, 1)));
            }
        }

        Assert.True(client.Status is PollStatus.Connected or PollStatus.Disconnected or PollStatus.ConnectionError, $"{client.Status} after Body");
        if (client.Status == PollStatus.Connected && client.ResponseCode == 101)
        {
            client.Close();
        }
    }

    private static void Until(SimulatedNetwork network, PollClient client, int step, Func<PollStatus, bool> isThere)
    {
        for (int i = 0; !isThere(client.Poll()); i++)
        {
            Assert.True(i < 20_000, $"{client.Status} does not end.");
            network.Advance(step == 0 ? TimeSpan.FromMilliseconds(0.5) : TimeSpan.FromMilliseconds(step));
        }
    }

    private sealed class Script(byte[] reply, AfterReply then, bool afterRequest) : IServerScript
    {
        public void OnConnected(ServerPeer peer)
        {
            if (!afterRequest)
            {
                Say(peer);
            }
        }

        public void OnReceived(ServerPeer peer)
        {
            bool isWhole = peer.Received.IndexOf("\r\n\r\n"u8) >= 0;
            peer.Consume(isWhole ? peer.Received.Length : 0);
            if (isWhole && afterRequest)
            {
                Say(peer);
            }
        }

        public void OnEnd(ServerPeer peer) => peer.Close();

        public void OnTimer(ServerPeer peer, int token)
        {
        }

        private void Say(ServerPeer peer)
        {
            peer.Send(reply);
            if (then == AfterReply.End)
            {
                peer.End();
            }
            else if (then == AfterReply.Reset)
            {
                peer.Reset(afterData: true);
            }
        }
    }
}
