using System.Globalization;
using System.Text;
using PollHttp.Testing;

namespace PollHttp.Tests.EndToEnd;

/// <summary>A simulated server that sends as fast as the client takes: the same piece again and again.</summary>
internal sealed class FirehoseScript : IServerScript
{
    private const int Ahead = 1024 * 1024;
    private readonly Framing _framing;
    private readonly byte[] _piece;
    private long _left;

    public FirehoseScript(long size, Framing framing)
    {
        _left = size;
        _framing = framing;
        _piece = PieceOf(framing);
    }

    public static int PieceSize => 64 * 1024;

    /// <summary>How often the client had not taken what was on its way.</summary>
    public int TimesHeldBack { get; private set; }

    /// <summary>A piece of the body as it is on the wire.</summary>
    public static byte[] PieceOf(Framing framing)
    {
        byte[] piece = new byte[PieceSize];
        for (int i = 0; i < piece.Length; i++)
        {
            piece[i] = (byte)((i * 31) + (i >> 8));
        }

        return framing == Framing.Length
            ? piece
            : [.. Encoding.ASCII.GetBytes(PieceSize.ToString("x", CultureInfo.InvariantCulture) + "\r\n"), .. piece, .. "\r\n"u8];
    }

    public static string HeadOf(Framing framing, long size) => "HTTP/1.1 200 OK\r\n" + (framing == Framing.Length
        ? string.Create(CultureInfo.InvariantCulture, $"Content-Length: {size}\r\n\r\n")
        : "Transfer-Encoding: chunked\r\n\r\n");

    void IServerScript.OnConnected(ServerPeer peer)
    {
        // It speaks when spoken to.
    }

    void IServerScript.OnReceived(ServerPeer peer)
    {
        peer.Consume(peer.Received.Length);
        peer.Send(HeadOf(_framing, _left));
        Send(peer);
    }

    void IServerScript.OnTimer(ServerPeer peer, int token) => Send(peer);

    void IServerScript.OnEnd(ServerPeer peer) => peer.Close();

    private void Send(ServerPeer peer)
    {
        TimesHeldBack += peer.UnreadByClient >= Ahead ? 1 : 0;
        while (_left > 0 && peer.UnreadByClient < Ahead)
        {
            peer.Send(_piece);
            _left -= PieceSize;
        }

        if (_left > 0)
        {
            peer.CallAfter(TimeSpan.FromMilliseconds(1), 0);
        }
        else if (_framing == Framing.Chunked)
        {
            peer.Send("0\r\n\r\n"u8);
        }
    }
}
