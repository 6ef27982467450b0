namespace PollHttp.Testing;

/// <summary>
/// A server: told what its connections see, and acting on them. One script serves all connections of its listener;
/// what belongs to one connection goes into <see cref="ServerPeer.State"/>.
/// </summary>
public interface IServerScript
{
    /// <summary>A client has connected.</summary>
    void OnConnected(ServerPeer peer);

    /// <summary>Bytes have come; see <see cref="ServerPeer.Received"/>. What is not consumed is there the next time.</summary>
    void OnReceived(ServerPeer peer);

    /// <summary>The client sends no more: it shut its side down or dropped the connection.</summary>
    void OnEnd(ServerPeer peer);

    /// <summary>A time asked for with <see cref="ServerPeer.CallAfter"/> has come.</summary>
    /// <param name="peer">The connection.</param>
    /// <param name="token">The number given to <see cref="ServerPeer.CallAfter"/>.</param>
    void OnTimer(ServerPeer peer, int token)
    {
    }
}
