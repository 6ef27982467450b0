using System.Net;

namespace PollHttp.Core;

/// <summary>
/// Implements the dialogue with a SOCKS proxy, without I/O: <see cref="Output"/> is sent, then exactly <see cref="Awaited"/> bytes are read
/// and passed to <see cref="Receive"/>, and so on until the connection is open or has failed. Never asks for more bytes than the proxy's
/// answer has, since the following bytes belong to the origin.
/// </summary>
internal abstract class SocksDialogue
{
    /// <summary>The largest answer: a SOCKS 5 reply with a name of 255 bytes.</summary>
    public const int MaxReply = 4 + 1 + 255 + 2;

    /// <summary>Gets the bytes to send next; empty when there are none.</summary>
    public ReadOnlyMemory<byte> Output { get; private set; }

    /// <summary>Gets or sets the length of the answer as far as it is known.</summary>
    public int Awaited { get; protected set; }

    /// <summary>Gets or sets a value indicating whether the proxy has made the connection.</summary>
    public bool IsOpen { get; protected set; }

    /// <summary>Gets the reason for a failure, as text; null without one.</summary>
    public string? Failure { get; private set; }

    /// <summary>Gets the class of the failure, if the proxy reported it.</summary>
    public TransportError Error { get; private set; }

    /// <param name="proxy">A SOCKS proxy.</param>
    /// <param name="host">The origin's name or literal.</param>
    /// <param name="port">The origin's port.</param>
    /// <param name="resolved">The origin's address if it was looked up here, or null.</param>
    public static SocksDialogue Create(ProxySpec proxy, string host, int port, IPAddress? resolved)
    {
        IPAddress? address = resolved ?? (IPAddress.TryParse(host, out IPAddress? literal) ? literal : null);
        return proxy.Scheme is ProxyScheme.Socks4 or ProxyScheme.Socks4a
            ? new Socks4Dialogue(proxy, host, port, address)
            : new Socks5Dialogue(proxy, host, port, address);
    }

    /// <summary>Receives an answer of <see cref="Awaited"/> bytes. If it turns out to be longer, Awaited grows, and the whole answer is
    /// passed again.</summary>
    /// <returns>Whether the answer was complete.</returns>
    public abstract bool Receive(ReadOnlySpan<byte> reply);

    protected void Say(byte[] output, int awaited)
    {
        Output = output;
        Awaited = awaited;
    }

    /// <summary>Reports that the first <paramref name="count"/> bytes of <see cref="Output"/> were sent.</summary>
    public void Sent(int count) => Output = Output[count..];

    protected bool Fail(string why, TransportError error = TransportError.Other)
    {
        Failure = why;
        Error = error;
        return true;
    }

    protected static void WritePort(List<byte> output, int port)
    {
        output.Add((byte)(port >> 8));
        output.Add((byte)port);
    }
}
