using System.Text;
using PollHttp.Testing;

namespace PollHttp.Core.Tests;

/// <summary>A proxy that keeps each request head and answers it with the next of the given replies.</summary>
internal sealed class ProxyScript(params string[] replies) : IServerScript
{
    private readonly Queue<string> _replies = new(replies);

    public List<string> Heads { get; } = [];

    /// <summary>The name in the latest TLS greeting when each head came.</summary>
    public List<string?> TlsHosts { get; } = [];

    /// <summary>What comes after the tunnel has been granted.</summary>
    public string Tunnelled { get; private set; } = "";

    public bool EndsAfterReplies { get; init; }

    public void OnConnected(ServerPeer peer)
    {
    }

    public void OnReceived(ServerPeer peer)
    {
        string text = Encoding.Latin1.GetString(peer.Received);
        for (int end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal); end >= 0; end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal))
        {
            Heads.Add(text[..(end + 4)]);
            TlsHosts.Add(peer.TlsHost);
            peer.Consume(end + 4);
            text = text[(end + 4)..];
            if (_replies.TryDequeue(out string? reply))
            {
                peer.Send(reply);
                if (reply.Contains("Connection: close", StringComparison.Ordinal) || (EndsAfterReplies && _replies.Count == 0))
                {
                    peer.Close();
                }
            }
            else if (EndsAfterReplies)
            {
                peer.Close();
            }
        }
    }

    public void OnEnd(ServerPeer peer)
    {
    }
}
