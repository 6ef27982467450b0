using System.Net.Security;
using System.Runtime.CompilerServices;

namespace PollHttp.Testing;

/// <summary>
/// A server of both protocols: a connection is served by one script where HTTP/2 was chosen in its TLS handshake, and by the other where not.
/// See <see cref="TlsBehaviour.ChooseAmong"/>.
/// </summary>
/// <remarks>A script hears of a connection when the client first sends something. Not safe for use from two threads at once.</remarks>
public sealed class NegotiatingServer : IServerScript
{
    private readonly IServerScript _http1;
    private readonly IServerScript _http2;
    private readonly ConditionalWeakTable<ServerPeer, IServerScript> _chosen = [];

    /// <summary>Initializes a server of two scripts.</summary>
    /// <param name="http1">Serves connections on which HTTP/2 was not chosen.</param>
    /// <param name="http2">Serves connections on which HTTP/2 was chosen.</param>
    public NegotiatingServer(IServerScript http1, IServerScript http2)
    {
        ArgumentNullException.ThrowIfNull(http1);
        ArgumentNullException.ThrowIfNull(http2);
        _http1 = http1;
        _http2 = http2;
    }

    /// <inheritdoc/>
    public void OnConnected(ServerPeer peer)
    {
        // The handshake, which chooses, comes after.
    }

    /// <inheritdoc/>
    public void OnReceived(ServerPeer peer)
    {
        ArgumentNullException.ThrowIfNull(peer);
        if (!_chosen.TryGetValue(peer, out IServerScript? script))
        {
            script = peer.TlsProtocol == SslApplicationProtocol.Http2 ? _http2 : _http1;
            _chosen.Add(peer, script);
            script.OnConnected(peer);
        }

        script.OnReceived(peer);
    }

    /// <inheritdoc/>
    public void OnEnd(ServerPeer peer)
    {
        ArgumentNullException.ThrowIfNull(peer);
        if (_chosen.TryGetValue(peer, out IServerScript? script))
        {
            script.OnEnd(peer);
        }
        else
        {
            peer.Close();
        }
    }

    /// <inheritdoc/>
    public void OnTimer(ServerPeer peer, int token)
    {
        ArgumentNullException.ThrowIfNull(peer);
        if (_chosen.TryGetValue(peer, out IServerScript? script))
        {
            script.OnTimer(peer, token);
        }
    }
}
