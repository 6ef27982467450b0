using PollHttp.Testing;

namespace PollHttp.Tests.Exchanges;

/// <summary>A server that gives its connections to the test.</summary>
internal sealed class TappedServer(IServerScript inner, Action<ServerPeer> onConnected) : IServerScript
{
    public void OnConnected(ServerPeer peer)
    {
        onConnected(peer);
        inner.OnConnected(peer);
    }

    public void OnReceived(ServerPeer peer) => inner.OnReceived(peer);

    public void OnEnd(ServerPeer peer) => inner.OnEnd(peer);

    public void OnTimer(ServerPeer peer, int token) => inner.OnTimer(peer, token);
}
