using System.Net;

namespace PollHttp.Core;

/// <summary>
/// What is said to a SOCKS proxy and what it may answer, without I/O: <see cref="Output"/> is sent, then exactly
/// <see cref="Awaited"/> bytes are read and given to <see cref="Receive"/>, and so on until it is open or has failed. Never asks for
/// more bytes than the proxy's answer has: what follows belongs to the origin.
/// </summary>
internal abstract class SocksDialogue
{
    /// <summary>The largest answer: a SOCKS 5 reply with a name of 255 bytes.</summary>
    public const int MaxReply = 4 + 1 + 255 + 2;

    /// <summary>What to send next; empty when there is nothing.</summary>
    public ReadOnlyMemory<byte> Output { get; private set; }

    /// <summary>Gets the length of the answer as far as it is known.</summary>
    public int Awaited { get; protected set; }

    /// <summary>Gets a value indicating whether the proxy has connected us.</summary>
    public bool IsOpen { get; protected set; }

    /// <summary>Why not, in words; null while it goes on.</summary>
    public string? Failure { get; private set; }

    /// <summary>Gets the class of the failure, where the proxy told it.</summary>
    public TransportError Error { get; private set; }

    /// <param name="proxy">A SOCKS proxy.</param>
    /// <param name="host">The origin's name or literal.</param>
    /// <param name="port">The origin's port.</param>
    /// <param name="resolved">The origin's address where it was looked up here, or null.</param>
    public static SocksDialogue Create(ProxySpec proxy, string host, int port, IPAddress? resolved)
    {
        IPAddress? address = resolved ?? (IPAddress.TryParse(host, out IPAddress? literal) ? literal : null);
        return proxy.Scheme is ProxyScheme.Socks4 or ProxyScheme.Socks4a
            ? new Socks4Dialogue(proxy, host, port, address)
            : new Socks5Dialogue(proxy, host, port, address);
    }

    /// <summary>Takes an answer of <see cref="Awaited"/> bytes; when it turns out to be longer, Awaited has grown and all of it is given again.</summary>
    /// <returns>Whether the answer was complete.</returns>
    public abstract bool Receive(ReadOnlySpan<byte> reply);

    protected void Say(byte[] output, int awaited)
    {
        Output = output;
        Awaited = awaited;
    }

    /// <summary>Says that the first <paramref name="count"/> bytes of <see cref="Output"/> were sent.</summary>
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
