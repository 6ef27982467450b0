using PollHttp.Responses;

namespace PollHttp;

/// <summary>The connection that a response came over. Shared by the responses of one connection; outlives it.</summary>
public sealed record ConnectionInfo
{
    internal ConnectionInfo(PollLoop loop, ConnectTimes times)
    {
        Loop = loop;
        Times = times;
    }

    /// <summary>Gets or sets the address connected to: the server's, or the proxy's where there is one; null where it can't be
    /// told.</summary>
    public EndPoint? RemoteEndPoint { get; init; }

    /// <summary>What the TLS handshake agreed on, or null without TLS. Its certificate is valid as long as the connection is open.</summary>
    public TlsInfo? Tls { get; init; }

    /// <summary>Gets or sets a value indicating whether another request went over the connection before.</summary>
    public bool IsReused { get; init; }

    /// <summary>Gets the loop that drives it: here, so that a response needs no field for it.</summary>
    internal PollLoop Loop { get; }

    /// <summary>When it was made.</summary>
    internal ConnectTimes Times { get; }
}
