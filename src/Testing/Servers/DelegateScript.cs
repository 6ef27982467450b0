namespace PollHttp.Testing;

/// <summary>Implements a script with one method, which handles received bytes.</summary>
internal sealed class DelegateScript(Action<ServerPeer> onReceived) : IServerScript
{
    public void OnConnected(ServerPeer peer)
    {
    }

    public void OnReceived(ServerPeer peer) => onReceived(peer);

    public void OnEnd(ServerPeer peer)
    {
    }
}
