using PollHttp.Testing;

namespace PollHttp.Swarm;

/// <summary>A proxy in front of the server, on the simulated network: what is behind it answers on the same connection.</summary>
internal sealed class SimulatedProxy(SimulatedServer server, Scenario scenario) : IServerScript
{
    public void OnConnected(ServerPeer peer) => server.OnConnected(peer);

    public void OnReceived(ServerPeer peer)
    {
        var connection = (SwarmConnection)peer.State!;
        if (connection.IsBehindProxy)
        {
            server.OnReceived(peer);
            return;
        }

        if (!peer.Received.StartsWith("CONNECT "u8[..Math.Min(8, peer.Received.Length)]))
        {
            connection.IsBehindProxy = true; // a request in absolute form
            server.OnReceived(peer);
            return;
        }

        int end = peer.Received.IndexOf("\r\n\r\n"u8);
        if (end >= 0)
        {
            peer.Consume(end + 4);
            connection.IsBehindProxy = true;
            Answer(peer);
        }
    }

    public void OnEnd(ServerPeer peer) => server.OnEnd(peer);

    public void OnTimer(ServerPeer peer, int token) => server.OnTimer(peer, token);

    private void Answer(ServerPeer peer)
    {
        Draw draw = new(scenario.Seed, 1_000_000 + peer.ConnectionNumber);
        peer.Pause(draw.Milliseconds(0, 50));
        if (!draw.Chance(scenario.Client.ProxyTrouble))
        {
            peer.Send("HTTP/1.1 200 Connection established\r\n\r\n");
            return;
        }

        switch (draw.Below(5))
        {
            case 0:
                peer.Send("HTTP/1.1 502 Bad gateway\r\nContent-Length: 3\r\n\r\nbad");
                break;
            case 1:
                peer.Send("HTTP/1.1 407 Who?\r\nProxy-Authenticate: Basic realm=\"x\"\r\nContent-Length: 0\r\n\r\n");
                break;
            case 2:
                peer.Send("HTTP/1.1 200 Conn");
                peer.End();
                break;
            case 3:
                peer.Reset(afterData: true);
                break;
            default:
                break; // silence
        }
    }
}
