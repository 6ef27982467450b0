namespace PollHttp.Testing;

/// <summary>
/// Defines a server by its reactions to the events of its connections. One script serves all connections of its listener; keep the state of
/// one connection in <see cref="ServerPeer.State"/>.
/// </summary>
public interface IServerScript
{
    /// <summary>Handles a new connection.</summary>
    void OnConnected(ServerPeer peer);

    /// <summary>
    /// Handles received bytes; see <see cref="ServerPeer.Received"/>. Bytes that are not consumed are there the next time.
    /// </summary>
    void OnReceived(ServerPeer peer);

    /// <summary>Handles the end of the client's side: it shut its side down or dropped the connection.</summary>
    void OnEnd(ServerPeer peer);

    /// <summary>Handles a timer that was set with <see cref="ServerPeer.CallAfter"/>.</summary>
    /// <param name="peer">The connection.</param>
    /// <param name="token">The number that was passed to <see cref="ServerPeer.CallAfter"/>.</param>
    void OnTimer(ServerPeer peer, int token)
    {
    }
}
