using System.Globalization;
using System.Text;

namespace PollHttp.Testing;

/// <summary>Describes what a simulated server answers: raw bytes, how fast they are sent, and what follows.</summary>
public sealed class ServerReply
{
    /// <summary>Initializes a reply of these bytes, exactly as given.</summary>
    public ServerReply(ReadOnlyMemory<byte> bytes) => Bytes = bytes;

    /// <summary>Initializes a reply of this text as Latin-1, exactly as given.</summary>
    public ServerReply(string latin1)
        : this(Encoding.Latin1.GetBytes(latin1))
    {
    }

    /// <summary>Gets the bytes sent.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>Gets or sets the delay before the first byte.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>Gets or sets the number of bytes to send at a time; 0 for all at once.</summary>
    public int DribbleSize { get; init; }

    /// <summary>Gets or sets the pause before each such piece except the first.</summary>
    public TimeSpan DribbleDelay { get; init; }

    /// <summary>Gets or sets what happens to the connection afterwards.</summary>
    public AfterReply Then { get; init; }

    /// <summary>Converts text to a reply, as Latin-1, exactly as given.</summary>
    public static implicit operator ServerReply(string latin1) => new(latin1);

    /// <summary>Returns a complete response with a Latin-1 body and its Content-Length.</summary>
    public static ServerReply Text(string body, int status = 200)
    {
        ArgumentNullException.ThrowIfNull(body);
        return new(string.Create(CultureInfo.InvariantCulture, $"HTTP/1.1 {status} Status\r\nContent-Length: {body.Length}\r\n\r\n{body}"));
    }

    internal void SendTo(ServerPeer peer)
    {
        peer.Pause(Delay);
        int step = DribbleSize > 0 ? DribbleSize : Math.Max(1, Bytes.Length);
        for (int sent = 0; sent < Bytes.Length; sent += step)
        {
            peer.SendAfter(sent == 0 ? TimeSpan.Zero : DribbleDelay, Bytes.Span.Slice(sent, Math.Min(step, Bytes.Length - sent)));
        }

        Follow(peer);
    }

    private void Follow(ServerPeer peer)
    {
        switch (Then)
        {
            case AfterReply.End:
                peer.End();
                break;
            case AfterReply.EndWithoutCloseNotify:
                peer.EndWithoutCloseNotify();
                break;
            case AfterReply.Reset:
                peer.Reset(afterData: true);
                break;
            default:
                break;
        }
    }
}
