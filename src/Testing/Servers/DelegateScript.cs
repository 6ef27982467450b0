namespace PollHttp.Testing;

/// <summary>A script of one method: what to do when bytes have come.</summary>
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
