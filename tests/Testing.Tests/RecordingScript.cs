namespace PollHttp.Testing.Tests;

internal sealed class RecordingScript : IServerScript
{
    public Action<ServerPeer> Connected { get; init; } = _ => { };

    public Action<ServerPeer> Received { get; init; } = _ => { };

    public Action<ServerPeer, int> Timer { get; init; } = (_, _) => { };

    public List<string> Log { get; } = [];

    public void OnConnected(ServerPeer peer)
    {
        Log.Add("connected");
        Connected(peer);
    }

    public void OnReceived(ServerPeer peer)
    {
        Log.Add("received");
        Received(peer);
    }

    public void OnEnd(ServerPeer peer) => Log.Add("end");

    public void OnTimer(ServerPeer peer, int token)
    {
        Log.Add($"timer {token}");
        Timer(peer, token);
    }
}
