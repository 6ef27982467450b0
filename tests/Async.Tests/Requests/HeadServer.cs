using System.Text;
using PollHttp.Testing;

namespace PollHttp.Tests;

/// <summary>A server that acts when a head has come, and whenever content has, without waiting for a whole request.</summary>
internal sealed class HeadServer(Action<ServerPeer> onHead) : IServerScript
{
    /// <summary>Called with each later arrival; by default what comes is just recorded.</summary>
    public Action<ServerPeer> OnContent { get; init; } = static _ => { };

    /// <summary>What each timer asked for with <see cref="ServerPeer.CallAfter"/> does.</summary>
    public Action<ServerPeer> OnTime { get; init; } = static _ => { };

    public List<string> Heads { get; } = [];

    /// <summary>The bytes after each head, as they came: framing included.</summary>
    public List<StringBuilder> Contents { get; } = [];

    public int Connections { get; private set; }

    public void OnConnected(ServerPeer peer) => Connections++;

    public void OnReceived(ServerPeer peer)
    {
        if (peer.State is null)
        {
            int end = peer.Received.IndexOf("\r\n\r\n"u8);
            if (end < 0)
            {
                return;
            }

            Heads.Add(Encoding.Latin1.GetString(peer.Received[..end]));
            Contents.Add(new());
            peer.Consume(end + 4);
            peer.State = Contents[^1];
            onHead(peer);
        }

        if (peer.State is StringBuilder content && peer.Received.Length > 0)
        {
            content.Append(Encoding.Latin1.GetString(peer.Received));
            peer.Consume(peer.Received.Length);
            OnContent(peer);
        }
    }

    public void OnTimer(ServerPeer peer, int token) => OnTime(peer);

    public void OnEnd(ServerPeer peer) => peer.Close();
}
