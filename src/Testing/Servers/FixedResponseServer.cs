using System.Text;

namespace PollHttp.Testing;

/// <summary>Answers every request head with the same bytes. Does not support request bodies; allocates nothing per request.</summary>
public sealed class FixedResponseServer : IServerScript
{
    private readonly byte[] _response;

    /// <summary>Initializes a server that answers with these bytes, exactly as given.</summary>
    public FixedResponseServer(byte[] response)
    {
        ArgumentNullException.ThrowIfNull(response);
        _response = response;
    }

    /// <summary>Initializes a server that answers with this text as Latin-1.</summary>
    public FixedResponseServer(string latin1)
        : this(Encoding.Latin1.GetBytes(latin1))
    {
    }

    /// <summary>Gets the number of answered requests.</summary>
    public int RequestCount { get; private set; }

    /// <inheritdoc/>
    public void OnConnected(ServerPeer peer)
    {
    }

    /// <inheritdoc/>
    public void OnReceived(ServerPeer peer)
    {
        ArgumentNullException.ThrowIfNull(peer);
        for (int end = EndOfHead(peer); end > 0; end = EndOfHead(peer))
        {
            peer.Consume(end);
            RequestCount++;
            peer.Send(_response);
        }
    }

    /// <inheritdoc/>
    public void OnEnd(ServerPeer peer)
    {
        ArgumentNullException.ThrowIfNull(peer);
        peer.Close();
    }

    private static int EndOfHead(ServerPeer peer)
    {
        int end = peer.Received.IndexOf("\r\n\r\n"u8);
        return end < 0 ? 0 : end + 4;
    }
}
